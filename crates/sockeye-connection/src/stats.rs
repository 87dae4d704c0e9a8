//! Counts of what passed through a connection.

use core::time::Duration;

/// What a connection has received and sent so far.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Stats {
    /// From the peer, as far as it was read.
    pub received: Traffic,
    /// To the peer; everything but wire bytes is counted when it is queued.
    pub sent: Traffic,
    /// The round-trip time of the last ping of ours that was answered.
    pub rtt: Option<Duration>,
}

/// Counts for one direction.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Traffic {
    /// Whole messages.
    pub messages: u64,
    /// Frames, control frames included.
    pub frames: u64,
    /// Bytes of messages, as the application sees them.
    pub payload_bytes: u64,
    /// Bytes on the transport: headers, payloads as they are sent, control frames.
    pub wire_bytes: u64,
}

impl Traffic {
    /// Bytes on the transport for each byte of messages; `None` before any message.
    ///
    /// Slightly more than 1 as a rule, as headers and control frames come on top, and less where
    /// compression pays. What is queued counts as message already, and as bytes on the transport
    /// when it has left.
    #[must_use]
    pub fn wire_ratio(&self) -> Option<f64> {
        // Above 2^53 bytes the nearest float is near enough.
        (self.payload_bytes > 0).then(|| self.wire_bytes as f64 / self.payload_bytes as f64)
    }
}

/// A length as a count; no address space is larger.
#[inline]
pub(crate) fn count(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}
