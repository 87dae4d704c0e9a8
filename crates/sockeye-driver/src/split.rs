//! The halves of a WebSocket: one that receives, and any number that send, in different tasks.
//!
//! Both work on the same core under a lock that is held for one poll at a time. Whichever half is
//! polled does all that is due: a receiver writes what senders queued, pongs included.

use std::pin::Pin;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_sink::Sink;
use sockeye_connection::{
    ApiMisuse, CloseOutcome, Message, MessageKind, PreparedMessage, SendOptions, State, Stats,
};
use sockeye_frame::{CloseCode, CloseFrame};

use crate::access::{Access, Shared};
use crate::calls;
use crate::core::Core;
use crate::hub::SeatId;
use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::{Mutex, MutexGuard};
use crate::{
    Error, Event, MessageReader, MessageWriter, PongReply, Transport, TrySendError, WebSocket,
};

/// Makes the halves of a core.
pub(crate) fn split<T: Transport>(
    shared: Arc<Shared<T>>,
    subprotocol: Option<Box<str>>,
) -> (Sender<T>, Receiver<T>) {
    let is_received = Arc::new(AtomicBool::new(true));
    let sender = Sender {
        seat: shared.hub().new_seat(),
        shared: Arc::clone(&shared),
        is_received: Arc::clone(&is_received),
        kept: Mutex::default(),
    };
    let receiver = Receiver {
        seat: shared.hub().new_seat(),
        shared,
        is_received,
        subprotocol,
    };
    (sender, receiver)
}

/// The sending half: clones send from different tasks, message by message.
///
/// All methods take `&self`; what [`WebSocket`] says of cancel safety holds here too. Dropping all
/// senders does not close the connection.
pub struct Sender<T: Transport> {
    shared: Arc<Shared<T>>,
    /// Whether the receiving half exists.
    is_received: Arc<AtomicBool>,
    /// Where this one waits when it is used as a [`Sink`].
    seat: SeatId,
    /// What it was given as one, until there is room. Seldom anything, so it takes little room.
    ///
    /// A lock, since the methods that must not overtake it have `&self`. It is taken under that of
    /// the core, for one step, and what is taken out is queued before the core is let go of: whoever
    /// has the core finds the message in one place or the other.
    kept: Mutex<Option<Box<Message>>>,
}

