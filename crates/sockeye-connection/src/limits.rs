//! How much a peer may make a connection hold.
//!
//! Only the numbers and their reasons; the checks are where the bytes are, in `assembly.rs` and
//! `outbox.rs`.

use crate::MessageKind;

/// Bounds on what a connection receives and queues.
///
/// Any value is legal; `usize::MAX` means unlimited.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// Longest text message in bytes of UTF-8, decompressed; 4 MiB by default.
    ///
    /// A longer one fails the connection with 1009, from the frame's header where that shows it.
    /// Holds for messages received in pieces too.
    pub max_text_bytes: usize,
    /// Longest binary message in bytes, decompressed; 2 MiB by default.
    ///
    /// As [`max_text_bytes`](Self::max_text_bytes) otherwise.
    pub max_binary_bytes: usize,
    /// Most fragments of one message, empty ones included; one more fails the connection with
    /// 1008. Zero counts as one.
    ///
    /// `None`, the default, means one for every 256 bytes that the message may have, and at least
    /// 1024: a sender that fragments for a reason stays far below it, and a flood of tiny
    /// fragments ends.
    pub max_fragments: Option<u32>,
    /// Queued output in bytes above which [`Connection::is_writable`] says no; 64 KiB by default,
    /// which keeps a socket busy while the application produces more.
    ///
    /// The queue refuses messages altogether above this and the larger of the two message limits
    /// together.
    ///
    /// [`Connection::is_writable`]: crate::Connection::is_writable
    pub high_water_bytes: usize,
}

impl Limits {
    /// The longest message of `kind` in bytes.
    #[must_use]
    pub const fn max_message_bytes(&self, kind: MessageKind) -> usize {
        match kind {
            MessageKind::Text => self.max_text_bytes,
            MessageKind::Binary => self.max_binary_bytes,
        }
    }

    /// The most fragments that a message of `kind` may have, with the default worked out.
    #[must_use]
    pub fn max_fragments(&self, kind: MessageKind) -> u32 {
        self.max_fragments.unwrap_or_else(|| {
            let by_size = self.max_message_bytes(kind) / BYTES_PER_FRAGMENT;
            u32::try_from(by_size)
                .unwrap_or(u32::MAX)
                .max(MIN_FRAGMENTS)
        })
    }

    /// Queued output in bytes above which no message is queued any more.
    pub(crate) fn max_queued_bytes(&self) -> usize {
        let one_message = self.max_text_bytes.max(self.max_binary_bytes);
        self.high_water_bytes.saturating_add(one_message)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_text_bytes: 4 * MIB,
            max_binary_bytes: 2 * MIB,
            max_fragments: None,
            high_water_bytes: 64 * 1024,
        }
    }
}

const MIB: usize = 1024 * 1024;

/// Mean size in bytes that the fragments of the longest message must reach.
const BYTES_PER_FRAGMENT: usize = 256;

/// Fragments that every message may have, however small the limit on its size.
const MIN_FRAGMENTS: u32 = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragment_limit_follows_the_message_limit() {
        let limits = Limits::default();
        assert_eq!(limits.max_fragments(MessageKind::Text), 16_384);
        assert_eq!(limits.max_fragments(MessageKind::Binary), 8_192);
        let small = Limits {
            max_text_bytes: 10,
            max_binary_bytes: usize::MAX,
            ..limits
        };
        assert_eq!(small.max_fragments(MessageKind::Text), 1024);
        let most = u32::try_from(usize::MAX / 256).unwrap_or(u32::MAX);
        assert_eq!(small.max_fragments(MessageKind::Binary), most);
        let fixed = Limits {
            max_fragments: Some(3),
            ..limits
        };
        assert_eq!(fixed.max_fragments(MessageKind::Text), 3);
    }
}
