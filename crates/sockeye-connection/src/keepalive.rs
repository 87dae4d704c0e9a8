//! Pings of ours and their answers (RFC 6455 §5.5.2–5.5.3).
//!
//! Remembers which pings wait for a pong and measures the time they take. When a keepalive ping is
//! due and what silence means is decided in `deadlines.rs`.

use alloc::vec::Vec;
use core::time::Duration;

use crate::{Entropy, Timestamp};

/// Names a ping of one connection; later pings have larger ids.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct PingId(u64);

/// The pings that wait for an answer.
#[derive(Debug, Default)]
pub(crate) struct Pings {
    /// In the order in which they were sent; without memory while there are none.
    outstanding: Vec<Outstanding>,
    n_sent: u64,
    rtt: Option<Duration>,
}

#[derive(Debug)]
struct Outstanding {
    id: PingId,
    nonce: Nonce,
    sent_at: Timestamp,
}

/// The payload by which an answer is recognized; the peer cannot guess it.
pub(crate) type Nonce = [u8; 8];

impl Pings {
    /// Notes a further ping and gives the payload to send.
    pub(crate) fn begin(&mut self, entropy: &mut Entropy, now: Timestamp) -> (PingId, Nonce) {
        let mut nonce = Nonce::default();
        entropy(&mut nonce);
        self.n_sent += 1;
        let id = PingId(self.n_sent);
        if self.outstanding.len() >= MAX_OUTSTANDING {
            // The oldest is answered together with any later one.
            self.outstanding.remove(0);
        }
        self.outstanding.push(Outstanding {
            id,
            nonce,
            sent_at: now,
        });
        (id, nonce)
    }

    /// Takes in a pong; gives the newest ping that it answers and the time that took.
    pub(crate) fn answered(
        &mut self,
        payload: &[u8],
        now: Timestamp,
    ) -> Option<(PingId, Duration)> {
        let index = self
            .outstanding
            .iter()
            .position(|ping| ping.nonce == payload)?;
        // RFC 6455 §5.5.3: an endpoint MAY elect to send a Pong frame for only the most recently
        // processed Ping frame, so earlier pings are answered too
        let answered = self.outstanding.drain(..=index).next_back()?;
        if self.outstanding.is_empty() {
            self.outstanding = Vec::new();
        }
        let rtt = now.saturating_since(answered.sent_at);
        self.rtt = Some(rtt);
        Some((answered.id, rtt))
    }

    /// Forgets the pings that wait; the answers would come to nobody.
    pub(crate) fn give_up(&mut self) {
        self.outstanding = Vec::new();
    }

    pub(crate) const fn rtt(&self) -> Option<Duration> {
        self.rtt
    }
}

/// Pings that are remembered; more are sent only by an application that does not wait.
const MAX_OUTSTANDING: usize = 16;

#[cfg(test)]
mod tests {
    use alloc::boxed::Box;

    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_duration(Duration::from_millis(millis))
    }

    fn counting() -> Entropy {
        let mut next = 0;
        Box::new(move |bytes| {
            next += 1;
            bytes.fill(next);
        })
    }

    #[test]
    fn a_pong_answers_its_ping_and_all_before() {
        let (mut pings, mut entropy) = (Pings::default(), counting());
        let (first, _) = pings.begin(&mut entropy, at(0));
        let (second, nonce) = pings.begin(&mut entropy, at(10));
        let (third, last_nonce) = pings.begin(&mut entropy, at(20));
        assert!(first < second && second < third);
        assert_eq!(pings.answered(b"unasked", at(25)), None);
        let rtt = Duration::from_millis(20);
        assert_eq!(pings.answered(&nonce, at(30)), Some((second, rtt)));
        assert_eq!(pings.rtt(), Some(rtt));
        assert_eq!(pings.answered(&nonce, at(31)), None, "answered before");
        assert_eq!(
            pings.answered(&last_nonce, at(21)),
            Some((third, Duration::from_millis(1)))
        );
        assert_eq!(
            pings.outstanding.capacity(),
            0,
            "an idle connection holds nothing"
        );
    }

    #[test]
    fn nobody_waits_for_pings_that_were_given_up() {
        let (mut pings, mut entropy) = (Pings::default(), counting());
        let (_, nonce) = pings.begin(&mut entropy, at(0));
        pings.give_up();
        assert_eq!(pings.outstanding.capacity(), 0, "nothing is held");
        assert_eq!(pings.answered(&nonce, at(1)), None);
    }

    #[test]
    fn only_so_many_pings_are_remembered() {
        let (mut pings, mut entropy) = (Pings::default(), counting());
        let (_, oldest) = pings.begin(&mut entropy, at(0));
        for _ in 0..MAX_OUTSTANDING {
            pings.begin(&mut entropy, at(0));
        }
        assert_eq!(pings.outstanding.len(), MAX_OUTSTANDING);
        assert_eq!(pings.answered(&oldest, at(1)), None);
    }
}
