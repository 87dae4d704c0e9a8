//! What an extension does once it is agreed on: the trait, its input and its errors (RFC 6455 §9).
//!
//! An extension turns payloads of data frames into other payloads and may mark frames with the
//! reserved bits it claims (RFC 6455 §5.2, §5.8, §9.2). Works on frames as they come and on
//! payloads as they arrive, so nothing waits for a whole message.
//! How it is agreed on is in `client.rs` and `server.rs`; control frames never pass here.

use alloc::vec::Vec;
use core::error::Error;
use core::fmt::{self, Debug, Display, Formatter};

use sockeye_frame::{CloseCode, Opcode, Rsv};

/// One extension in use on one connection, both directions.
///
/// The two directions are independent; each is a sequence of data frames in the order of the
/// wire. The caller, as a rule a [`Chain`](crate::Chain), keeps these promises:
///
/// - *Receiving:* [`begin_frame`](Self::begin_frame) once for each data frame. When it returned
///   `true`, [`decode`](Self::decode) follows once or more, with the payload cut anywhere and the
///   last call, and only the last, marked `end_of_frame`; a frame without payload has one call,
///   with an empty slice. When it returned `false`, `decode` is not called for that frame.
/// - *Sending:* [`encode`](Self::encode) once for each data frame, with the whole payload. What
///   it gives becomes the payload of exactly one frame; the sender fragments before it encodes,
///   unless the extension [allows it afterwards](Self::allows_fragmentation). `opcode`, `compress`
///   and `alone` are the same on all frames of a message.
/// - Control frames, which may stand between the fragments of a message, are not shown.
/// - After an error in one direction that direction is not used again, because the states of the
///   peers differ from then on.
///
/// And the extension promises the caller: memory that it holds is bounded by its own parameters,
/// never by what the peer declares; no call panics whatever the payload is; name and bits stay
/// the same for its lifetime.
///
/// State that is large should be made on first use and, if it is not needed between messages, be
/// released at the end of one (`fin` and `end_of_frame`), so that an idle connection stays small.
pub trait Extension: Debug + Send {
    /// Its name, a token. Agreed on under another one, such as with a vendor's prefix, it goes by
    /// that in its [`Chain`](crate::Chain).
    fn name(&self) -> &str;

    /// The reserved bits it claims on data frames; no other extension may claim the same.
    ///
    /// [`Rsv::NONE`] for an extension that changes payloads without marking frames.
    fn rsv(&self) -> Rsv;

    /// Takes in the header of the next data frame received and says whether to decode its payload.
    ///
    /// `frame.rsv` holds only bits that this extension claims.
    ///
    /// # Errors
    ///
    /// [`DecodeError::ReservedBits`] when a claimed bit stands on a frame where the extension does
    /// not allow it, such as a continuation.
    fn begin_frame(&mut self, frame: &FrameStart) -> Result<bool, DecodeError>;

    /// Decodes the next bytes of the frame that was begun, and appends the result to `out`.
    ///
    /// `payload` holds the bytes, `end_of_frame` says that they are the frame's last. Appends at
    /// most `max_bytes`: the room left in the message, which the caller lowers by what it got.
    /// Output may lag behind input until the end of the frame; what was there in `out` stays.
    ///
    /// # Errors
    ///
    /// - [`DecodeError::TooBig`]: the result needs more than `max_bytes`. Must be found before
    ///   that much is allocated; what `out` holds then is of no use.
    /// - [`DecodeError::InvalidData`]: the bytes are not what this extension's encoding gives.
    fn decode(
        &mut self,
        payload: &[u8],
        end_of_frame: bool,
        max_bytes: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), DecodeError>;

