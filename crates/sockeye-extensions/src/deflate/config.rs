//! What permessage-deflate is to do, before it is agreed on.
//!
//! One value for clients and servers. Every combination can be agreed on with some peer.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::NAME;
use super::extension::InUse;
use super::negotiation::Wishes;
use super::parameters::Parameters;
use super::policy::Tuning;
use crate::client::{ClientExtension, NegotiationError};
use crate::codec::{CompressionLevel, Direction, WindowBits};
use crate::extension::{Compress, Extension};
use crate::offer::Offer;
use crate::server::ServerExtension;

/// permessage-deflate as a client offers it and a server accepts it (RFC 7692).
///
/// The default compresses each message by itself. Every combination of settings is legal. One
/// value can be shared by any number of connections.
///
/// ```
/// use std::sync::Arc;
///
/// use sockeye_extensions::{
///     ClientExtension, PermessageDeflate, ServerExtension, accept_answer, client_offer_header,
///     format_extensions, negotiate, parse_extensions,
/// };
///
/// let client: [Arc<dyn ClientExtension>; 1] = [Arc::new(PermessageDeflate::default())];
/// let request = client_offer_header(&client).expect("there is an offer");
///
/// let server: [Arc<dyn ServerExtension>; 1] =
///     [Arc::new(PermessageDeflate::default().context_takeover())];
/// let (answer, _in_use) = negotiate(&server, &parse_extensions([request.as_bytes()])?);
/// let response = format_extensions(&answer).expect("the offer is accepted");
/// // The client asks for no context takeover, and the server complies.
/// assert_eq!(
///     response,
///     "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
/// );
///
/// let in_use = accept_answer(&client, &parse_extensions([response.as_bytes()])?)?;
/// assert!(in_use.names().eq(["permessage-deflate"]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Memory
///
/// What one compressor and one decompressor hold, in bytes, with zlib-rs at every level:
///
/// | window bits | compressor | decompressor |
/// |---|---|---|
/// | 8, 9 | 251 008 | 47 552 |
/// | 10 | 253 056 | 47 552 |
/// | 11 | 257 152 | 47 552 |
/// | 12 | 265 344 | 47 552 |
/// | 13 | 281 728 | 47 552 |
/// | 14 | 314 496 | 47 552 |
/// | 15 | 380 032 | 47 552 |
///
/// Without context takeover a connection has them while a message is under way; between messages
/// they wait on the thread for whichever connection is next: four decompressors, and four
/// compressors of each level and window, 16 in all. So a thread may keep 6 MB; one whose
/// connections agreed alike, with messages that come and go whole, keeps 428 KB.
///
/// With context takeover both ways a connection holds both, 428 KB, from its first messages on, a
/// thousand times what one without compression does; and while a message is received, up to 64 KiB
/// of the end of what it became. Therefore the default is without.
/// [`Chain::release_idle`](crate::Chain::release_idle) gives up the compressor of a connection
/// that has not sent for a while, [`Chain::end`](crate::Chain::end) all that one which has ended
/// still holds.
///
/// Most of a compressor is a table whose size zlib-rs fixes, so a smaller window saves little;
/// zlib's memLevel, which would, cannot be set through flate2. The decompressor has room for the
/// largest window whatever was agreed on, and reads what exceeds the agreed one.
///
/// # Messages alone
///
/// A message that is encoded [alone](crate::FrameToSend::alone) refers to nothing before it, also
/// with context takeover, and what is sent after it refers neither to it nor to anything before.
/// So its length says nothing of other messages, which is what attacks on secrets in compressed
/// data (CRIME, BREACH) measure; what an attacker can place within the message itself it does not
/// hide. The same bytes can be sent on every connection of the same configuration and window, with
/// context takeover or without: a peer decompresses them with whatever it has seen before and only
/// moves its window on, so the sender of each starts anew behind them. With context takeover the
/// next message therefore compresses as the first one did.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub struct PermessageDeflate {
    wishes: Wishes,
    tuning: Tuning,
}

impl PermessageDeflate {
    /// Lets messages refer to messages before them, in both directions.
    ///
    /// Short messages that resemble each other become several times shorter. Each connection holds
    /// a compressor and a decompressor from its first messages on: see the
    /// [type](Self#memory). A peer may still decide against it.
    ///
    /// Source: RFC 7692 §7.1.1.
    pub fn context_takeover(self) -> Self {
        self.server_context_takeover(true)
            .client_context_takeover(true)
    }

    /// Whether the server's messages may refer to messages before them; by default they do not.
    ///
    /// Source: RFC 7692 §7.1.1.1, `server_no_context_takeover`.
    pub fn server_context_takeover(mut self, takeover: bool) -> Self {
        self.wishes.server.takeover = takeover;
        self
    }

