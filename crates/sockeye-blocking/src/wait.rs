//! Waiting for the driver's futures by the thread that calls.
//!
//! Sockets and timers are looked after by the thread of `async-io`, which wakes this one.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use async_io::Timer;
// Not that of `async-io`, with which waiting threads look after the sockets themselves: a message
// there and back took 38 µs with it and takes 25 µs with this one, since each call would wake the
// thread of `async-io` when it returns.
use futures_lite::future::block_on;

/// Waits for `future`, for as long as it takes.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    block_on(future)
}

/// Waits for `future`, but no longer than `limit`; `None` when the time was over.
///
/// A future that is ready at once is in time, whatever the limit.
pub(crate) fn within<T>(limit: Duration, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut timer = None;
    block_on(poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => {
            let timer = timer.get_or_insert_with(|| Timer::after(limit));
            Pin::new(timer).poll(cx).map(|_| None)
        }
    }))
}
