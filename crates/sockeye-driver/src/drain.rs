//! A signal that tells many connections to close: the graceful end of a server.
//!
//! Each connection that listens closes itself with 1001 once it is polled; those that wait are
//! woken. Who does not leave in time is the shell's concern.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Waker};

use sockeye_frame::{CloseCode, CloseFrame};

use crate::map::Map;

/// A signal to close, shared by any number of connections; clones are the same signal.
///
/// An [`Acceptor`](crate::Acceptor) hands it to each WebSocket it makes. Once started it stays
/// so: connections made later close at once, and handshakes are refused with 503.
#[derive(Clone, Debug, Default)]
pub struct Drain {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    /// The Close frame that ends each connection; set once.
    frame: OnceLock<CloseFrame>,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    next_id: u64,
    wakers: Map<u64, Waker>,
}

impl Drain {
    /// A signal that has not been given.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Tells each connection to close with 1001, going away (RFC 6455 §7.4.1), and `reason`.
    ///
    /// The first call decides on the reason; later ones do nothing.
    pub fn start(&self, reason: &str) {
        let frame = CloseFrame::new(CloseCode::GoingAway, reason);
        if self.shared.frame.set(frame).is_err() {
            return;
        }
        let wakers = std::mem::take(&mut self.shared.lock().wakers);
        for waker in wakers.into_values() {
            waker.wake();
        }
    }

    /// Whether the signal was given.
    #[must_use]
    pub fn is_started(&self) -> bool {
        self.shared.frame.get().is_some()
    }

    pub(crate) fn listen(&self) -> DrainListener {
        let mut waiting = self.shared.lock();
        waiting.next_id += 1;
        DrainListener {
            shared: Arc::clone(&self.shared),
            id: waiting.next_id,
            registered: None,
        }
    }
}

impl Shared {
    /// The waiting list; every change to it is one map operation, so a panic cannot tear it.
    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection's ear on a [`Drain`].
pub(crate) struct DrainListener {
    shared: Arc<Shared>,
    id: u64,
    /// The waker that waits in the shared list, to register again only when it changes.
    registered: Option<Waker>,
}

impl DrainListener {
    /// The Close frame to send, once the signal was given; until then `cx` is woken when it is.
    #[inline]
    pub(crate) fn poll(&mut self, cx: &Context<'_>) -> Option<CloseFrame> {
        let is_waiting = match &self.registered {
            Some(waker) => waker.will_wake(cx.waker()),
            None => false,
        };
        if is_waiting && self.shared.frame.get().is_none() {
            return None;
        }
        self.poll_anew(cx, is_waiting)
    }

    fn poll_anew(&mut self, cx: &Context<'_>, is_waiting: bool) -> Option<CloseFrame> {
        if let Some(frame) = self.shared.frame.get() {
            return Some(frame.clone());
        }
        if !is_waiting {
            self.registered = Some(cx.waker().clone());
            self.shared
                .lock()
                .wakers
                .insert(self.id, cx.waker().clone());
        }
        // The signal may have been given between the check above and the registration.
        self.shared.frame.get().cloned()
    }
}

impl Drop for DrainListener {
    fn drop(&mut self) {
        if self.registered.is_some() {
            self.shared.lock().wakers.remove(&self.id);
        }
    }
}