    /// Whether the client's messages may refer to messages before them; by default they do not.
    ///
    /// Source: RFC 7692 §7.1.1.2, `client_no_context_takeover`.
    pub fn client_context_takeover(mut self, takeover: bool) -> Self {
        self.wishes.client.takeover = takeover;
        self
    }

    /// The largest window of the server's compressor, by default [`WindowBits::MAX`].
    ///
    /// A client asks the server for it, a server keeps to it. A peer may ask for less.
    ///
    /// Source: RFC 7692 §7.1.2.1, `server_max_window_bits`.
    pub fn server_max_window_bits(mut self, window: WindowBits) -> Self {
        self.wishes.server.window = window;
        self
    }

    /// The largest window of the client's compressor, by default [`WindowBits::MAX`].
    ///
    /// A client keeps to it, a server asks the client for it; clients that do not offer to be
    /// asked use what they like. A peer may ask for less.
    ///
    /// Source: RFC 7692 §7.1.2.2, `client_max_window_bits`.
    pub fn client_max_window_bits(mut self, window: WindowBits) -> Self {
        self.wishes.client.window = window;
        self
    }

    /// Whether a client takes no answer but one that keeps to all of the above; by default it
    /// also offers to leave the server's direction to the server, as a second choice.
    ///
    /// When it insists and the server answers with less, the handshake fails. Without effect on a
    /// server, whose answer settles it.
    pub fn insist(mut self, insist: bool) -> Self {
        self.wishes.insist = insist;
        self
    }

    /// How much work compression does, by default [`CompressionLevel::default`].
    pub fn level(mut self, level: CompressionLevel) -> Self {
        self.tuning.level = level;
        self
    }

    /// What becomes of messages that are sent with [`Compress::Auto`]; by default the same.
    ///
    /// `Auto` compresses messages of [`threshold_bytes`](Self::threshold_bytes) or more, unless a
    /// sample of their bytes shows that they will not shrink, as with images and archives; text
    /// always shrinks.
    /// Whatever is said here, a message in one frame that would become longer is sent as it is.
    pub fn compress(mut self, compress: Compress) -> Self {
        self.tuning.compress = compress;
        self
    }

    /// How long a message must be, in bytes, for `Auto` to compress it; by default, `None`, 128
    /// without context takeover and 32 with it.
    ///
    /// JSON of 128 bytes on its own becomes 28 bytes shorter for 7 µs of work, of 96 bytes 12
    /// bytes; below that little is won and packets become no fewer. With similar messages before
    /// it, JSON of 32 to 64 bytes becomes less than half as long, for 2 µs.
    ///
    /// Does not count for messages that are sent in fragments, whose length is not known at the
    /// first.
    pub fn threshold_bytes(mut self, threshold_bytes: Option<usize>) -> Self {
        self.tuning.threshold_bytes = threshold_bytes;
        self
    }

    /// How many bytes a message received may have for each of its compressed bytes; by default
    /// `None`, as many as there are.
    ///
    /// The limit on messages bounds memory with or without it. Judged after each 1024 bytes of the
    /// compressed message and at its end, and reported as [`DecodeError::RatioExceeded`]. DEFLATE
    /// reaches 1032; JSON and logs can reach 30 and more.
    ///
    /// [`DecodeError::RatioExceeded`]: crate::DecodeError::RatioExceeded
    pub fn max_ratio(mut self, max_ratio: Option<u32>) -> Self {
        self.tuning.max_ratio = max_ratio;
        self
    }

    #[cfg(test)]
    pub(super) fn wishes(&self) -> &Wishes {
        &self.wishes
    }

    fn in_use(&self, sends: Direction, receives: Direction) -> Box<dyn Extension> {
        Box::new(InUse::new(sends, receives, self.tuning))
    }
}

impl Default for PermessageDeflate {
    fn default() -> Self {
        Self {
            wishes: Wishes {
                server: Direction::WITHOUT_TAKEOVER,
                client: Direction::WITHOUT_TAKEOVER,
                insist: false,
            },
            tuning: Tuning::default(),
        }
    }
}

impl ClientExtension for PermessageDeflate {
    fn name(&self) -> &str {
        NAME
    }

    fn offers(&self) -> Vec<Offer> {
        let offers = self.wishes.offers().into_iter();
        offers.map(Parameters::to_element).collect()
    }

    fn accept(&self, answer: &Offer) -> Result<Box<dyn Extension>, NegotiationError> {
        let agreed = self.wishes.accept(&Parameters::read(answer)?)?;
        Ok(self.in_use(agreed.client, agreed.server))
    }
}

impl ServerExtension for PermessageDeflate {
    fn name(&self) -> &str {
        NAME
    }

    fn negotiate(&self, offer: &Offer) -> Option<(Offer, Box<dyn Extension>)> {
        let offered = Parameters::read(offer).ok()?;
        let (answer, agreed) = self.wishes.answer(&offered);
        let in_use = self.in_use(agreed.server, agreed.client);
        Some((answer.to_element(), in_use))
    }
}
