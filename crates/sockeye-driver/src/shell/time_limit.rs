//! Waiting, and waiting no longer than that, by a runtime's [`Timer`].

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use sockeye_connection::Timestamp;

use super::Listen;
use crate::Timer;

/// One time limit for several steps, one after another.
pub(super) struct TimeLeft {
    timer: Box<dyn Timer>,
    start: Timestamp,
    limit: Duration,
}

impl TimeLeft {
    pub(super) fn new<R: Listen>(limit: Duration) -> Self {
        let timer = R::timer();
        let start = timer.now();
        Self {
            timer,
            start,
            limit,
        }
    }

    /// What the steps so far have left.
    pub(super) fn left(&self) -> Duration {
        let taken = self.timer.now().saturating_since(self.start);
        self.limit.saturating_sub(taken)
    }
}

/// Waits for `future`, but no longer than `limit`; `None` when the time was over.
///
/// A future that is ready when it is polled for the first time is in time, whatever the limit.
pub(super) async fn within<R: Listen, F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    let mut timer = R::timer();
    let deadline = timer.now() + limit;
    let mut future = pin!(future);
    poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => timer.poll_expired(deadline, cx).map(|()| None),
    })
    .await
}

/// Waits for `future`, but not beyond `stop`; `None` when that came first.
///
/// A `stop` that is ready comes before a future that is ready too.
pub(super) async fn until<F: Future>(
    stop: impl Future<Output = ()>,
    future: F,
) -> Option<F::Output> {
    let (mut stop, mut future) = (pin!(stop), pin!(future));
    poll_fn(|cx| match stop.as_mut().poll(cx) {
        Poll::Ready(()) => Poll::Ready(None),
        Poll::Pending => future.as_mut().poll(cx).map(Some),
    })
    .await
}

/// Waits for as long as it takes.
pub(super) async fn sleep<R: Listen>(duration: Duration) {
    let mut timer = R::timer();
    let deadline = timer.now() + duration;
    poll_fn(|cx| timer.poll_expired(deadline, cx)).await;
}
