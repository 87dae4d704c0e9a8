//! Wakes every task that waits on one connection.
//!
//! A transport remembers one waker, but the halves of a split WebSocket wait in different tasks.
//! So the transport is only ever given the hub's waker, and each waiting call has a seat in the
//! hub: whatever happens wakes all of them, and each looks again. A wake-up that concerns another
//! seat costs one poll; a lost one would cost the connection.

use std::sync::{Arc, PoisonError};
use std::task::{Wake, Waker};

use crate::sync::atomic::{AtomicU64, Ordering};
use crate::sync::{Mutex, MutexGuard};

/// Where one call waits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct SeatId(u64);

/// The seats of one connection.
#[derive(Default)]
pub(crate) struct Hub {
    seats: Mutex<Vec<(SeatId, Waker)>>,
    next_seat: AtomicU64,
}

impl Hub {
    pub(crate) fn new_seat(&self) -> SeatId {
        SeatId(self.next_seat.fetch_add(1, Ordering::Relaxed))
    }

    /// Wakes `waker` at the next event; called before trying, so that no event falls in between.
    pub(crate) fn wait(&self, seat: SeatId, waker: &Waker) {
        let mut seats = self.lock();
        match seats.iter_mut().find(|(id, _)| *id == seat) {
            Some((_, waiting)) => waiting.clone_from(waker),
            None => seats.push((seat, waker.clone())),
        }
    }

    /// Nobody waits at `seat` any more.
    pub(crate) fn leave(&self, seat: SeatId) {
        self.lock().retain(|(id, _)| *id != seat);
    }

    /// Wakes all who wait; they take their seats again when they try again.
    pub(crate) fn wake_all(&self) {
        let seats = std::mem::take(&mut *self.lock());
        for (_, waker) in seats {
            waker.wake();
        }
    }

    /// The seats; each change to them is one operation on a list, so a panic cannot tear it.
    fn lock(&self) -> MutexGuard<'_, Vec<(SeatId, Waker)>> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Hub {
    fn wake(self: Arc<Self>) {
        self.wake_all();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.wake_all();
    }
}
