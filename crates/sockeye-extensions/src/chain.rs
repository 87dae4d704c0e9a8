//! The extensions of one connection in their order, used as if they were one (RFC 6455 §9.1).
//!
//! Payloads to send pass from the first to the last, payloads received from the last to the first.
//! Keeps each reserved bit with one owner (RFC 6455 §9.2). Holds no payload between calls and
//! decides nothing about the message. What one extension may do is watched over in `link.rs`, what is
//! left of it after its connection is in `ended.rs`.

mod ended;
mod link;

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::error::Error;
use core::fmt::{self, Display, Formatter};

use sockeye_frame::Rsv;

use self::link::Link;
use crate::extension::{DecodeError, EncodeError, Extension, FrameStart, FrameToSend};

/// The extensions in use on one connection, in the order of the server's answer.
///
/// Takes the same verbs as an [`Extension`] and keeps its contract. The default is an empty chain,
/// which allocates nothing and applies to no frame.
///
/// ```
/// use sockeye_extensions::{Chain, Compress, FrameStart, FrameToSend};
/// use sockeye_frame::{Opcode, Rsv};
///
/// let mut chain = Chain::default();
/// let opcode = Opcode::Text;
/// let to_send = FrameToSend {
///     opcode,
///     first: true,
///     fin: true,
///     compress: Compress::Auto,
///     alone: false,
/// };
/// let mut out = Vec::new();
/// assert_eq!(chain.encode(&to_send, b"as it is", &mut out), Ok(None));
/// assert!(out.is_empty());
/// let received = FrameStart { opcode, first: true, fin: true, rsv: Rsv::NONE };
/// assert_eq!(chain.begin_frame(&received), Ok(false));
/// ```
#[derive(Debug, Default)]
pub struct Chain {
    links: Vec<Link>,
    rsv: Rsv,
}

impl Chain {
    /// Appends an extension: it comes last when sending and first when receiving.
    ///
    /// # Errors
    ///
    /// [`Conflict`] when it claims a reserved bit that another one has. The chain stays as it was
    /// and the extension is dropped.
    pub fn push(&mut self, extension: Box<dyn Extension>) -> Result<(), Conflict> {
        self.append(Link::new(extension))
    }

    /// As [`push`](Self::push), of an extension that was agreed on under `name`.
    pub(crate) fn push_as(
        &mut self,
        name: &str,
        extension: Box<dyn Extension>,
    ) -> Result<(), Conflict> {
        self.append(Link::named(name, extension))
    }

    /// Takes in the header of the next data frame received and says whether to decode its payload.
    ///
    /// When it gives `false` the payload is what the peer meant, and [`decode`](Self::decode) need
    /// not be called.
    ///
    /// # Errors
    ///
    /// [`DecodeError::ReservedBits`] when a bit is set that no extension claims, or that its
    /// extension does not allow on this frame.
    pub fn begin_frame(&mut self, frame: &FrameStart) -> Result<bool, DecodeError> {
        if !self.rsv.contains(frame.rsv) {
            return Err(DecodeError::ReservedBits);
        }
        let mut applies = false;
        for link in &mut self.links {
            applies |= link.begin_frame(frame)?;
        }
        Ok(applies)
    }

    /// Decodes the next bytes of the frame that was begun, last extension first, and appends the
    /// result to `out`.
    ///
    /// As [`Extension::decode`]; when no extension applies to the frame, the bytes are appended as
    /// they are. Between two extensions at most `max_bytes` and 64 KiB are held for the time of
    /// the call.
    ///
    /// # Errors
    ///
    /// - [`DecodeError::TooBig`]: more than `max_bytes` would have to be appended.
    /// - [`DecodeError::InvalidData`]: the bytes are invalid for one of the extensions.
    pub fn decode(
        &mut self,
        payload: &[u8],
        end_of_frame: bool,
        max_bytes: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        let mut links = self
            .links
            .iter_mut()
            .rev()
            .filter(|link| link.applies())
            .peekable();
        let mut payload = Cow::Borrowed(payload);
        while let Some(link) = links.next() {
            if links.peek().is_none() {
                return link.decode(&payload, end_of_frame, max_bytes, out);
            }
            let mut decoded = Vec::new();
            let max_between = max_bytes.saturating_add(ENCODED_SLACK_BYTES);
            link.decode(&payload, end_of_frame, max_between, &mut decoded)?;
            payload = Cow::Owned(decoded);
        }
        if payload.len() > max_bytes {
            return Err(DecodeError::TooBig);
        }
        out.extend_from_slice(&payload);
        Ok(())
    }

