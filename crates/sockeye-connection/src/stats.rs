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

/// A length as a count; no address space is larger.
#[inline]
pub(crate) fn count(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}
