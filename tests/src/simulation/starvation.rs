//! A listener that finds no descriptor free for a while, as accept(2) does with EMFILE.
//!
//! Once for each listener, or never. Who calls meanwhile waits in its queue, so it has to be asked
//! again; not without a pause, and not long after descriptors are back.

use std::time::Duration;

use super::life::below;
use crate::Random;

/// When there is no descriptor, and how the listener was used then.
#[derive(Debug, Default)]
pub(super) struct Starvation {
    /// How many times more it is asked before; never begins when this is `None`.
    n_before: Option<usize>,
    lasts: Duration,
    /// When it ends, once it has begun.
    until: Option<Duration>,
    /// How often it was asked meanwhile.
    n_asked: usize,
}

impl Starvation {
    /// For up to `limit`, sometimes.
    pub(super) fn new(random: &mut Random, limit: u32) -> Self {
        let begins = random.below(2) == 0;
        Self {
            n_before: begins.then(|| random.below(4)),
            lasts: Duration::from_millis(below(random, limit)),
            ..Self::default()
        }
    }

    /// Whether there is no descriptor for a caller; with one that is there, it may begin.
    pub(super) fn refuses(&mut self, now: Duration) -> bool {
        match (self.until, self.n_before) {
            (Some(until), _) if now >= until => return false,
            (Some(_), _) => {}
            (None, Some(0)) => self.until = Some(now + self.lasts),
            (None, n_before) => {
                self.n_before = n_before.map(|n| n - 1);
                return false;
            }
        }
        self.n_asked += 1;
        true
    }

    /// How often a caller was left in the queue because of it.
    pub(super) const fn n_asked(&self) -> usize {
        self.n_asked
    }

    /// What is wrong with asking so often.
    pub(super) fn excess(&self) -> Option<String> {
        (self.n_asked > MOST_ASKED).then(|| format!("accepting did not pause: {self:?}"))
    }

    /// What is wrong with a first caller that is taken now, where time does not leap.
    ///
    /// One was there from the beginning.
    pub(super) fn delay(&mut self, now: Duration) -> Option<String> {
        let until = self.until?;
        let is_late = now > until + LONGEST_PAUSE + SLACK;
        let delay = is_late.then(|| format!("accepting resumed at {now:?}: {self:?}"));
        // Later ones need not come soon.
        *self = Self::default();
        delay
    }
}

/// At the most for a server's listener: several of the longest pauses.
pub(super) const LIMIT_MILLIS: u32 = 5000;

/// In pauses of 50 ms, doubled up to a second, nine attempts fit into five seconds; a server that
/// leaves makes up to six more.
const MOST_ASKED: usize = 16;

const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// What the tasks of the world take in between.
const SLACK: Duration = Duration::from_millis(10);

#[cfg(test)]
mod tests {
    use super::*;

    fn starvation(n_before: usize) -> Starvation {
        Starvation {
            n_before: Some(n_before),
            lasts: Duration::from_secs(2),
            ..Starvation::default()
        }
    }

    #[test]
    fn it_begins_with_a_caller_and_lasts_once() {
        let [start, amid, end] = [10, 11, 12].map(Duration::from_secs);
        let mut starvation = starvation(1);
        assert!(!starvation.refuses(start));
        assert!(starvation.refuses(start) && starvation.refuses(amid));
        assert!(!starvation.refuses(end));
        assert_eq!(starvation.delay(end + LONGEST_PAUSE), None);
        assert!(!starvation.refuses(end));
    }

    #[test]
    fn asking_without_a_pause_or_too_late_is_wrong() {
        let now = Duration::from_secs(10);
        let mut starvation = starvation(0);
        for _ in 0..MOST_ASKED {
            assert!(starvation.refuses(now));
        }
        assert_eq!(starvation.excess(), None);
        assert!(starvation.refuses(now));
        assert!(starvation.excess().is_some());
        assert!(starvation.delay(now + Duration::from_secs(4)).is_some());
    }
}
