//! Waiting for the answer to a ping.
//!
//! The reply is a future apart from the WebSocket: whoever receives resolves it. It borrows
//! nothing, so it can be awaited in another task.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use sockeye_connection::{PingId, Timestamp};

use crate::Error;
use crate::sync::Mutex;

/// Resolves to the round-trip time of a ping once its pong has arrived (RFC 6455 §5.5.3).
///
/// Somebody must receive on the connection meanwhile, since that is how pongs are read. A pong
/// for a later ping answers this one too. Resolves to [`Error::Closed`] when the connection ends
/// first.
///
/// # Cancel safety
///
/// Dropping it forgets the ping; nothing else changes.
#[derive(Debug)]
#[must_use = "the pong is awaited by awaiting this future"]
pub struct PongReply {
    slot: Arc<Mutex<Slot>>,
}

#[derive(Debug, Default)]
enum Slot {
    #[default]
    Idle,
    Waiting(Waker),
    Answered(Duration),
    Closed,
}

impl Future for PongReply {
    type Output = Result<Duration, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        match *slot {
            Slot::Answered(rtt) => Poll::Ready(Ok(rtt)),
            Slot::Closed => Poll::Ready(Err(Error::Closed)),
            Slot::Idle | Slot::Waiting(_) => {
                *slot = Slot::Waiting(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

/// The pings of one connection that have not been answered, oldest first.
#[derive(Default)]
pub(crate) struct AwaitedPongs {
    pings: Vec<(PingId, Timestamp, Arc<Mutex<Slot>>)>,
}

impl AwaitedPongs {
    /// Waits for the pong to `id`, sent at `now`.
    pub(crate) fn wait(&mut self, id: PingId, now: Timestamp) -> PongReply {
        // Replies that nobody holds any more make room, so that the list is as long as the number
        // of futures the application keeps.
        self.pings
            .retain(|(_, _, slot)| Arc::strong_count(slot) > 1);
        let slot = Arc::default();
        self.pings.push((id, now, Arc::clone(&slot)));
        PongReply { slot }
    }

    /// The pong to `id` arrived: it answers that ping and all before it (RFC 6455 §5.5.3).
    pub(crate) fn answered(&mut self, id: PingId, now: Timestamp) {
        // By order, not by equality: the pong may be to a keepalive ping, which nobody waits for.
        let n_answered = self.pings.partition_point(|(ping, ..)| *ping <= id);
        for (_, sent, slot) in self.pings.drain(..n_answered) {
            resolve(&slot, Slot::Answered(now.saturating_since(sent)));
        }
    }

    /// No pong will arrive any more.
    pub(crate) fn close(&mut self) {
        for (_, _, slot) in self.pings.drain(..) {
            resolve(&slot, Slot::Closed);
        }
    }
}

impl Drop for AwaitedPongs {
    fn drop(&mut self) {
        self.close();
    }
}

fn resolve(slot: &Mutex<Slot>, result: Slot) {
    let before = std::mem::replace(
        &mut *slot.lock().unwrap_or_else(PoisonError::into_inner),
        result,
    );
    if let Slot::Waiting(waker) = before {
        waker.wake();
    }
}
