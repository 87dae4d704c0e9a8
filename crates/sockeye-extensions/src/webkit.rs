//! x-webkit-deflate-frame: each frame compressed with DEFLATE by itself.
//!
//! The configuration of what WebKit's browsers spoke before RFC 7692, after the draft
//! draft-tyoshino-hybi-websocket-perframe-deflate-06. What peers say of it is in `parameters.rs`,
//! the extension in use in `frames.rs`, and DEFLATE in `codec.rs`.
//! The draft's own name, `deflate-frame`, was never spoken by a browser and is not known here.

mod frames;
mod parameters;

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use self::frames::Frames;
use self::parameters::Parameters;
use crate::client::{ClientExtension, NegotiationError};
use crate::codec::{CompressionLevel, Direction, WindowBits};
use crate::deflate::Tuning;
use crate::extension::{Compress, Extension};
use crate::offer::Offer;
use crate::server::ServerExtension;

/// x-webkit-deflate-frame, for servers that meet old WebKit clients, and for clients.
///
/// In use only where it is added to a client or server. Browsers that know
/// [`PermessageDeflate`](crate::PermessageDeflate) offer that first, and since both mark frames
/// with RSV1 they are never used together.
///
/// Each peer says how the *other one* has to compress: a window no larger than `max_window_bits`,
/// and, by `no_context_takeover`, no reference to frames before. What a peer was told holds as
/// soon as the extension is agreed on; it is not repeated in the answer. How much less a peer does
/// with, it decides alone.
///
/// By default frames refer to nothing before them in either direction, so that a connection holds
/// no memory for it between frames.
///
/// Source: draft-tyoshino-hybi-websocket-perframe-deflate-06.
///
/// ```
/// use std::sync::Arc;
///
/// use sockeye_extensions::{
///     ServerExtension, WebkitDeflateFrame, WindowBits, format_extensions, negotiate,
///     parse_extensions,
/// };
///
/// let webkit = WebkitDeflateFrame::default().peer_max_window_bits(WindowBits::MIN);
/// let server_has: [Arc<dyn ServerExtension>; 1] = [Arc::new(webkit)];
/// let offers = parse_extensions([&b"x-webkit-deflate-frame"[..]])?;
/// let (answer, _chain) = negotiate(&server_has, &offers);
/// assert_eq!(
///     format_extensions(&answer).as_deref(),
///     Some("x-webkit-deflate-frame; max_window_bits=8; no_context_takeover"),
/// );
/// # Ok::<_, sockeye_extensions::GrammarError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub struct WebkitDeflateFrame {
    own: Direction,
    peer: Direction,
    tuning: Tuning,
}

impl WebkitDeflateFrame {
    /// Lets frames refer to frames before them, in both directions.
    ///
    /// Short messages that resemble each other become several times shorter, and the connection
    /// holds a compressor and a decompressor from the first frames on. Nothing is asked of the
    /// peer then, which some peers need to answer at all.
    pub fn context_takeover(self) -> Self {
        self.own_context_takeover(true).peer_context_takeover(true)
    }

    /// Whether frames sent may refer to frames before them, unless the peer forbids it; by default
    /// they do not.
    pub fn own_context_takeover(mut self, takeover: bool) -> Self {
        self.own.takeover = takeover;
        self
    }

    /// Whether frames received may refer to frames before them; by default the peer is told that
    /// they must not, with `no_context_takeover`.
    pub fn peer_context_takeover(mut self, takeover: bool) -> Self {
        self.peer.takeover = takeover;
        self
    }

    /// The largest window of the own compressor, by default [`WindowBits::MAX`]; the peer may ask
    /// for less.
    pub fn own_max_window_bits(mut self, window: WindowBits) -> Self {
        self.own.window = window;
        self
    }

    /// The largest window of the peer's compressor, by default [`WindowBits::MAX`]; it is told with
    /// `max_window_bits` when it is less.
    pub fn peer_max_window_bits(mut self, window: WindowBits) -> Self {
        self.peer.window = window;
        self
    }

    /// How much work compression does, by default [`CompressionLevel::default`].
    pub fn level(mut self, level: CompressionLevel) -> Self {
        self.tuning.level = level;
        self
    }

    /// What becomes of frames of messages that are sent with [`Compress::Auto`]; by default the
    /// same.
    ///
    /// `Auto` compresses frames of [`threshold_bytes`](Self::threshold_bytes) or more, unless a
    /// sample of their bytes shows that they will not shrink, as with images and archives.
    /// Whatever is said here, a frame that would become longer is sent as it is.
    pub fn compress(mut self, compress: Compress) -> Self {
        self.tuning.compress = compress;
        self
    }

    /// How long a frame's payload must be, in bytes, for `Auto` to compress it; by default, `None`,
    /// as [`PermessageDeflate::threshold_bytes`](crate::PermessageDeflate::threshold_bytes).
    pub fn threshold_bytes(mut self, threshold_bytes: Option<usize>) -> Self {
        self.tuning.threshold_bytes = threshold_bytes;
        self
    }

    /// How many bytes a frame received may have for each of its compressed bytes; by default
    /// `None`, as many as there are.
    ///
    /// Judged for each frame as [`PermessageDeflate::max_ratio`](crate::PermessageDeflate::max_ratio)
    /// is for each message. Frames that are not compressed are not judged.
    pub fn max_ratio(mut self, max_ratio: Option<u32>) -> Self {
        self.tuning.max_ratio = max_ratio;
        self
    }

    /// What the other side is told.
    fn asks(&self) -> Parameters {
        Parameters {
            max_window_bits: self.peer.window.less_than_max(),
            no_context_takeover: !self.peer.takeover,
        }
    }

    /// The extension after the peer has said what it wants.
    fn in_use(&self, asked: Parameters) -> Box<dyn Extension> {
        let own = Direction {
            takeover: self.own.takeover && !asked.no_context_takeover,
            window: asked
                .max_window_bits
                .unwrap_or_default()
                .min(self.own.window),
        };
        Box::new(Frames::new(own, self.peer, self.tuning))
    }
}

impl Default for WebkitDeflateFrame {
    fn default() -> Self {
        Self {
            own: Direction::WITHOUT_TAKEOVER,
            peer: Direction::WITHOUT_TAKEOVER,
            tuning: Tuning::default(),
        }
    }
}

impl ClientExtension for WebkitDeflateFrame {
    fn name(&self) -> &str {
        NAME
    }

    /// One offer: an answer does not say which of several it is to, and with it how the server
    /// compresses.
    fn offers(&self) -> Vec<Offer> {
        vec![self.asks().to_element()]
    }

    fn accept(&self, answer: &Offer) -> Result<Box<dyn Extension>, NegotiationError> {
        Ok(self.in_use(Parameters::read(answer)?))
    }
}

impl ServerExtension for WebkitDeflateFrame {
    fn name(&self) -> &str {
        NAME
    }

    fn negotiate(&self, offer: &Offer) -> Option<(Offer, Box<dyn Extension>)> {
        let asked = Parameters::read(offer).ok()?;
        Some((self.asks().to_element(), self.in_use(asked)))
    }
}

/// The name that WebKit gave it.
const NAME: &str = "x-webkit-deflate-frame";

#[cfg(test)]
mod tests;
