//! What one side sent and what the other got of it: in order, whole, once.
//!
//! A message whose sending was given up may have been queued or not, so what may come next is a
//! set of places in the row of all messages.

use std::collections::BTreeSet;
use std::fmt;

use sockeye_connection::{Message, MessageKind};

/// What is known of a message that was handed over.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Sent {
    /// Its sending was not waited for, or failed.
    Perhaps,
    /// Its sending was given up amid it: it may begin to come, and never comes whole.
    InPart,
    /// It was taken.
    Surely,
    /// It was refused.
    Never,
}

/// The messages of one direction of one connection.
pub(super) struct Ledger {
    messages: Vec<(Message, Sent)>,
    /// How many of the messages have come, as far as can be told.
    places: BTreeSet<usize>,
    /// How many had been handed over when all of them had left.
    n_flushed: usize,
    /// How many had been handed over when a ping was that has been answered.
    n_answered: usize,
    n_received: usize,
    /// How many came that the other side did not want to the end.
    n_cut: usize,
}

impl Default for Ledger {
    fn default() -> Self {
        Self {
            messages: Vec::new(),
            places: BTreeSet::from([0]),
            n_flushed: 0,
            n_answered: 0,
            n_received: 0,
            n_cut: 0,
        }
    }
}

impl Ledger {
    /// A message is about to be sent; gives its number.
    pub(super) fn send(&mut self, message: Message) -> usize {
        self.messages.push((message, Sent::Perhaps));
        self.messages.len() - 1
    }

    /// What became of it.
    pub(super) fn sent(&mut self, number: usize, sent: Sent) {
        self.messages[number].1 = sent;
    }

    /// A message came; `false` when none of its kind can come now.
    pub(super) fn receive(&mut self, received: &Message) -> bool {
        self.n_received += 1;
        self.proceed(|message, sent| sent != Sent::InPart && message == received)
    }

    /// The first bytes of a message came, and the other side did not want the rest.
    ///
    /// `false` when none can come now that begins so.
    pub(super) fn receive_part(&mut self, kind: MessageKind, bytes: &[u8]) -> bool {
        self.n_cut += 1;
        self.proceed(|message, _| message.kind() == kind && message.as_bytes().starts_with(bytes))
    }

    /// Something came that may be each message that `fits`.
    fn proceed(&mut self, fits: impl Fn(&Message, Sent) -> bool) -> bool {
        let mut places = BTreeSet::new();
        for place in &self.places {
            for (index, (message, sent)) in self.messages.iter().enumerate().skip(*place) {
                if *sent != Sent::Never && fits(message, *sent) {
                    places.insert(index + 1);
                }
                if *sent == Sent::Surely {
                    break;
                }
            }
        }
        self.places = places;
        !self.places.is_empty()
    }

    /// All that was handed over has left.
    pub(super) fn flush(&mut self) {
        self.n_flushed = self.messages.len();
    }

    /// A ping behind the first `n` was answered.
    pub(super) fn answer(&mut self, n: usize) {
        self.n_answered = self.n_answered.max(n);
    }

    /// Whether all that was surely sent has come.
    pub(super) fn is_complete(&self) -> bool {
        self.has_come(self.messages.len())
    }

    /// The same of what had left.
    pub(super) fn has_flushed_come(&self) -> bool {
        self.has_come(self.n_flushed)
    }

    /// The same of what the other side must have taken in, since it answered what was behind it.
    pub(super) fn has_answered_come(&self) -> bool {
        self.has_come(self.n_answered)
    }

    fn has_come(&self, n: usize) -> bool {
        let last = self.messages[..n]
            .iter()
            .rposition(|(_, sent)| *sent == Sent::Surely);
        last.is_none_or(|last| self.places.iter().any(|place| *place > last))
    }

    /// How many have been handed over.
    pub(super) const fn n_sent(&self) -> usize {
        self.messages.len()
    }

    pub(super) const fn n_received(&self) -> usize {
        self.n_received
    }

    pub(super) const fn n_cut(&self) -> usize {
        self.n_cut
    }

    /// Of how many messages this became.
    pub(super) fn count(&self, what: Sent) -> usize {
        count(&self.messages, what)
    }

