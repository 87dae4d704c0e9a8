//! Who has a connection, and who gets it when it is dropped in the middle of the closing handshake.
//!
//! A handler that sees that a connection is closing lets go of it, as it may, while the Close frames
//! are on their way. Dropping the transport then would reset it: what the peer has sent meanwhile
//! meets no reader, and the reset can overtake our Close frame. So a server's task keeps an
//! [`Estate`], and finishes what the handler left.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, ready};

use sockeye_connection::State;

use crate::Transport;
use crate::core::Core;
use crate::shell::Reporter;
use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::{Mutex, MutexGuard};

/// A core that has one owner.
pub(crate) struct Owned<T> {
    /// `None` only while it is being taken out.
    core: Option<Core<T>>,
    estate: Option<Arc<Estate<T>>>,
}

/// Where a connection goes that its owner leaves while it is closing.
pub(crate) struct Estate<T> {
    /// To be looked at without the lock.
    is_left: AtomicBool,
    left: Mutex<Option<Box<Core<T>>>>,
    /// Who is told how the owner failed; here, since the task that knows is to be small.
    pub(crate) reporter: Reporter,
}

impl<T> Owned<T> {
    /// From now on the connection goes there.
    pub(crate) fn leave_to(&mut self, estate: Arc<Estate<T>>) {
        self.estate = Some(estate);
    }

    #[expect(
        clippy::expect_used,
        reason = "a core is taken out only when its owner goes"
    )]
    pub(crate) fn into_core(mut self) -> Core<T> {
        self.core.take().expect(NOT_TAKEN)
    }
}

impl<T> From<Core<T>> for Owned<T> {
    /// Nobody gets it when it is dropped.
    fn from(core: Core<T>) -> Self {
        Self {
            core: Some(core),
            estate: None,
        }
    }
}

impl<T> Deref for Owned<T> {
    type Target = Core<T>;

    #[inline]
    #[expect(
        clippy::expect_used,
        reason = "a core is taken out only when its owner goes"
    )]
    fn deref(&self) -> &Core<T> {
        self.core.as_ref().expect(NOT_TAKEN)
    }
}

impl<T> DerefMut for Owned<T> {
    #[inline]
    #[expect(
        clippy::expect_used,
        reason = "a core is taken out only when its owner goes"
    )]
    fn deref_mut(&mut self) -> &mut Core<T> {
        self.core.as_mut().expect(NOT_TAKEN)
    }
}

impl<T> Drop for Owned<T> {
    fn drop(&mut self) {
        if let Some(estate) = &self.estate
            && let Some(core) = self.core.take()
            && core.endpoint.as_connection().state() == State::Closing
        {
            *estate.lock() = Some(Box::new(core));
            estate.is_left.store(true, Ordering::Release);
        }
    }
}

impl<T> Estate<T> {
    /// Nothing is left yet.
    pub(crate) fn new(reporter: Reporter) -> Self {
        Self {
            is_left: AtomicBool::new(false),
            left: Mutex::new(None),
            reporter,
        }
    }

    /// Whether a connection was left here.
    #[inline]
    pub(crate) fn is_left(&self) -> bool {
        self.is_left.load(Ordering::Acquire)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Box<Core<T>>>> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Transport> Estate<T> {
    /// Finishes the closing handshake of what was left, within its time limits; ready when there is
    /// nothing to finish.
    pub(crate) fn poll_settled(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut left = self.lock();
        if let Some(core) = &mut *left {
            ready!(core.poll_closed(cx));
            self.is_left.store(false, Ordering::Release);
            *left = None;
        }
        Poll::Ready(())
    }
}

/// Why there always is a core.
const NOT_TAKEN: &str = "a core is taken out of its owner only when that goes";
