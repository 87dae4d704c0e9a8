//! [`Timer`] on the clock of `async-io`, which async-std and smol share.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use sockeye_connection::Timestamp;
use sockeye_driver::Timer;

/// The clock and the alarm of one connection.
pub(crate) struct AsyncIoTimer {
    /// What timestamps are counted from.
    origin: Instant,
    timer: async_io::Timer,
    /// What the timer is set to.
    deadline: Option<Timestamp>,
}

impl AsyncIoTimer {
    /// A timer whose time starts now.
    pub(crate) fn boxed() -> Box<dyn Timer> {
        Box::new(Self {
            origin: Instant::now(),
            timer: async_io::Timer::never(),
            deadline: None,
        })
    }
}

impl Timer for AsyncIoTimer {
    fn now(&self) -> Timestamp {
        Timestamp::from_duration(self.origin.elapsed())
    }

    fn poll_expired(&mut self, deadline: Timestamp, cx: &mut Context<'_>) -> Poll<()> {
        if self.deadline != Some(deadline) {
            // A deadline beyond what the clock can count never comes.
            let Some(at) = self.origin.checked_add(deadline.as_duration()) else {
                return Poll::Pending;
            };
            self.timer.set_at(at);
            self.deadline = Some(deadline);
        }
        ready!(Pin::new(&mut self.timer).poll(cx));
        self.deadline = None;
        Poll::Ready(())
    }
}

#[cfg(test)]
mod tests;
