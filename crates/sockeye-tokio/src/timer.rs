//! [`Timer`] on tokio's clock, which tests may pause.
//!
//! A timer that was never waited on costs two words; the first deadline allocates the rest.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use sockeye_connection::Timestamp;
use sockeye_driver::Timer;
use tokio::time::{Instant, Sleep, sleep_until};

/// The clock and the alarm of one connection.
pub(crate) struct TokioTimer {
    /// What timestamps are counted from. Of this timer, not of the process: in tests each runtime
    /// has a clock of its own.
    origin: Instant,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl TokioTimer {
    /// A timer whose time starts now.
    pub(crate) fn boxed() -> Box<dyn Timer> {
        Box::new(Self {
            origin: Instant::now(),
            sleep: None,
        })
    }
}

impl Timer for TokioTimer {
    fn now(&self) -> Timestamp {
        Timestamp::from_duration(self.origin.elapsed())
    }

    fn poll_expired(&mut self, deadline: Timestamp, cx: &mut Context<'_>) -> Poll<()> {
        // A deadline beyond what the clock can count never comes.
        let Some(deadline) = self.origin.checked_add(deadline.as_duration()) else {
            return Poll::Pending;
        };
        let sleep = self
            .sleep
            .get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if sleep.deadline() != deadline {
            sleep.as_mut().reset(deadline);
        }
        sleep.as_mut().poll(cx)
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
