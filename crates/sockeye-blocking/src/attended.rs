//! Connections on which no thread is in a call, and what is done for them meanwhile.
//!
//! A thread that waits in a call on a connection does all that is due on it: it writes what waits,
//! sends pings, looks at time limits. While none does, the driver's `Sender::closed` does the
//! same, polled by the [`attendant`](crate::attendant) whenever something has happened. When none
//! has for a while, `Sender::attended` answers the peer's pings too; not before, since it reads, and
//! a thread that receives again and again would pay for it each time.
//!
//! What is polled calls into the application's transports and extensions. A panic of theirs ends
//! the connection that it came from, and nothing else.

use std::future::Future;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Wake, Waker};

use sockeye_driver::{Sender, Transport};

use crate::attendant;

/// One connection, for as long as the application has it.
pub(crate) struct Attended {
    keeping: Mutex<Option<Keeping>>,
    /// Threads that are in a call on this connection.
    n_calls: AtomicUsize,
    /// Something has happened since this was last polled.
    is_due: AtomicBool,
    /// A call has been made since the attendant last looked whether one had.
    was_called: AtomicBool,
}

struct Keeping {
    /// Waits for the end, and does meanwhile what is due; `None` when it has come.
    closed: Option<Waiting>,
    /// Waits for the end, and answers the peer; `None` while calls are made.
    attended: Option<Waiting>,
    answer: Box<dyn Fn() -> Waiting + Send>,
    abort: Box<dyn Fn() + Send>,
}

type Waiting = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The time in which one thread is in a call.
#[must_use = "the call ends when this is dropped"]
pub(crate) struct Call<'a> {
    attended: &'a Arc<Attended>,
}

/// What the application holds of an [`Attended`]: it is forgotten with the last of them.
pub(crate) struct Attendance {
    attended: Arc<Attended>,
}

impl Attendance {
    pub(crate) fn new<T: Transport + 'static>(sender: &Sender<T>) -> Arc<Self> {
        let (waiting, answering, aborting) = (sender.clone(), sender.clone(), sender.clone());
        let attended = Arc::new(Attended {
            keeping: Mutex::new(Some(Keeping {
                closed: Some(Box::pin(async move {
                    waiting.closed().await;
                })),
                attended: None,
                answer: Box::new(move || {
                    let sender = answering.clone();
                    Box::pin(async move {
                        sender.attended().await;
                    })
                }),
                abort: Box::new(move || aborting.abort()),
            })),
            n_calls: AtomicUsize::new(0),
            is_due: AtomicBool::new(false),
            was_called: AtomicBool::new(true),
        });
        attended.attend(false);
        attendant::watch(&attended);
        Arc::new(Self { attended })
    }

    /// Says that a thread is in a call from now on.
    pub(crate) fn call(&self) -> Call<'_> {
        self.attended.n_calls.fetch_add(1, Ordering::SeqCst);
        self.attended.was_called.store(true, Ordering::Relaxed);
        Call {
            attended: &self.attended,
        }
    }

    pub(crate) fn attended(&self) -> &Arc<Attended> {
        &self.attended
    }

    /// Lets go of the connection, for whoever wants it whole.
    pub(crate) fn forget(&self) {
        self.attended.forget();
    }
}

impl Drop for Attendance {
    fn drop(&mut self) {
        self.forget();
    }
}

impl Attended {
    /// Does what is due; also for the peer, where that has been begun and no call was made since.
    pub(crate) fn attend(self: &Arc<Self>, for_peer: bool) {
        // Before it is polled, so that what happens meanwhile is not missed.
        self.is_due.store(false, Ordering::SeqCst);
        let mut keeping = self.lock();
        let Some(kept) = &mut *keeping else { return };
        if !for_peer {
            kept.attended = None;
        }
        let waker = Waker::from(Arc::clone(self));
        let mut cx = Context::from_waker(&waker);
        // Not let through: here it would end whoever attends to all connections, or a call that has
        // come to its end already.
        if has_panicked(|| kept.poll(&mut cx))
            && let Some(kept) = keeping.take()
        {
            // Under the lock, so that who has it forgotten is the only one who has the connection.
            kept.give_up();
        }
    }

    /// Begins to answer the peer if no call was made since this was last asked, and else ends it.
    pub(crate) fn look_after_peer(self: &Arc<Self>) {
        let was_called = self.was_called.swap(false, Ordering::Relaxed);
        let is_called = was_called || self.n_calls.load(Ordering::SeqCst) > 0;
        let mut keeping = self.lock();
        let Some(kept) = &mut *keeping else { return };
        if is_called {
            // It has not seen what the calls have left.
            kept.attended = None;
        } else if kept.attended.is_none() && kept.closed.is_some() {
            kept.attended = Some((kept.answer)());
            drop(keeping);
            self.attend(true);
        }
    }

    /// Ends the connection by force; whoever is in a call on it returns.
    pub(crate) fn abort(&self) {
        if let Some(kept) = &*self.lock() {
            (kept.abort)();
        }
    }

    /// Whether somebody who has it forgotten now would wait.
    #[cfg(test)]
    pub(crate) fn is_locked(&self) -> bool {
        use std::sync::TryLockError;
        matches!(self.keeping.try_lock(), Err(TryLockError::WouldBlock))
    }

    fn forget(&self) {
        let kept = self.lock().take();
        drop(kept);
    }

    /// Whatever panicked, this is whole: each change is one assignment.
    fn lock(&self) -> MutexGuard<'_, Option<Keeping>> {
        self.keeping.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keeping {
    /// Does what is due.
    fn poll(&mut self, cx: &mut Context<'_>) {
        for waiting in [&mut self.closed, &mut self.attended] {
            if let Some(future) = waiting
                && future.as_mut().poll(cx).is_ready()
            {
                *waiting = None;
            }
        }
    }

    /// Ends a connection that has panicked, and may do so again; who is in a call on it returns.
    fn give_up(self) {
        has_panicked(|| (self.abort)());
        has_panicked(|| drop(self));
    }
}

/// Runs `work`, and lets no panic through.
fn has_panicked(work: impl FnOnce()) -> bool {
    let Err(panic) = catch_unwind(AssertUnwindSafe(work)) else {
        return false;
    };
    // What it is of may panic again when it is dropped; what that is of is never dropped.
    if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        mem::forget(another);
    }
    true
}

/// Something happened on the connection.
impl Wake for Attended {
    fn wake(self: Arc<Self>) {
        let was_due = self.is_due.swap(true, Ordering::SeqCst);
        // Who is in a call has been woken too, and looks here when it returns.
        if !was_due && self.n_calls.load(Ordering::SeqCst) == 0 {
            attendant::attend(self);
        }
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        let n_before = self.attended.n_calls.fetch_sub(1, Ordering::SeqCst);
        if n_before == 1 && self.attended.is_due.load(Ordering::SeqCst) {
            self.attended.attend(false);
        }
    }
}
