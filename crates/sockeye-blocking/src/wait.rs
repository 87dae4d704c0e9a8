//! Waiting for the driver's futures by the thread that calls.
//!
//! While it waits, the thread looks after the sockets of `async-io` itself, or another one that
//! waits does; a helper thread of `async-io` does where none waits.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use async_io::Timer;

/// Waits for `future`, for as long as it takes.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    // Most calls need no waiting, and setting that up would cost more than they do.
    match poll_once(future.as_mut()) {
        Poll::Ready(output) => output,
        Poll::Pending => async_io::block_on(future),
    }
}

/// Waits for `future`, but no longer than `limit`; `None` when the time was over.
pub(crate) fn within<T>(limit: Duration, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    if let Poll::Ready(output) = poll_once(future.as_mut()) {
        return Some(output);
    }
    let mut timer = Timer::after(limit);
    async_io::block_on(poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => Pin::new(&mut timer).poll(cx).map(|_| None),
    }))
}

/// What the future has now; whoever goes on with it polls it again with a waker of its own.
fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}
