//! How much one connection may say: a short burst, then a steady pace.
//!
//! Without it one page in a loop would fill everybody else's mailbox and have them closed as too
//! slow. The time is an argument, and whoever asks does the waiting.

use std::time::{Duration, Instant};

/// What may be said at once after a silence.
const BURST: u32 = 20;
/// The time that saying one thing takes in the long run.
const EACH: Duration = Duration::from_millis(200);

/// The allowance of one connection.
#[derive(Debug)]
pub(crate) struct Pace {
    /// When everything said so far is paid for.
    paid_by: Instant,
}

impl Pace {
    pub(crate) fn new(now: Instant) -> Self {
        Self { paid_by: now }
    }

    /// Counts one thing said now; gives the time to wait before the next.
    pub(crate) fn rest(&mut self, now: Instant) -> Duration {
        self.paid_by = self.paid_by.max(now) + EACH;
        self.paid_by.saturating_duration_since(now + EACH * BURST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_one_after_the_other() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        for _ in 0..BURST {
            assert_eq!(pace.rest(start), Duration::ZERO);
        }
        assert_eq!(pace.rest(start), EACH);
        assert_eq!(pace.rest(start + EACH), EACH);
        assert_eq!(pace.rest(start + EACH * 5), Duration::ZERO);
    }

    #[test]
    fn a_silence_allows_one_burst_and_not_more() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        let later = start + Duration::from_secs(3600);
        let n_free = (0..100).filter(|_| pace.rest(later).is_zero()).count();
        assert_eq!(n_free, BURST as usize);
    }
}
