//! The tasks of a server: one for each connection, counted, and ended by force when need be.
//!
//! A connection costs one map entry here. Tasks are not joined: a panic in one has been reported
//! by the runtime and concerns nobody else.

use std::future::{Future, poll_fn};
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::Spawn;
use crate::map::Map;

/// The running tasks of one server.
#[derive(Debug)]
pub(super) struct Tasks<R: Spawn> {
    running: Mutex<Running<R>>,
}

#[derive(Debug)]
struct Running<R: Spawn> {
    n_started: u64,
    n_ended: u64,
    /// The tasks that run, and with `None` those that ended before they were entered here.
    tasks: Map<R::TaskId, Option<R::Task>>,
    /// Whether tasks end as soon as they start.
    aborting: bool,
    /// Whether the socket is there that they come from.
    is_listening: bool,
    waiting: Vec<(Awaited, Waker)>,
}

/// What somebody waits for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Awaited {
    /// No more tasks than this.
    AtMost(u64),
    /// No task, and no socket that could bring another.
    End,
    /// The end of all by force.
    Abort,
}

/// How many tasks there are and were, at one moment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Counts {
    pub(super) running: u64,
    /// Those that ended, in whatever way.
    pub(super) ended: u64,
}

impl<R: Spawn> Tasks<R> {
    /// Runs `work` in a task of its own.
    ///
    /// The task is as large as `work`, for all its life. Up to 16 bytes (a boxed future, or one of
    /// two) fit into the smallest task that tokio makes.
    pub(super) fn spawn(self: &Arc<Self>, work: impl Future<Output = ()> + Send + Unpin + 'static) {
        self.lock().n_started += 1;
        // Not under the lock: a runtime that shuts down drops the task before `spawn` returns.
        let (id, task) = R::spawn(Counted {
            work,
            _entry: Entry(Arc::clone(self)),
        });
        let mut running = self.lock();
        if running.aborting {
            drop(running);
            R::abort(task);
        } else if running.tasks.remove(&id).is_none() {
            running.tasks.insert(id, Some(task));
        }
    }

    /// Ends the tasks that run now and all that are started later; returns what was before.
    pub(super) fn abort_all(&self) -> Counts {
        let mut running = self.lock();
        running.aborting = true;
        let tasks = mem::take(&mut running.tasks);
        let counts = running.counts();
        let done = running.take_done();
        // Not under the lock: a runtime may drop the future of a task before `abort` returns.
        drop(running);
        for (_, waker) in done {
            waker.wake();
        }
        for task in tasks.into_values().flatten() {
            R::abort(task);
        }
        counts
    }

    /// Says that there is a socket which tasks come from, until what is returned is dropped.
    pub(super) fn listening(self: &Arc<Self>) -> Listening<R> {
        self.lock().is_listening = true;
        Listening(Arc::clone(self))
    }

    /// Waits until no task runs.
    pub(super) async fn none_left(&self) {
        self.at_most(0).await;
    }

    /// Waits until no more than `limit` tasks run.
    pub(super) async fn at_most(&self, limit: u64) {
        self.wait_for(Awaited::AtMost(limit)).await;
    }

    /// Waits until no task runs and none will start.
    pub(super) async fn ended(&self) {
        self.wait_for(Awaited::End).await;
    }

    /// Waits until all tasks are ended by force.
    pub(super) async fn aborted(&self) {
        self.wait_for(Awaited::Abort).await;
    }

    async fn wait_for(&self, awaited: Awaited) {
        poll_fn(|cx| {
            let mut running = self.lock();
            if running.has_come(awaited) {
                return Poll::Ready(());
            }
            let waits = |(other, waker): &(Awaited, Waker)| {
                *other == awaited && waker.will_wake(cx.waker())
            };
            if !running.waiting.iter().any(waits) {
                running.waiting.push((awaited, cx.waker().clone()));
            }
            Poll::Pending
        })
        .await;
    }

    /// How many tasks there are and were.
    pub(super) fn counts(&self) -> Counts {
        self.lock().counts()
    }

    /// Whatever panicked elsewhere, these are whole: no change here stops half-way.
    fn lock(&self) -> MutexGuard<'_, Running<R>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// No tasks. Not derived, which would ask for a runtime that has a default.
impl<R: Spawn> Default for Tasks<R> {
    fn default() -> Self {
        Self {
            running: Mutex::new(Running {
                n_started: 0,
                n_ended: 0,
                tasks: Map::default(),
                aborting: false,
                is_listening: false,
                waiting: Vec::new(),
            }),
        }
    }
}

impl<R: Spawn> Running<R> {
    fn counts(&self) -> Counts {
        Counts {
            running: self.n_started.saturating_sub(self.n_ended),
            ended: self.n_ended,
        }
    }

    fn has_come(&self, awaited: Awaited) -> bool {
        let n_running = self.counts().running;
        match awaited {
            Awaited::AtMost(limit) => n_running <= limit,
            Awaited::End => n_running == 0 && !self.is_listening,
            Awaited::Abort => self.aborting,
        }
    }

    /// The wakers of those for whom that has come which they wait for.
    fn take_done(&mut self) -> Vec<(Awaited, Waker)> {
        let waiting = mem::take(&mut self.waiting);
        let (done, waiting) = waiting
            .into_iter()
            .partition(|(awaited, _)| self.has_come(*awaited));
        self.waiting = waiting;
        done
    }
}

/// The future of one task. A type rather than an async block, which would hold `work` twice.
struct Counted<W, R: Spawn> {
    work: W,
    /// After `work`, which is dropped first.
    _entry: Entry<R>,
}

impl<W: Future<Output = ()> + Unpin, R: Spawn> Future for Counted<W, R> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.work).poll(cx)
    }
}

/// Counts one task for as long as it exists: until it has ended, panicked or been dropped.
struct Entry<R: Spawn>(Arc<Tasks<R>>);

impl<R: Spawn> Drop for Entry<R> {
    fn drop(&mut self) {
        let Self(tasks) = self;
        let mut running = tasks.lock();
        running.n_ended += 1;
        let mut task = None;
        // The task's own id, so that it need not be kept here.
        if !running.aborting
            && let Some(id) = R::current_task()
        {
            task = running.tasks.remove(&id);
            if task.is_none() {
                running.tasks.insert(id, None);
            }
        }
        let done = running.take_done();
        // Neither wakers nor a runtime's tasks are touched under the lock.
        drop(running);
        drop(task);
        for (_, waker) in done {
            waker.wake();
        }
    }
}

/// A socket from which tasks come; dropped behind it.
pub(super) struct Listening<R: Spawn>(Arc<Tasks<R>>);

impl<R: Spawn> Drop for Listening<R> {
    fn drop(&mut self) {
        let Self(tasks) = self;
        let mut running = tasks.lock();
        running.is_listening = false;
        let done = running.take_done();
        drop(running);
        for (_, waker) in done {
            waker.wake();
        }
    }
}

#[cfg(test)]
mod tests;
