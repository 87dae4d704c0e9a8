//! What a runtime's clock must offer: the time, and a wake-up at a deadline.
//!
//! [`Alarm`] is the driver's use of it: it re-arms the runtime's timer only when a deadline comes
//! *earlier*, since those of a live connection move later with nearly every byte.

use std::task::{Context, Poll};

use sockeye_connection::Timestamp;

/// A monotonic clock with one pending wake-up.
pub trait Timer: Send {
    /// The time now, counted from an origin of the timer's own choice that never moves.
    fn now(&self) -> Timestamp;

    /// Ready once `deadline` has passed; otherwise wakes `cx` when it has.
    ///
    /// A call with another deadline replaces the one before.
    fn poll_expired(&mut self, deadline: Timestamp, cx: &mut Context<'_>) -> Poll<()>;

    /// Wakes `cx` after everybody else has had a turn.
    ///
    /// Called by a connection whose peer sends without a pause, or whose application does, before it
    /// lets go. The default
    /// wakes at once, which suits a runtime that looks for readiness between any two polls; one
    /// that runs many woken tasks before it does should wake later.
    fn give_way(&mut self, cx: &mut Context<'_>) {
        cx.waker().wake_by_ref();
    }
}

/// A [`Timer`] that stays armed for the earliest deadline it was given.
pub(crate) struct Alarm {
    timer: Box<dyn Timer>,
    /// When the timer will wake us; `None` before the first use and after it fired.
    armed: Option<Timestamp>,
}

impl Alarm {
    pub(crate) fn new(timer: Box<dyn Timer>) -> Self {
        Self { timer, armed: None }
    }

    /// Ready once `deadline` has passed.
    ///
    /// A timer armed for an earlier moment is left alone: it costs one wake-up that finds nothing
    /// to do, instead of a re-arm for each message.
    pub(crate) fn poll(&mut self, deadline: Timestamp, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let armed = self.armed.map_or(deadline, |armed| armed.min(deadline));
            self.armed = Some(armed);
            if self.timer.poll_expired(armed, cx).is_pending() {
                return Poll::Pending;
            }
            self.armed = None;
            if armed >= deadline {
                return Poll::Ready(());
            }
        }
    }

    pub(crate) fn give_way(&mut self, cx: &mut Context<'_>) {
        self.timer.give_way(cx);
    }

    /// Whether the timer, as it is armed, would wake us after `deadline`.
    pub(crate) fn is_late_for(&self, deadline: Timestamp) -> bool {
        self.armed.is_none_or(|armed| armed > deadline)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.timer.now()
    }
}