impl<T: Transport> Sender<T> {
    fn access(&self) -> Access<'_, T> {
        Access::shared(&self.shared)
    }

    /// Queues `message` and tries to write it; waits only while the queue is above its high-water
    /// mark, or while another sender is in the middle of a streamed message.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] when the connection is closing or closed, [`Error::Io`] when writing failed:
    /// [`Receiver::recv`] goes on with what came before, which may be a Close frame that says why.
    ///
    /// # Cancel safety
    ///
    /// A message whose future is dropped is either queued whole or not sent at all.
    pub async fn send(&self, message: impl Into<Message>) -> Result<(), Error> {
        calls::send(self.access(), message.into()).await
    }

    /// As [`Self::send`], with wishes about how extensions treat the message.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    ///
    /// # Cancel safety
    ///
    /// As [`Self::send`].
    pub async fn send_with(
        &self,
        message: impl Into<Message>,
        options: SendOptions,
    ) -> Result<(), Error> {
        calls::send(self.access(), (message.into(), options)).await
    }

    /// As [`Self::send`], of a message that was made for many connections.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    ///
    /// # Cancel safety
    ///
    /// As [`Self::send`].
    pub async fn send_prepared(&self, message: &PreparedMessage) -> Result<(), Error> {
        calls::send(self.access(), message).await
    }

    /// Queues `message` without writing, for several messages in one write.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    ///
    /// # Cancel safety
    ///
    /// As [`Self::send`].
    pub async fn feed(&self, message: impl Into<Message>) -> Result<(), Error> {
        calls::feed(self.access(), message.into()).await
    }

    /// As [`Self::feed`], with wishes about how extensions treat the message.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    ///
    /// # Cancel safety
    ///
    /// As [`Self::send`].
    pub async fn feed_with(
        &self,
        message: impl Into<Message>,
        options: SendOptions,
    ) -> Result<(), Error> {
        calls::feed(self.access(), (message.into(), options)).await
    }

    /// As [`Self::feed`], of a message that was made for many connections.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    ///
    /// # Cancel safety
    ///
    /// As [`Self::send`].
    pub async fn feed_prepared(&self, message: &PreparedMessage) -> Result<(), Error> {
        calls::feed(self.access(), message).await
    }

    /// Waits until all that was queued has been handed to the operating system, and before that
    /// until what this half keeps as a [`Sink`] was queued.
    ///
    /// # Errors
    ///
    /// [`Error::Io`]; [`Error::Timeout`] when the peer takes nothing for too long;
    /// [`Error::Closed`], once, when what was kept cannot be sent any more.
    ///
    /// # Cancel safety
    ///
    /// Safe: what was not written stays queued.
    pub async fn flush(&self) -> Result<(), Error> {
        let flush = |core: &mut Core<T>, cx: &mut Context<'_>| {
            ready!(self.poll_kept(core, cx))?;
            core.poll_flush(cx)
        };
        self.access().wait(flush).await
    }

    /// Queues `message` and tries to write it, if there is room in the queue now.
    ///
    /// # Errors
    ///
    /// [`TrySendError::Full`] gives the message back; [`TrySendError::Failed`] otherwise.
    pub fn try_send(&self, message: impl Into<Message>) -> Result<(), TrySendError> {
        calls::try_send(self.access(), message.into())
    }

    /// As [`Self::try_send`], with wishes about how extensions treat the message.
    ///
    /// # Errors
    ///
    /// Those of [`Self::try_send`]; the message comes back without the wishes.
    pub fn try_send_with(
        &self,
        message: impl Into<Message>,
        options: SendOptions,
    ) -> Result<(), TrySendError> {
        calls::try_send(self.access(), (message.into(), options))
    }

    /// As [`Self::try_send`], of a message that was made for many connections.
    ///
    /// # Errors
    ///
    /// Those of [`Self::try_send`]; what comes back is the message that was prepared.
    pub fn try_send_prepared(&self, message: &PreparedMessage) -> Result<(), TrySendError> {
        calls::try_send(self.access(), message)
    }

    /// Begins a message whose length need not be known; other senders wait until it is finished.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    ///
    /// # Cancel safety
    ///
    /// Safe: nothing is sent before the first [`MessageWriter::write`].
    pub async fn send_streaming(&self, kind: MessageKind) -> Result<MessageWriter<'_, T>, Error> {
        self.send_streaming_with(kind, SendOptions::default()).await
    }

    /// As [`Self::send_streaming`], with wishes about how extensions treat the message.
    ///
    /// Whether a message in fragments is compressed is decided at its first, for all of them;
    /// fragments that do not shrink then leave a few bytes longer than they are. Where the data is
    /// known not to shrink, [`Compress::Never`](sockeye_connection::Compress::Never) says so.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    ///
    /// # Cancel safety
    ///
    /// As [`Self::send_streaming`].
    pub async fn send_streaming_with(
        &self,
        kind: MessageKind,
        options: SendOptions,
    ) -> Result<MessageWriter<'_, T>, Error> {
        calls::send_streaming(self.access(), kind, options).await
    }

    /// Sends a ping; the future inside resolves to the round-trip time while the other half
    /// receives.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    ///
    /// # Cancel safety
    ///
    /// As [`Self::send`].
    pub async fn ping(&self) -> Result<PongReply, Error> {
        calls::ping(self.access()).await
    }

    /// Closes the connection and waits for its end, as [`WebSocket::close`].
    ///
    /// Where the receiver still exists it gets the messages that arrive meanwhile, and has to be
    /// polled for the peer's answer to be read; where it was dropped this reads. What this half
    /// keeps as a [`Sink`] goes first, and is waited for.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] for a code that must not be sent. When what was kept could not be sent, the
    /// reason, after the end; [`Self::close_outcome`] has the outcome then.
    ///
    /// # Cancel safety
    ///
    /// Safe: the Close frame stays queued, or what goes first stays kept.
    pub async fn close(&self, code: CloseCode, reason: &str) -> Result<CloseOutcome, Error> {
        let frame = CloseFrame::new(code, reason);
        let mut access = self.access();
        let kept = access.wait(|core, cx| self.poll_kept(core, cx)).await;
        access.with(|core, _| core.start_close(frame))?;
        access.wait(|core, cx| self.poll_closed(core, cx)).await;
        kept.map(|()| access.with(|core, _| core.outcome()))
    }

    /// Queues a Close frame and tries to write it, without waiting for the peer's.
    ///
    /// The receiver completes the closing handshake. What this half keeps as a [`Sink`] goes first
    /// if it can be queued now; it is not waited for, and else [`Self::flush`] says that it was lost.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] for a code that must not be sent.
    pub fn start_close(&self, code: CloseCode, reason: &str) -> Result<(), Error> {
        self.shared.with(|core, cx| {
            self.queue_kept(core);
            core.start_close(CloseFrame::new(code, reason))?;
            let _ = core.poll_write(cx);
            Ok(())
        })
    }

    /// Waits for the end of the connection, and does meanwhile what is due without the application.
    ///
    /// What is queued is written, pings are sent, and a peer that is gone is given up at its time
    /// limit, so that a task that waits here keeps a connection alive while nobody calls anything
    /// else. Messages and pings of the peer are left to the receiver; where that was dropped they
    /// are received here, and messages are dropped.
    ///
    /// # Cancel safety
    ///
    /// Safe: nothing is lost.
    pub async fn closed(&self) -> CloseOutcome {
        let mut access = self.access();
        access.wait(|core, cx| self.poll_closed(core, cx)).await;
        access.with(|core, _| core.outcome())
    }

    /// As [`Self::closed`], and takes up control frames of the peer that no message is in front of.
    ///
    /// For connections whose receiver is busy elsewhere: pings are answered, and a Close too, as
    /// long as no message waits to be received. [`Receiver::recv_event`] does not tell of them.
    ///
    /// # Cancel safety
    ///
    /// Safe: nothing is lost.
    pub async fn attended(&self) -> CloseOutcome {
        let mut access = self.access();
        let attended = |core: &mut Core<T>, cx: &mut Context<'_>| match self
            .is_received
            .load(Ordering::Acquire)
        {
            true => core.poll_attended(cx),
            false => core.poll_closed(cx),
        };
        access.wait(attended).await;
        access.with(|core, _| core.outcome())
    }

    /// Ends the connection at once, without a Close frame: the peer sees 1006.
    pub fn abort(&self) {
        self.shared.with(|core, cx| core.abort(cx));
    }

    /// Whether the connection is open, closing or closed.
    pub fn state(&self) -> State {
        self.shared
            .with(|core, _| core.endpoint.as_connection().state())
    }

    /// What has passed in both directions, and the last round-trip time.
    pub fn stats(&self) -> Stats {
        self.shared
            .with(|core, _| core.endpoint.as_connection().stats())
    }

    /// How the connection ended; `None` while it has not.
    pub fn close_outcome(&self) -> Option<CloseOutcome> {
        self.shared.with(|core, _| core.endpoint.close_outcome())
    }

    /// The names of the extensions that the handshake agreed on, in order (RFC 6455 §9.1).
    pub fn extensions(&self) -> impl Iterator<Item = &str> {
        self.shared.extensions()
    }

    /// Asks the transport something, such as the address of the peer.
    ///
    /// Reading from it or writing to it would break the framing, and calls of this connection's in
    /// `ask` would wait for themselves, as would dropping a half that keeps a message as a [`Sink`].
    pub fn with_transport<R>(&self, ask: impl FnOnce(&T) -> R) -> R {
        self.shared.with(|core, _| ask(&core.transport.0))
    }

    /// Queues what was kept as soon as there is room.
    fn poll_kept(&self, core: &mut Core<T>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if self.kept().is_none() {
            return Poll::Ready(Ok(()));
        }
        let is_ready = ready!(core.poll_ready(cx, false));
        // Where there will be no room any more, this is said once.
        let kept = self.kept().take();
        is_ready?;
        Poll::Ready(kept.map_or(Ok(()), |message| core.queue(*message)))
    }

    /// Queues what was kept if there is room now.
    fn queue_kept(&self, core: &mut Core<T>) {
        if core.has_room(false)
            && let Some(message) = self.kept().take()
        {
            // Where there is room this fails only if writing has, which everybody else is told.
            let _ = core.queue(*message);
        }
    }

    /// What was kept, which is whole whatever panicked: each change is one assignment.
    fn kept(&self) -> MutexGuard<'_, Option<Box<Message>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the end of the connection, and reads for it where nobody else does.
    ///
    /// To be called when the caller has its seat: a receiver that is dropped after the question
    /// wakes all seats.
    fn poll_closed(&self, core: &mut Core<T>, cx: &mut Context<'_>) -> Poll<()> {
        if self.is_received.load(Ordering::Acquire) {
            core.poll_closed_by_receiver(cx)
        } else {
            core.poll_closed(cx)
        }
    }
}

