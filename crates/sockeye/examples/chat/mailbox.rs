//! What waits to be sent to one person: a queue with a bound.
//!
//! Posting never waits, so nobody who reads slowly can hold up the room. Whoever falls behind by
//! more than the bound loses the queue and is told so; the history is in the store anyway.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};

use sockeye::Message;
use tokio::sync::Notify;

/// The most messages that wait: minutes of a lively room.
const MAX_MESSAGES: usize = 256;
/// The most bytes that wait: four of the largest files.
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// A bounded queue of messages from the room to one connection.
#[derive(Debug, Default)]
pub(crate) struct Mailbox {
    state: Mutex<State>,
    posted: Notify,
}

#[derive(Debug, Default)]
struct State {
    queue: VecDeque<Message>,
    n_bytes: usize,
    overflowed: bool,
}

/// More was posted than the bound allows while its reader was busy.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct TooSlow;

impl Mailbox {
    /// Adds a message, or, past the bound, drops all of them.
    pub(crate) fn post(&self, message: Message) {
        let mut state = self.state();
        state.n_bytes += message.len();
        state.queue.push_back(message);
        if state.queue.len() > MAX_MESSAGES || state.n_bytes > MAX_BYTES {
            *state = State {
                overflowed: true,
                ..State::default()
            };
        }
        self.posted.notify_one();
    }

    /// Waits for the next message. For one reader.
    ///
    /// # Errors
    ///
    /// [`TooSlow`] once the bound was passed, and from then on.
    ///
    /// # Cancel safety
    ///
    /// A message is taken out in the same step that returns it, so none is lost.
    pub(crate) async fn next(&self) -> Result<Message, TooSlow> {
        loop {
            if let Some(next) = self.take() {
                return next;
            }
            // A message posted since is not missed: `notify_one` leaves a permit behind.
            self.posted.notified().await;
        }
    }

    /// Waits until the bound was passed. For the reader, while it is busy with a message.
    pub(crate) async fn overflow(&self) -> TooSlow {
        while !self.state().overflowed {
            // What was posted is not lost with the permit: `next` looks before it waits.
            self.posted.notified().await;
        }
        TooSlow
    }

    fn take(&self) -> Option<Result<Message, TooSlow>> {
        let mut state = self.state();
        if state.overflowed {
            return Some(Err(TooSlow));
        }
        let message = state.queue.pop_front()?;
        state.n_bytes -= message.len();
        Some(Ok(message))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .expect("nothing panics while it holds this lock")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn messages_come_out_in_the_order_they_were_posted() {
        let mailbox = Mailbox::default();
        for text in ["a", "b", "c"] {
            mailbox.post(Message::from(text));
        }
        for text in ["a", "b", "c"] {
            assert_eq!(mailbox.next().await, Ok(Message::from(text)));
        }
    }

    #[tokio::test]
    async fn a_waiting_reader_is_woken() {
        let mailbox = Mailbox::default();
        let (next, ()) = tokio::join!(mailbox.next(), async { mailbox.post(Message::from("a")) });
        assert_eq!(next, Ok(Message::from("a")));
    }

    #[tokio::test]
    async fn one_message_past_the_bound_is_too_slow() {
        let mailbox = Mailbox::default();
        for _ in 0..MAX_MESSAGES {
            mailbox.post(Message::from("a"));
        }
        assert_eq!(mailbox.next().await, Ok(Message::from("a")));
        mailbox.post(Message::from("a"));
        assert_eq!(mailbox.next().await, Ok(Message::from("a")));
        mailbox.post(Message::from("a"));
        mailbox.post(Message::from("a"));
        assert_eq!(mailbox.next().await, Err(TooSlow));
        mailbox.post(Message::from("a"));
        assert_eq!(mailbox.next().await, Err(TooSlow));
    }

    #[tokio::test]
    async fn a_busy_reader_learns_of_the_overflow_and_loses_nothing_before() {
        let mailbox = Mailbox::default();
        mailbox.post(Message::from("a"));
        tokio::select! {
            biased;
            TooSlow = mailbox.overflow() => panic!("one message is no overflow"),
            () = tokio::task::yield_now() => {}
        }
        assert_eq!(mailbox.next().await, Ok(Message::from("a")));

        let flood = async { (0..=MAX_MESSAGES).for_each(|_| mailbox.post(Message::from("a"))) };
        let (TooSlow, ()) = tokio::join!(mailbox.overflow(), flood);
    }

    #[tokio::test]
    async fn one_byte_past_the_bound_is_too_slow() {
        let mailbox = Mailbox::default();
        mailbox.post(Message::from(vec![0; MAX_BYTES]));
        assert!(mailbox.next().await.is_ok());
        mailbox.post(Message::from(vec![0; MAX_BYTES]));
        mailbox.post(Message::from("a"));
        assert_eq!(mailbox.next().await, Err(TooSlow));
    }
}
