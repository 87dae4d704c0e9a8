//! Which messages are compressed.
//!
//! By what the sender wishes, by length, and by a look at a few bytes for data that will not
//! shrink. Guesses; the extension sends a message as it is when the guess was wrong.

use sockeye_frame::Opcode;

use crate::codec::{CompressionLevel, Shape};
use crate::extension::{Compress, FrameToSend};

/// What both deflating extensions can be told besides what they agree on with the peer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Tuning {
    pub(crate) level: CompressionLevel,
    pub(crate) compress: Compress,
    pub(crate) threshold_bytes: Option<usize>,
    pub(crate) max_ratio: Option<u32>,
}

impl Tuning {
    /// Which messages are compressed on a connection that may or may not refer to those before.
    pub(crate) fn policy(&self, takeover: bool) -> Policy {
        Policy::new(self.compress, self.threshold_bytes, takeover)
    }
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            level: CompressionLevel::default(),
            compress: Compress::Auto,
            threshold_bytes: None,
            max_ratio: None,
        }
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Policy {
    /// For messages whose sender leaves it to the configuration.
    default: Compress,
    /// Shorter messages are not compressed by [`Compress::Auto`].
    threshold_bytes: usize,
    /// The same for messages alone, which have nothing before them to refer to.
    threshold_bytes_alone: usize,
}

impl Policy {
    /// `threshold_bytes` is for all messages, by default as it suits what a message has before it.
    pub(crate) fn new(default: Compress, threshold_bytes: Option<usize>, takeover: bool) -> Self {
        let by_default = match takeover {
            true => THRESHOLD_BYTES_WITH_TAKEOVER,
            false => THRESHOLD_BYTES,
        };
        Self {
            default,
            threshold_bytes: threshold_bytes.unwrap_or(by_default),
            threshold_bytes_alone: threshold_bytes.unwrap_or(THRESHOLD_BYTES),
        }
    }

    /// Whether to compress the message with this first frame.
    pub(crate) fn compresses(&self, frame: &FrameToSend, payload: &[u8]) -> bool {
        let wish = match frame.compress {
            Compress::Auto => self.default,
            Compress::Always | Compress::Never => frame.compress,
        };
        match wish {
            Compress::Always => true,
            Compress::Never => false,
            Compress::Auto => {
                let threshold_bytes = match frame.alone {
                    true => self.threshold_bytes_alone,
                    false => self.threshold_bytes,
                };
                // The length of a message in fragments is not known.
                let is_short = frame.fin && payload.len() < threshold_bytes;
                !is_short && (is_text(frame) || may_shrink(payload))
            }
        }
    }

    /// See [`Extension::alone_key`](crate::Extension::alone_key): level and window of the compressor,
    /// and what decides whether there is anything to compress.
    pub(crate) fn alone_key(&self, shape: Shape) -> u64 {
        let default = match self.default {
            Compress::Auto => 0,
            Compress::Always => 1,
            Compress::Never => 2,
        };
        // No message is so long that a threshold of more than 54 bits would be another.
        let threshold = (self.threshold_bytes_alone as u64).min((1 << 54) - 1);
        let level = u64::from(shape.level.level());
        let window = u64::from(shape.window.bits());
        threshold << 10 | default << 8 | level << 4 | window
    }
}

/// Whether the bytes are UTF-8, in which no text is spread so evenly that it would not shrink.
fn is_text(frame: &FrameToSend) -> bool {
    frame.opcode == Opcode::Text
}

/// Guesses from a sample whether compressing is worth a try.
///
/// Counts pairs of equal bytes. Two bytes of compressed or encrypted data are equal once in 256
/// times, of base64 once in 64, of text once in about 15. Data whose bytes are evenly spread and
/// which repeat in long runs are taken for the first kind; they are rare.
fn may_shrink(payload: &[u8]) -> bool {
    // Too few to judge, and quickly tried.
    if payload.len() < MIN_JUDGED_BYTES {
        return true;
    }
    let mut counts = [0u16; 256];
    let mut n_sampled = 0u32;
    let mut n_pairs = 0u32;
    // A sample from all over it: files begin with a head that says little about the rest.
    let distance = payload.len().div_ceil(N_PIECES).max(PIECE_BYTES);
    for piece in payload.chunks(distance) {
        for &byte in piece.iter().take(PIECE_BYTES) {
            let count = &mut counts[usize::from(byte)];
            n_pairs += u32::from(*count);
            *count += 1;
            n_sampled += 1;
        }
    }
    n_pairs * ONE_IN >= n_sampled * (n_sampled - 1) / 2
}

/// Defaults of [`PermessageDeflate::threshold_bytes`](crate::PermessageDeflate::threshold_bytes),
/// which says why.
const THRESHOLD_BYTES: usize = 128;
const THRESHOLD_BYTES_WITH_TAKEOVER: usize = 32;

const MIN_JUDGED_BYTES: usize = 64;

/// At most so many bytes are looked at, in pieces, which takes a fifth of a microsecond.
const N_PIECES: usize = 8;
const PIECE_BYTES: usize = 32;

/// Data are worth a try when at least one pair in so many is of equal bytes. Between base64, which
/// shrinks by a quarter, and what does not shrink, with room for chance on both sides.
const ONE_IN: u32 = 128;

#[cfg(test)]
mod tests;
