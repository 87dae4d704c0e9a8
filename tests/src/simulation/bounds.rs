//! What the ends of a connection may hold, and whether they hold more (docs/defaults.md).
//!
//! What is queued shows when it is offered to the transport, which is tried whenever the queue is
//! full; what was read and not decoded, in what the connection says it has received. Messages that
//! are arriving are not looked at: how much of them came is not known here.

use sockeye_connection::Config;

use super::network::PipeId;
use super::world::with;

/// What one read of `recv` takes at most, and what is kept of it.
const MAX_UNREAD_BYTES: usize = 64 * 1024;

/// Room for one Close frame, one pong and the control frames that are queued in front of them.
const CONTROL_BYTES: usize = 512;

/// Below this, pings are answered and keepalive pings sent although something waits.
const PROMPT_BELOW_BYTES: usize = 4 * 1024;

/// What may wait in front of one direction of a link.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    high_water_bytes: usize,
    max_frame_payload_bytes: Option<usize>,
    /// The longest message so far, as it leaves at most.
    longest: usize,
    /// What had been read when the connection opened.
    read_before: u64,
}

impl Bounds {
    pub(super) fn new(config: &Config, n_read: usize) -> Self {
        Self {
            high_water_bytes: config.limits.high_water_bytes,
            max_frame_payload_bytes: config.max_frame_payload_bytes,
            longest: 0,
            read_before: count(n_read),
        }
    }

    /// A message of `len` bytes is about to be handed over.
    fn expect(&mut self, len: usize) {
        // What does not shrink is stored, with a few bytes for each block of it.
        let encoded = len + len / 64 + 64;
        let max_frame = self.max_frame_payload_bytes.unwrap_or(usize::MAX);
        // A message in pieces has a few frames more.
        let n_frames = encoded / max_frame + 8;
        self.longest = self.longest.max(encoded + n_frames * 14);
    }

    /// Whether so many bytes may be queued: the message queued last begins at the high-water mark
    /// at the latest.
    pub(super) fn allow_queued(&self, n: usize) -> bool {
        n <= PROMPT_BELOW_BYTES.max(self.high_water_bytes + self.longest) + CONTROL_BYTES
    }
}

/// A message of `len` bytes is about to be written to `pipe`.
pub(super) fn expect(pipe: PipeId, len: usize) {
    with(|world| {
        if let Some(bounds) = world.bounds(pipe) {
            bounds.expect(len);
        }
    });
}

/// How many bytes too many are read and not decoded where `n_decoded` were; `None` when there are
/// not too many.
pub(super) fn unread_excess(writes: PipeId, n_decoded: u64) -> Option<u64> {
    with(|world| {
        let n_read = count(world.n_read(writes.back()));
        let read_before = world.bounds(writes)?.read_before;
        let n_unread = n_read.saturating_sub(read_before + n_decoded);
        n_unread.checked_sub(count(MAX_UNREAD_BYTES) + 1)
    })
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_queued_last_may_be_beyond_the_high_water_mark() {
        let mut bounds = Bounds::new(&Config::default(), 0);
        assert!(bounds.allow_queued(64 * 1024));
        assert!(!bounds.allow_queued(65 * 1024));
        bounds.expect(10_000);
        assert!(bounds.allow_queued(74 * 1024));
        assert!(!bounds.allow_queued(76 * 1024));
    }
}
