//! The tasks of a server: one for each connection, counted, and ended by force when need be.
//!
//! A connection costs one map entry here. Tasks are not joined: a panic in one has been reported
//! by the runtime and concerns nobody else.

use std::collections::HashMap;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::sync::Notify;
use tokio::task::{AbortHandle, Id};

/// The running tasks of one server.
#[derive(Debug, Default)]
pub(crate) struct Tasks {
    running: Mutex<Running>,
    none_left: Notify,
}

#[derive(Debug, Default)]
struct Running {
    n_started: u64,
    n_ended: u64,
    /// The tasks that run, and with `None` those that ended before they were entered here.
    handles: HashMap<Id, Option<AbortHandle>>,
    /// Whether tasks end as soon as they start.
    aborting: bool,
}

/// How many tasks there are and were, at one moment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Counts {
    pub(crate) running: u64,
    /// Those that ended, in whatever way.
    pub(crate) ended: u64,
}

impl Tasks {
    /// Runs `work` in a task of its own.
    ///
    /// The task is as large as `work`, for all its life. Up to 16 bytes (a boxed future, or one of
    /// two) fit into the smallest task that tokio makes.
    pub(crate) fn spawn(self: &Arc<Self>, work: impl Future<Output = ()> + Send + Unpin + 'static) {
        self.lock().n_started += 1;
        // Not under the lock: a runtime that shuts down drops the task before `spawn` returns.
        let task = tokio::spawn(Counted {
            work,
            _entry: Entry(Arc::clone(self)),
        })
        .abort_handle();
        let mut running = self.lock();
        if running.aborting {
            task.abort();
        }
        let id = task.id();
        if running.handles.remove(&id).is_none() {
            running.handles.insert(id, Some(task));
        }
    }

    /// Ends the tasks that run now and all that are started later; returns what was before.
    pub(crate) fn abort_all(&self) -> Counts {
        let mut running = self.lock();
        running.aborting = true;
        for handle in running.handles.values().flatten() {
            handle.abort();
        }
        running.counts()
    }

    /// Waits until no task runs.
    pub(crate) async fn none_left(&self) {
        let mut none_left = pin!(self.none_left.notified());
        // Enabled before looking, so that the last task cannot end unnoticed in between.
        while {
            none_left.as_mut().enable();
            self.counts().running > 0
        } {
            none_left.as_mut().await;
            none_left.set(self.none_left.notified());
        }
    }

    /// How many tasks there are and were.
    pub(crate) fn counts(&self) -> Counts {
        self.lock().counts()
    }

    /// Whatever panicked elsewhere, these are whole: no change here stops half-way.
    fn lock(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    fn counts(&self) -> Counts {
        Counts {
            running: self.n_started.saturating_sub(self.n_ended),
            ended: self.n_ended,
        }
    }
}

/// The future of one task. A type rather than an async block, which would hold `work` twice.
struct Counted<W> {
    work: W,
    /// After `work`, which is dropped first.
    _entry: Entry,
}

impl<W: Future<Output = ()> + Unpin> Future for Counted<W> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.work).poll(cx)
    }
}

/// Counts one task for as long as it exists: until it has ended, panicked or been dropped.
struct Entry(Arc<Tasks>);

impl Drop for Entry {
    fn drop(&mut self) {
        let Self(tasks) = self;
        let mut running = tasks.lock();
        running.n_ended += 1;
        // The runtime drops a task's future in the task's own name, so the key need not be kept.
        if let Some(id) = tokio::task::try_id()
            && running.handles.remove(&id).is_none()
        {
            running.handles.insert(id, None);
        }
        if running.counts().running == 0 {
            tasks.none_left.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests;
