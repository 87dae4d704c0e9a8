//! Who has a connection, and who gets it when it is dropped in the middle of the closing handshake.
//!
//! A handler that sees that a connection is closing lets go of it, as it may, while the Close frames
//! are on their way. Dropping the transport then would reset it: what the peer has sent meanwhile
//! meets no reader, and the reset can overtake our Close frame. So a server's task keeps an
//! [`Estate`], and finishes what the handler left.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use sockeye_connection::State;

use crate::Transport;
use crate::core::Core;
use crate::shell::Reporter;
use crate::sync::{Mutex, MutexGuard};

/// A core that has one owner.
pub(crate) struct Owned<T> {
    /// `None` only while it is being taken out.
    core: Option<Core<T>>,
    estate: Option<Arc<Estate<T>>>,
}

/// Where a connection goes that its owner leaves while it is closing.
pub(crate) struct Estate<T> {
    left: Mutex<Left<T>>,
    /// Who is told how the owner failed; here, since the task that knows is to be small.
    pub(crate) reporter: Reporter,
}

struct Left<T> {
    core: Option<Box<Core<T>>>,
    /// The task that finishes it, which need not be the one in which it is left.
    heir: Option<Waker>,
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
            let mut left = estate.lock();
            left.core = Some(Box::new(core));
            let heir = left.heir.take();
            drop(left);
            if let Some(heir) = heir {
                heir.wake();
            }
        }
    }
}

impl<T> Estate<T> {
    /// Nothing is left yet.
    pub(crate) fn new(reporter: Reporter) -> Self {
        let left = Left {
            core: None,
            heir: None,
        };
        Self {
            left: Mutex::new(left),
            reporter,
        }
    }

    /// What is left; each change to it is one assignment, so a panic cannot tear it.
    fn lock(&self) -> MutexGuard<'_, Left<T>> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Transport> Estate<T> {
    /// Finishes the closing handshake of what was left, within its time limits; ready when there is
    /// nothing to finish. What is left later wakes `cx`.
    // Hot: a handler's every turn ends here, see the echo over sockets in docs/benchmarks.md.
    pub(crate) fn poll_settled(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut left = self.lock();
        if let Some(core) = &mut left.core {
            ready!(core.poll_closed(cx));
            left.core = None;
        }
        let is_known = |heir: &Waker| heir.will_wake(cx.waker());
        if !left.heir.as_ref().is_some_and(is_known) {
            left.heir = Some(cx.waker().clone());
        }
        Poll::Ready(())
    }

    /// Nobody finishes what is left from now on: its memory is not kept for as long as the owner's.
    pub(crate) fn disinherit(&self) {
        self.lock().heir = None;
    }
}

/// Why there always is a core.
const NOT_TAKEN: &str = "a core is taken out of its owner only when that goes";

#[cfg(test)]
mod tests {
    use sockeye_connection::Config;
    use sockeye_frame::{CloseCode, Role};

    use super::*;
    use crate::WebSocket;
    use crate::testing::{Flag, Manners, VirtualClock, link};

    /// The handler has given its WebSocket to another task, and waits for something else.
    #[test]
    fn the_task_that_finishes_a_connection_is_woken_when_it_is_left() {
        let clock = VirtualClock::default();
        let (raw, server) = link(1 << 20, Manners::default());
        let config = Config::default();
        let mut ws = WebSocket::from_upgraded(server, clock.timer(), &[], Role::Server, config);
        let estate = Arc::new(Estate::new(Reporter::default()));
        ws.leave_to(Arc::clone(&estate));
        let flag = Flag::new();
        let waker = Waker::from(Arc::clone(&flag));
        let settle = || {
            flag.take();
            let settled = estate.poll_settled(&mut Context::from_waker(&waker));
            (settled, flag.take())
        };
        assert_eq!(settle(), (Poll::Ready(()), false));

        let (sender, receiver) = ws.split();
        sender.start_close(CloseCode::GoingAway, "").unwrap();
        drop((sender, receiver));
        assert!(flag.take(), "woken");
        assert_eq!(settle(), (Poll::Pending, false));
        assert_eq!(raw.take_incoming(), b"\x88\x02\x03\xe9");

        raw.inject(b"\x88\x82\0\0\0\0\x03\xe9");
        assert!(flag.take(), "woken");
        drop(raw);
        assert_eq!(settle(), (Poll::Ready(()), false));
        // Nothing of a task that has ended is kept.
        let n_wakers = Arc::strong_count(&flag);
        estate.disinherit();
        assert_eq!(Arc::strong_count(&flag), n_wakers - 1);
    }
}