    /// How many were surely sent and have not come, as far as can be told.
    pub(super) fn n_missing(&self) -> usize {
        let furthest = self.places.last().copied().unwrap_or_default();
        count(&self.messages[furthest..], Sent::Surely)
    }
}

fn count(messages: &[(Message, Sent)], what: Sent) -> usize {
    let messages = messages.iter();
    messages.filter(|(_, sent)| *sent == what).count()
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = self.messages.iter();
        let rows = rows.map(|(message, sent)| (message.as_bytes().len(), sent));
        f.debug_list().entries(rows).finish()?;
        let Self {
            places,
            n_flushed,
            n_answered,
            ..
        } = self;
        write!(
            f,
            " came as far as {places:?}, {n_flushed} had left, {n_answered} were answered"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ledger(row: &[(&str, Sent)]) -> Ledger {
        let mut ledger = Ledger::default();
        for (text, sent) in row {
            let number = ledger.send(Message::from(*text));
            ledger.sent(number, *sent);
        }
        ledger
    }

    fn receives(ledger: &mut Ledger, texts: &[&str]) -> bool {
        texts
            .iter()
            .all(|text| ledger.receive(&Message::from(*text)))
    }

    #[test]
    fn what_was_sent_comes_in_order_and_once() {
        use Sent::Surely;
        let row = [("a", Surely), ("b", Surely)];
        assert!(receives(&mut ledger(&row), &["a", "b"]));
        assert!(!receives(&mut ledger(&row), &["b"]), "lost");
        assert!(!receives(&mut ledger(&row), &["a", "a"]), "twice");
        assert!(!receives(&mut ledger(&row), &["a", "c"]), "altered");
        assert!(!receives(&mut ledger(&row), &["a", "b", "b"]), "made up");
    }

    #[test]
    fn what_was_given_up_may_come_or_not_and_what_was_refused_may_not() {
        use Sent::{Never, Perhaps, Surely};
        let row = [("a", Perhaps), ("", Perhaps), ("", Surely), ("b", Surely)];
        assert!(receives(&mut ledger(&row), &["", "b"]));
        assert!(receives(&mut ledger(&row), &["a", "", "", "b"]));
        assert!(!receives(&mut ledger(&row), &["a", "b"]));
        assert!(!receives(&mut ledger(&[("a", Never)]), &["a"]));
    }

    #[test]
    fn what_is_not_wanted_to_the_end_begins_like_a_message_and_is_past() {
        use Sent::{InPart, Surely};
        let row = [("ab", Surely), ("abc", Surely), ("d", InPart)];
        let mut cut = ledger(&row);
        assert!(cut.receive_part(MessageKind::Text, b"a"));
        assert_eq!(cut.n_missing(), 1);
        assert!(receives(&mut cut, &["abc"]));
        assert!(cut.is_complete() && cut.n_missing() == 0);
        assert!(cut.receive_part(MessageKind::Text, b""));
        assert!(!receives(&mut cut, &["d"]), "it is half a message");
        assert!(!ledger(&row).receive_part(MessageKind::Binary, b"a"));
        assert!(!ledger(&row).receive_part(MessageKind::Text, b"b"));
        assert!(
            !ledger(&row).receive_part(MessageKind::Text, b"abc"),
            "lost"
        );
    }

    #[test]
    fn it_is_complete_when_nothing_sure_is_missing() {
        use Sent::{Perhaps, Surely};
        let mut ledger = ledger(&[("a", Surely), ("b", Perhaps)]);
        assert!(!ledger.is_complete());
        assert!(receives(&mut ledger, &["a"]));
        assert!(ledger.is_complete());
    }

    #[test]
    fn what_had_left_or_was_answered_must_come_and_what_is_behind_it_need_not() {
        use Sent::{Perhaps, Surely};
        let mut ledger = ledger(&[("a", Surely), ("b", Surely), ("c", Perhaps)]);
        ledger.answer(1);
        ledger.flush();
        let number = ledger.send(Message::from("d"));
        ledger.sent(number, Surely);
        assert!(!ledger.has_answered_come());
        assert!(receives(&mut ledger, &["a"]));
        assert!(ledger.has_answered_come() && !ledger.has_flushed_come());
        assert!(receives(&mut ledger, &["b"]));
        assert!(ledger.has_flushed_come() && !ledger.is_complete());
    }
}
