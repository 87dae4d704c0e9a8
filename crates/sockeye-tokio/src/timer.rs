//! [`Timer`] on tokio's clock, which tests may pause.
//!
//! A timer that was never waited on costs a few words; the first deadline allocates the rest.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker, ready};

use sockeye_connection::Timestamp;
use sockeye_driver::Timer;
use tokio::task::unconstrained;
use tokio::time::{Instant, Sleep, sleep_until};

/// The clock and the alarm of one connection.
pub(crate) struct TokioTimer {
    /// What timestamps are counted from. Of this timer, not of the process: in tests each runtime
    /// has a clock of its own.
    origin: Instant,
    sleep: Option<Pin<Box<Sleep>>>,
    /// What the runtime's timer was set to, and whom it wakes.
    deadline: Timestamp,
    waker: Option<Waker>,
}

impl TokioTimer {
    /// A timer whose time starts now.
    pub(crate) fn boxed() -> Box<dyn Timer> {
        Box::new(Self {
            origin: Instant::now(),
            sleep: None,
            deadline: Timestamp::default(),
            waker: None,
        })
    }
}

impl TokioTimer {
    /// Whether `waker` is going to be woken at `deadline` as things are.
    ///
    /// Asked for each wake-up of a connection, and cheaper than setting the timer again.
    #[inline]
    fn is_set(&self, deadline: Timestamp, waker: &Waker) -> bool {
        match (&self.sleep, &self.waker) {
            (Some(sleep), Some(set)) => {
                self.deadline == deadline && set.will_wake(waker) && !sleep.is_elapsed()
            }
            (Some(_) | None, Some(_) | None) => false,
        }
    }
}

impl Timer for TokioTimer {
    fn now(&self) -> Timestamp {
        Timestamp::from_duration(self.origin.elapsed())
    }

    fn poll_expired(&mut self, deadline: Timestamp, cx: &mut Context<'_>) -> Poll<()> {
        if self.is_set(deadline, cx.waker()) {
            return Poll::Pending;
        }
        // A deadline beyond what the clock can count never comes.
        let Some(at) = self.origin.checked_add(deadline.as_duration()) else {
            return Poll::Pending;
        };
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(at)));
        if sleep.deadline() != at {
            sleep.as_mut().reset(at);
        }
        self.deadline = deadline;
        self.waker = Some(cx.waker().clone());
        // Also at the end of the task's turn, when the runtime would only ask to be asked again:
        // then it would not be set, and `is_set` would say that it is.
        ready!(pin!(unconstrained(sleep.as_mut())).poll(cx));
        self.waker = None;
        Poll::Ready(())
    }

    fn give_way(&mut self, cx: &mut Context<'_>) {
        // tokio runs dozens of woken tasks before it looks for readiness again, and a task that
        // wakes itself would be all of them. Its own way to yield wakes after that look; polled
        // once it has done so, and holds nothing.
        let _ = pin!(tokio::task::yield_now()).poll(cx);
    }
}

#[cfg(test)]
mod tests;