    /// Encodes the payload of the next data frame to send, first extension first, and appends the
    /// result to `out`.
    ///
    /// Gives the bits to set on the frame, or `None` when every extension left the frame as it is;
    /// then nothing was appended and the payload is to be sent itself.
    ///
    /// # Errors
    ///
    /// - [`EncodeError::Failed`]: an extension reported it.
    /// - [`EncodeError::UnclaimedBits`]: an extension set a bit that it does not claim.
    /// - [`EncodeError::ShortenedOutput`]: an extension removed bytes that `out` held before. It
    ///   is as long as it was, with zeros in their place.
    pub fn encode(
        &mut self,
        frame: &FrameToSend,
        payload: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<Option<Rsv>, EncodeError> {
        let Some((last, earlier)) = self.links.split_last_mut() else {
            return Ok(None);
        };
        let mut payload = Cow::Borrowed(payload);
        let mut rsv = None;
        for link in earlier {
            let mut encoded = Vec::new();
            if let Some(bits) = link.encode(frame, &payload, &mut encoded)? {
                rsv = Some(rsv.unwrap_or_default() | bits);
                payload = Cow::Owned(encoded);
            }
        }
        if let Some(bits) = last.encode(frame, &payload, out)? {
            return Ok(Some(rsv.unwrap_or_default() | bits));
        }
        if rsv.is_some() {
            out.extend_from_slice(&payload);
        }
        Ok(rsv)
    }

    /// Takes in that a whole message is sent here which a chain with the same
    /// [`alone_key`](Self::alone_key) has encoded alone.
    pub fn pass_alone(&mut self) {
        for link in &mut self.links {
            link.pass_alone();
        }
    }

    /// As [`Extension::release_idle`], of each.
    pub fn release_idle(&mut self) {
        for link in &mut self.links {
            link.release_idle();
        }
    }

    /// Lets go of the extensions and all that they hold, because the connection has ended.
    ///
    /// Their names and bits are still known. Every frame is left as it is from then on.
    pub fn end(&mut self) {
        for link in &mut self.links {
            link.end();
        }
    }

    /// What a message that is encoded alone depends on: the extension's name and
    /// [number](Extension::alone_key), which together say it.
    ///
    /// `None` when messages encoded here cannot be sent elsewhere: when the one extension there is
    /// does not allow it, and when there are several, whose numbers would have to be told apart.
    /// An empty chain encodes nothing and gives `None` too.
    #[must_use]
    pub fn alone_key(&self) -> Option<(&str, u64)> {
        let [link] = self.links.as_slice() else {
            return None;
        };
        Some((link.name(), link.alone_key()?))
    }

    /// As [`Extension::allows_fragmentation`], of all together.
    ///
    /// With one that does not allow it, none of them sees a message before it is fragmented.
    #[must_use]
    pub fn allows_fragmentation(&self) -> bool {
        self.links.iter().all(Link::allows_fragmentation)
    }

    /// Whether there is no extension.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.links.is_empty()
    }

    /// The reserved bits that the extensions claim together, on data frames.
    #[must_use]
    pub const fn rsv(&self) -> Rsv {
        self.rsv
    }

    /// The names that the extensions were agreed on under, first to last; without a handshake their
    /// own.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.links.iter().map(|link| link.name())
    }

    fn append(&mut self, link: Link) -> Result<(), Conflict> {
        let rsv = link.rsv();
        // RFC 6455 §9.2 leaves the reserved bits to extensions; a bit with two meanings on one
        // frame could not be read
        if self.rsv.intersects(rsv) {
            return Err(Conflict {
                rsv: common(self.rsv, rsv),
            });
        }
        self.links.push(link);
        self.rsv = self.rsv | rsv;
        Ok(())
    }
}

/// Two extensions claim the same reserved bit, so they cannot be used together.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Conflict {
    rsv: Rsv,
}

impl Conflict {
    /// The bits claimed twice.
    #[must_use]
    pub const fn rsv(self) -> Rsv {
        self.rsv
    }
}

impl Display for Conflict {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("two extensions claim the same reserved bit")
    }
}

impl Error for Conflict {}

const fn common(a: Rsv, b: Rsv) -> Rsv {
    a.difference(a.difference(b))
}

/// How much longer than the limit on a message its encoded form may be, on the wire and between two
/// extensions: headers of the encoding, and data that does not shrink.
///
/// Without a bound, input that decodes to nothing would go on for ever.
pub const ENCODED_SLACK_BYTES: usize = 64 * 1024;

#[cfg(test)]
mod tests;
