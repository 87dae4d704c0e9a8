//! Tasks that know their number, for executors whose tasks have none to ask for.
//!
//! The number of the task at work is kept by the thread: while the future of the task is polled,
//! and while it is dropped.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

/// The future of one task.
pub(crate) struct Numbered<W> {
    number: u64,
    /// `None` only while this is being dropped.
    work: Option<W>,
}

impl<W> Numbered<W> {
    /// Gives `work` a number that no other task of this process has.
    pub(crate) fn new(work: W) -> (u64, Self) {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let work = Some(work);
        (number, Self { number, work })
    }
}

/// The number of the task at work on this thread.
pub(crate) fn current() -> Option<u64> {
    CURRENT.get()
}

impl<W: Future<Output = ()> + Unpin> Future for Numbered<W> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let _turn = Turn::of(self.number);
        match &mut self.work {
            Some(work) => Pin::new(work).poll(cx),
            None => Poll::Ready(()),
        }
    }
}

impl<W> Drop for Numbered<W> {
    fn drop(&mut self) {
        let _turn = Turn::of(self.number);
        self.work = None;
    }
}

/// The time in which a task is at work; ends by a panic too.
struct Turn {
    before: Option<u64>,
}

impl Turn {
    fn of(number: u64) -> Self {
        Self {
            before: CURRENT.replace(Some(number)),
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        CURRENT.set(self.before);
    }
}

thread_local! {
    static CURRENT: Cell<Option<u64>> = const { Cell::new(None) };
}

static NEXT: AtomicU64 = AtomicU64::new(0);

#[cfg(test)]
mod tests;