    /// Encodes the payload of the next data frame to send, and appends the result to `out`.
    ///
    /// `payload` is all of the frame's payload. Gives the bits to set on the frame, out of those
    /// it claims, or `None` to leave the frame as it is, with nothing appended. An extension that
    /// decides for a whole message decides at its first frame and keeps to it until `frame.fin`.
    ///
    /// # Errors
    ///
    /// [`EncodeError::Failed`] when the frame can be sent neither encoded nor as it is. That ends
    /// the connection, so an extension that can decline returns `None` instead.
    fn encode(
        &mut self,
        frame: &FrameToSend,
        payload: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<Option<Rsv>, EncodeError>;

    /// Whether what `encode` gives may be sent in several frames, with the bits it gives on the
    /// first of them only.
    ///
    /// So it is where frames have no meaning to the extension but that a message begins and ends,
    /// as in RFC 7692 §6.1. A message known whole is then encoded as one, and fragmented afterwards
    /// if it has to be. The default is `false`. Stays the same for the extension's lifetime.
    fn allows_fragmentation(&self) -> bool {
        false
    }

    /// What a message that is encoded [alone](FrameToSend::alone) depends on, as a number.
    ///
    /// The same for two extensions that go by one name exactly if each may send, on its connection, what
    /// the other one encoded alone. `None`, the default, when nothing encoded on one connection
    /// may be sent on another.
    fn alone_key(&self) -> Option<u64> {
        None
    }

    /// Takes in that a whole message is sent here which an extension with the same
    /// [`alone_key`](Self::alone_key) has encoded alone, in place of a call of `encode`.
    ///
    /// A peer that keeps what it has decoded keeps this message too, which this side has not seen:
    /// what is encoded next must not refer to anything before it. Not called for a message that
    /// `encode` left as it is.
    fn pass_alone(&mut self) {}

    /// Gives up memory that it can do without, because nothing has been sent for some time.
    ///
    /// The default does nothing. Never called within a message that is being sent.
    fn release_idle(&mut self) {}
}

/// What an extension learns of a data frame received before its payload.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct FrameStart {
    /// The kind of the message: [`Opcode::Text`] or [`Opcode::Binary`], also on continuations.
    pub opcode: Opcode,
    /// Whether this is the first frame of the message; if not it is a continuation.
    pub first: bool,
    /// Whether this is the last frame of the message, the FIN bit.
    pub fin: bool,
    /// The reserved bits that are set.
    pub rsv: Rsv,
}

/// What an extension learns of a data frame to send besides its payload.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct FrameToSend {
    /// The kind of the message: [`Opcode::Text`] or [`Opcode::Binary`], also on continuations.
    pub opcode: Opcode,
    /// Whether this is the first frame of the message; if not it is a continuation.
    pub first: bool,
    /// Whether this is the last frame of the message, the FIN bit.
    pub fin: bool,
    /// What the sender wishes about compression; of no meaning to other extensions.
    pub compress: Compress,
    /// Whether the encoded message must not depend on anything sent before it, nor anything sent
    /// after it on the message. Then its length tells nothing of other messages and theirs
    /// nothing of it, and it can be sent on other connections as it is.
    pub alone: bool,
}

/// Whether to compress a message.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Compress {
    /// As the extension is configured: as a rule when it is likely to pay.
    #[default]
    Auto,
    /// Compress, unless that would make the message longer. Of one that is sent in parts the length
    /// is not known: it is compressed all the same, and parts that do not shrink grow by a few bytes.
    Always,
    /// Send the message as it is.
    Never,
}

/// Why a frame received cannot be decoded; the peer is at fault.
///
/// Every variant has one close code, so the enum is exhaustive on purpose.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum DecodeError {
    /// A reserved bit is set on a frame where nothing agreed on allows it (RFC 6455 §5.2).
    ReservedBits,
    /// The payload is not valid in the extension's encoding.
    InvalidData,
    /// Decoded, the message is longer than its limit.
    TooBig,
    /// Decoded, the message is more times as long as it was than the extension allows.
    RatioExceeded,
}

impl DecodeError {
    /// The code of the Close frame that tells the peer.
    #[must_use]
    pub const fn close_code(self) -> CloseCode {
        match self {
            // RFC 6455 §5.2: if a nonzero value is received and none of the negotiated extensions
            // defines the meaning of it, the receiving endpoint MUST Fail the connection
            Self::ReservedBits => CloseCode::ProtocolError,
            Self::InvalidData => CloseCode::InvalidFramePayloadData,
            // RFC 6455 §7.4.1: 1009 indicates a message that is too big to process
            Self::TooBig | Self::RatioExceeded => CloseCode::MessageTooBig,
        }
    }
}

impl Display for DecodeError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReservedBits => "reserved bit that no extension allows on this frame",
            Self::InvalidData => "payload is invalid in the encoding of an extension",
            Self::TooBig => "decoded message is longer than its limit",
            Self::RatioExceeded => "message grows by more than the allowed ratio",
        })
    }
}

impl Error for DecodeError {}

/// Why a frame cannot be sent; an extension of ours is at fault, so the connection ends with
/// [`CloseCode::InternalError`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum EncodeError {
    /// The extension can send the payload neither encoded nor as it is.
    Failed,
    /// The extension set a reserved bit that it does not claim.
    UnclaimedBits,
    /// The extension took away bytes that were there before its own.
    ShortenedOutput,
}

impl Display for EncodeError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Failed => "extension failed to encode a payload",
            Self::UnclaimedBits => "extension set a reserved bit that it does not claim",
            Self::ShortenedOutput => "extension took away bytes that were not its own",
        })
    }
}

impl Error for EncodeError {}

#[cfg(test)]
mod tests;
