//! What to do when accepting a connection fails.
//!
//! Errors of one connection are no reason to wait, and exhausted descriptors or memory are no
//! reason to stop: the loop pauses, a little longer each time, and serves again when it can.

use std::io;
use std::time::Duration;

/// Decides how long an accept loop pauses after an error.
#[derive(Clone, Debug, Default)]
pub struct AcceptBackoff {
    /// The pause before; zero after a success.
    last: Duration,
}

impl AcceptBackoff {
    /// No error so far.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The pause before the next attempt, at most 1 s; `None` to try again at once.
    ///
    /// An error that concerns only the connection that was to be accepted gives `None`. All
    /// others, of which running out of descriptors is the usual one, give 50 ms, doubled with each
    /// error in a row.
    #[must_use]
    pub fn next_delay(&mut self, error: &io::Error) -> Option<Duration> {
        match error.kind() {
            io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted => None,
            _ => {
                self.last = (self.last * 2).clamp(MIN_DELAY, MAX_DELAY);
                Some(self.last)
            }
        }
    }

    /// A connection was accepted.
    pub fn reset(&mut self) {
        self.last = Duration::ZERO;
    }
}

const MIN_DELAY: Duration = Duration::from_millis(50);

/// Accepting resumes at most this long after descriptors come back.
const MAX_DELAY: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exhaustion_doubles_the_pause_up_to_a_second_until_a_success() {
        let mut backoff = AcceptBackoff::new();
        let exhausted = io::Error::from_raw_os_error(24);
        let pauses: Vec<_> = (0..7)
            .map(|_| backoff.next_delay(&exhausted).unwrap().as_millis())
            .collect();
        assert_eq!(pauses, [50, 100, 200, 400, 800, 1000, 1000]);
        backoff.reset();
        assert_eq!(backoff.next_delay(&exhausted), Some(MIN_DELAY));
    }

    #[test]
    fn errors_of_one_connection_do_not_pause_and_all_others_do() {
        for kind in [
            io::ErrorKind::ConnectionAborted,
            io::ErrorKind::ConnectionRefused,
            io::ErrorKind::ConnectionReset,
            io::ErrorKind::Interrupted,
        ] {
            assert_eq!(AcceptBackoff::new().next_delay(&kind.into()), None);
        }
        // accept(2) of Linux: EPERM, ENOMEM, ENFILE, EMFILE, EPROTO, ENOBUFS.
        for number in [1, 12, 23, 24, 71, 105] {
            let error = io::Error::from_raw_os_error(number);
            let delay = AcceptBackoff::new().next_delay(&error);
            assert_eq!(delay, Some(MIN_DELAY), "{error}");
        }
        // What happened before to one connection or another does not shorten the pause.
        let mut backoff = AcceptBackoff::new();
        let exhausted = io::Error::from_raw_os_error(24);
        assert_eq!(backoff.next_delay(&exhausted), Some(MIN_DELAY));
        assert_eq!(backoff.next_delay(&io::ErrorKind::Interrupted.into()), None);
        assert_eq!(backoff.next_delay(&exhausted), Some(2 * MIN_DELAY));
    }
}
