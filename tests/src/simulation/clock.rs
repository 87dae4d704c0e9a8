//! The world's clock as the driver wants it, and waiting for it.

use std::future::poll_fn;
use std::task::{Context, Poll};
use std::time::Duration;

use sockeye_connection::Timestamp;
use sockeye_driver::Timer;

use super::world::{with, with_any};

/// One pending wake-up.
pub(super) struct Clock {
    number: u64,
    armed: Option<Duration>,
}

impl Clock {
    pub(super) fn new() -> Self {
        Self {
            number: with(|world| world.number()),
            armed: None,
        }
    }

    fn disarm(&mut self) {
        if let Some(armed) = self.armed.take() {
            with_any(|world| world.alarms.remove(&(armed, self.number)));
        }
    }
}

impl Timer for Clock {
    fn now(&self) -> Timestamp {
        Timestamp::from_duration(with(|world| world.now))
    }

    fn poll_expired(&mut self, deadline: Timestamp, cx: &mut Context<'_>) -> Poll<()> {
        self.disarm();
        let deadline = deadline.as_duration();
        with(|world| {
            if world.now >= deadline {
                return Poll::Ready(());
            }
            let waker = cx.waker().clone();
            world.alarms.insert((deadline, self.number), waker);
            self.armed = Some(deadline);
            Poll::Pending
        })
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        self.disarm();
    }
}

/// Waits so long.
pub(super) async fn sleep(duration: Duration) {
    let mut clock = Clock::new();
    let deadline = clock.now() + duration;
    poll_fn(|cx| clock.poll_expired(deadline, cx)).await;
}