impl<T: Transport> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Self {
            seat: self.shared.hub().new_seat(),
            shared: Arc::clone(&self.shared),
            is_received: Arc::clone(&self.is_received),
            kept: Mutex::default(),
        }
    }
}

impl<T: Transport> Drop for Sender<T> {
    fn drop(&mut self) {
        // Most keep nothing, and may be dropped while somebody has the core.
        if self.kept().is_some() {
            // Without room it is lost with this half: nobody was told that it would leave, and any
            // number of halves that leave theirs behind would fill the queue beyond all bounds.
            self.shared.with(|core, _| self.queue_kept(core));
        }
        self.shared.hub().leave(self.seat);
    }
}

/// `poll_close` makes the closing handshake with 1000, as [`Sender::close`].
///
/// `poll_ready` reserves no place, so that a half that is ready and sends nothing keeps nobody
/// waiting. Where others have filled the queue before `start_send`, or begun a streamed message,
/// this half keeps the message, one at most, until it can be queued: `poll_ready`, `poll_flush`,
/// `poll_close` and the methods [`Sender::flush`] and [`Sender::close`] of this half wait for that.
/// What is sent by other methods meanwhile, or by other halves, goes first. When the half is dropped
/// before, the message is queued if there is room at that moment, and otherwise lost.
impl<T: Transport> Sink<Message> for Sender<T> {
    type Error = Error;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.shared.poll(self.seat, cx, |core, cx| {
            ready!(self.poll_kept(core, cx))?;
            ready!(core.poll_turn(cx));
            core.poll_ready(cx, false)
        })
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), Error> {
        self.shared.with(|core, _| {
            let mut kept = self.kept();
            if kept.is_some() {
                return Err(ApiMisuse::QueueFull.into());
            }
            *kept = core.queue_or_keep(message)?.map(Box::new);
            Ok(())
        })
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.shared.poll(self.seat, cx, |core, cx| {
            ready!(self.poll_kept(core, cx))?;
            core.poll_flush(cx)
        })
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let kept = |core: &mut Core<T>, cx: &mut Context<'_>| self.poll_kept(core, cx);
        ready!(self.shared.poll(self.seat, cx, kept))?;
        self.start_close(CloseCode::NormalClosure, "")?;
        let closed = |core: &mut Core<T>, cx: &mut Context<'_>| self.poll_closed(core, cx);
        ready!(self.shared.poll(self.seat, cx, closed));
        Poll::Ready(Ok(()))
    }
}

