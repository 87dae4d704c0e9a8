//! Connections on which no thread is in a call, and what is done for them meanwhile.
//!
//! A thread that waits in a call on a connection does all that is due on it: it writes what waits,
//! sends pings, looks at time limits. While none does, the driver's `Sender::closed` does the
//! same, polled by the [`attendant`](crate::attendant) whenever something has happened. Messages
//! and the peer's pings stay in the socket until a thread receives.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use sockeye_driver::{Sender, Transport};

use crate::attendant;

/// One connection, for as long as the application has it.
pub(crate) struct Attended {
    keeping: Mutex<Option<Keeping>>,
    /// Threads that are in a call on this connection.
    n_calls: AtomicUsize,
    /// Something has happened since this was last polled.
    is_due: AtomicBool,
}

struct Keeping {
    /// `None` when the connection has ended.
    closed: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    abort: Box<dyn Fn() + Send>,
}

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
        let (waiting, aborting) = (sender.clone(), sender.clone());
        let attended = Arc::new(Attended {
            keeping: Mutex::new(Some(Keeping {
                closed: Some(Box::pin(async move {
                    waiting.closed().await;
                })),
                abort: Box::new(move || aborting.abort()),
            })),
            n_calls: AtomicUsize::new(0),
            is_due: AtomicBool::new(false),
        });
        attended.attend();
        Arc::new(Self { attended })
    }

    /// Says that a thread is in a call from now on.
    pub(crate) fn call(&self) -> Call<'_> {
        self.attended.n_calls.fetch_add(1, Ordering::SeqCst);
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
    /// Does what is due.
    pub(crate) fn attend(self: &Arc<Self>) {
        // Before it is polled, so that what happens meanwhile is not missed.
        self.is_due.store(false, Ordering::SeqCst);
        let mut keeping = self.keeping.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(keeping) = &mut *keeping else { return };
        if let Some(closed) = &mut keeping.closed {
            let waker = Waker::from(Arc::clone(self));
            if let Poll::Ready(()) = closed.as_mut().poll(&mut Context::from_waker(&waker)) {
                keeping.closed = None;
            }
        }
    }

    /// Ends the connection by force; whoever is in a call on it returns.
    pub(crate) fn abort(&self) {
        let keeping = self.keeping.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(keeping) = &*keeping {
            (keeping.abort)();
        }
    }

    fn forget(&self) {
        let keeping = self
            .keeping
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        drop(keeping);
    }
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
            self.attended.attend();
        }
    }
}
