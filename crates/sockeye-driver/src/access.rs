//! The way to the core: owned by one WebSocket, or shared by its halves.
//!
//! Every call of the public types is a poll on the core through one of these, so that each is
//! written once for both.

use std::future::poll_fn;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::Transport;
use crate::core::Core;
use crate::hub::{Hub, SeatId};
use crate::owned::Owned;
use crate::sync::{Mutex, MutexGuard};

/// A core that several tasks use.
///
/// The lock is held for one poll and never while waiting.
pub(crate) struct Shared<T> {
    core: Mutex<Owned<T>>,
    hub: Arc<Hub>,
    /// The names of the extensions, which do not change: to be lent without the lock.
    extensions: Box<[Box<str>]>,
    /// The hub as the one waker that the transport and the timer see.
    waker: Waker,
}

impl<T: Transport> Shared<T> {
    pub(crate) fn new(core: Owned<T>) -> Self {
        let hub = Arc::<Hub>::default();
        let connection = core.endpoint.as_connection();
        Self {
            extensions: connection.extensions().map(Box::from).collect(),
            core: Mutex::new(core),
            waker: Waker::from(Arc::clone(&hub)),
            hub,
        }
    }

    pub(crate) fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    pub(crate) fn extensions(&self) -> impl Iterator<Item = &str> {
        self.extensions.iter().map(|name| &**name)
    }

    /// Runs `op` on the core, with a context that wakes the seats.
    pub(crate) fn with<R>(&self, op: impl FnOnce(&mut Core<T>, &mut Context<'_>) -> R) -> R {
        let mut core = self.lock();
        let could = core.allows();
        let cx = &mut Context::from_waker(&self.waker);
        let result = op(&mut core, cx);
        // A new time limit may be due before the timer would wake anybody.
        let is_due = core.is_alarm_late() && core.poll_alarm(cx).is_ready();
        let is_news = core.take_news() || is_due || core.allows() != could;
        drop(core);
        if is_news {
            // What the others wait for changed without an event of the transport.
            self.hub.wake_all();
        }
        result
    }

    /// As [`Self::with`], for a call that waits at `seat` while the result is pending.
    pub(crate) fn poll<R>(
        &self,
        seat: SeatId,
        cx: &Context<'_>,
        op: impl FnOnce(&mut Core<T>, &mut Context<'_>) -> Poll<R>,
    ) -> Poll<R> {
        self.hub.wait(seat, cx.waker());
        self.with(op)
    }

    pub(crate) fn into_core(self) -> Owned<T> {
        self.core
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The core, even if a task panicked while it held it: the panic was in a transport, a timer
    /// or a closure of the application, between two consistent states of ours.
    fn lock(&self) -> MutexGuard<'_, Owned<T>> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One call's way to the core.
pub(crate) enum Access<'a, T: Transport> {
    Own(&'a mut Core<T>),
    /// The seat is taken when the call has to wait.
    Shared(&'a Shared<T>, Option<SeatId>),
}

impl<'a, T: Transport> Access<'a, T> {
    /// Access through a seat of its own, which is left when the call ends.
    pub(crate) const fn shared(shared: &'a Shared<T>) -> Self {
        Self::Shared(shared, None)
    }

    pub(crate) fn poll<R>(
        &mut self,
        cx: &mut Context<'_>,
        op: impl FnOnce(&mut Core<T>, &mut Context<'_>) -> Poll<R>,
    ) -> Poll<R> {
        match self {
            Self::Own(core) => op(core, cx),
            Self::Shared(shared, seat) => {
                let seat = seat.get_or_insert_with(|| shared.hub.new_seat());
                shared.poll(*seat, cx, op)
            }
        }
    }

    /// Waits until `op` is ready.
    pub(crate) async fn wait<R>(
        &mut self,
        mut op: impl FnMut(&mut Core<T>, &mut Context<'_>) -> Poll<R>,
    ) -> R {
        poll_fn(|cx| self.poll(cx, &mut op)).await
    }

    /// Does what needs no waiting.
    pub(crate) fn with<R>(&mut self, op: impl FnOnce(&mut Core<T>, &mut Context<'_>) -> R) -> R {
        match self {
            Self::Own(core) => op(core, &mut Context::from_waker(Waker::noop())),
            Self::Shared(shared, _) => shared.with(op),
        }
    }
}

impl<T: Transport> Drop for Access<'_, T> {
    fn drop(&mut self) {
        if let Self::Shared(shared, Some(seat)) = self {
            shared.hub.leave(*seat);
        }
    }
}