/// The receiving half: what [`WebSocket`] says of receiving holds here too.
///
/// Dropping it while senders exist stops the reading; a sender's
/// [`close`](Sender::close) then reads what is needed for the end.
pub struct Receiver<T: Transport> {
    shared: Arc<Shared<T>>,
    is_received: Arc<AtomicBool>,
    seat: SeatId,
    subprotocol: Option<Box<str>>,
}

impl<T: Transport> Receiver<T> {
    fn access(&mut self) -> Access<'_, T> {
        Access::shared(&self.shared)
    }

    /// Receives the next message; `None` once the connection has closed.
    ///
    /// # Errors
    ///
    /// Those of [`WebSocket::recv`].
    ///
    /// # Cancel safety
    ///
    /// Safe: dropping the future loses no message.
    pub async fn recv(&mut self) -> Result<Option<Message>, Error> {
        calls::recv(self.access()).await
    }

    /// Receives the next message, Ping, Pong or Close frame; `None` once the connection has closed.
    ///
    /// # Errors
    ///
    /// Those of [`WebSocket::recv`].
    ///
    /// # Cancel safety
    ///
    /// Safe, as [`Self::recv`].
    pub async fn recv_event(&mut self) -> Result<Option<Event>, Error> {
        calls::recv_event(self.access()).await
    }

    /// Receives the next message in pieces; `None` once the connection has closed.
    ///
    /// # Errors
    ///
    /// Those of [`WebSocket::recv`].
    ///
    /// # Cancel safety
    ///
    /// Safe, as [`Self::recv`].
    pub async fn recv_streaming(&mut self) -> Result<Option<MessageReader<'_, T>>, Error> {
        calls::recv_streaming(self.access()).await
    }

    /// How the connection ended; `None` while it has not.
    pub fn close_outcome(&self) -> Option<CloseOutcome> {
        self.shared.with(|core, _| core.endpoint.close_outcome())
    }

    /// The subprotocol that the handshake agreed on.
    pub fn subprotocol(&self) -> Option<&str> {
        self.subprotocol.as_deref()
    }

    /// The names of the extensions that the handshake agreed on, in order (RFC 6455 §9.1).
    pub fn extensions(&self) -> impl Iterator<Item = &str> {
        self.shared.extensions()
    }

    /// Puts the halves together again, if `sender` is the last one and belongs to this half.
    ///
    /// # Errors
    ///
    /// Both come back when there are other senders, or these are of two connections.
    #[expect(clippy::unreachable, reason = "nobody else had a handle just before")]
    pub fn unsplit(self, sender: Sender<T>) -> Result<WebSocket<T>, (Sender<T>, Self)> {
        if !Arc::ptr_eq(&self.shared, &sender.shared) || Arc::strong_count(&self.shared) != 2 {
            return Err((sender, self));
        }
        let shared = Arc::clone(&self.shared);
        let subprotocol = self.subprotocol.clone();
        let kept = sender.kept().take();
        if let Some(message) = kept {
            // Even without room: the WebSocket goes on, and can be flushed. No other half adds more.
            let _ = shared.with(|core, _| core.queue(*message));
        }
        drop(sender);
        drop(self);
        let Some(shared) = Arc::into_inner(shared) else {
            unreachable!("no other handle existed, and handles cannot be made from nothing");
        };
        Ok(WebSocket::from_owned(shared.into_core(), subprotocol))
    }
}

impl<T: Transport> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.shared.hub().leave(self.seat);
        self.is_received.store(false, Ordering::Release);
        // A sender that waits for the end has to read for itself now.
        self.shared.hub().wake_all();
    }
}

impl<T: Transport> Stream for Receiver<T> {
    type Item = Result<Message, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.shared
            .poll(self.seat, cx, |core, cx| core.poll_message(cx))
            .map(Result::transpose)
    }
}
