//! Tasks that are threads: one for each connection of a server.
//!
//! A thread cannot be ended from outside. What can is what it waits for: the opening handshake is
//! dropped, and then the WebSocket that its handler holds is aborted, so that whatever call it
//! waits in returns.

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};
use std::thread;

use sockeye_async_std::AsyncIo;
use sockeye_driver::Spawn;

use crate::attended::Attended;
use crate::wait::wait;

/// Stands for sockets of `async-io` and threads in the types of the driver.
pub type Blocking = AsyncIo<Threads>;

/// Stands for threads in the types of the driver; has no values.
///
/// When the operating system has no thread to give, the connection that it is for is dropped.
#[derive(Debug)]
pub enum Threads {}

/// One thread, which goes on when this is dropped.
#[derive(Clone)]
pub struct Thread {
    number: u64,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    is_aborted: bool,
    /// Wakes the thread where it waits for its own future.
    waker: Option<Waker>,
    /// The WebSocket that its handler has.
    connection: Weak<Attended>,
}

impl Spawn for Threads {
    type TaskId = u64;
    type Task = Thread;

    fn spawn(work: impl Future<Output = ()> + Send + Unpin + 'static) -> (u64, Thread) {
        let thread = Thread::new();
        // Apart from the closure, which is lost where no thread can be started.
        let work = Arc::new(Mutex::new(Some(work)));
        let taken = Arc::clone(&work);
        let own = thread.clone();
        let started = thread::Builder::new()
            .name("sockeye-connection".to_owned())
            .spawn(move || {
                CURRENT.set(Some(own.clone()));
                let work = lock(&taken).take();
                wait(Running { work, thread: own });
            });
        if started.is_err() {
            let before = CURRENT.replace(Some(thread.clone()));
            let work = lock(&work).take();
            drop(work);
            CURRENT.set(before);
        }
        (thread.number, thread)
    }

    fn current_task() -> Option<u64> {
        Thread::current().map(|thread| thread.number)
    }

    fn abort(thread: Thread) {
        let mut state = thread.lock();
        state.is_aborted = true;
        let waker = state.waker.take();
        let connection = state.connection.upgrade();
        // Neither is touched under the lock: both may look at it.
        drop(state);
        if let Some(connection) = connection {
            connection.abort();
        }
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Thread {
    fn new() -> Self {
        Self {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            state: Arc::default(),
        }
    }

    /// The thread at work, where it is one of these.
    pub(crate) fn current() -> Option<Self> {
        CURRENT.try_with(|current| current.borrow().clone()).ok()?
    }

    /// Says which WebSocket this thread's handler has, to be aborted with it.
    pub(crate) fn has_connection(&self, connection: &Arc<Attended>) {
        let mut state = self.lock();
        state.connection = Arc::downgrade(connection);
        let is_aborted = state.is_aborted;
        drop(state);
        if is_aborted {
            connection.abort();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl fmt::Debug for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Thread").field(&self.number).finish()
    }
}

/// The future of one thread, until it is aborted.
struct Running<W> {
    work: Option<W>,
    thread: Thread,
}

impl<W: Future<Output = ()> + Unpin> Future for Running<W> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.thread.lock();
        let is_aborted = state.is_aborted;
        state.waker = Some(cx.waker().clone());
        drop(state);
        if is_aborted {
            self.work = None;
        }
        match &mut self.work {
            Some(work) => Pin::new(work).poll(cx),
            None => Poll::Ready(()),
        }
    }
}

/// Whatever panicked elsewhere, what is locked here is whole: each change is one assignment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

thread_local! {
    static CURRENT: RefCell<Option<Thread>> = const { RefCell::new(None) };
}

static NEXT: AtomicU64 = AtomicU64::new(0);

#[cfg(test)]
mod tests;
