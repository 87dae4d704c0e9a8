//! The WebSocket that applications hold: one owner, all verbs.
//!
//! Each method is a poll on the core; what happens in it is written there. Tasks that send and
//! receive at the same time use the halves of [`WebSocket::split`].

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use bytes::Bytes;
use futures_core::Stream;
use futures_sink::Sink;
use sockeye_connection::{
    CloseOutcome, Config, Connection, Message, MessageKind, PreparedMessage, SendOptions, State,
    Stats,
};
use sockeye_extensions::Chain;
use sockeye_frame::{CloseCode, CloseFrame, Role};

use crate::access::{Access, Shared};
use crate::calls;
use crate::core::Core;
use crate::drain::Drain;
use crate::endpoint::Endpoint;
use crate::entropy::entropy;
use crate::owned::{Estate, Owned};
use crate::timer::Alarm;
use crate::{
    Burst, Error, Event, MessageReader, MessageWriter, PongReply, Receiver, Sender, Timer,
    Transport, TrySendError,
};

/// An open WebSocket connection over the transport `T`.
///
/// **Somebody has to receive.** Pings are answered, pongs noticed, time limits kept and the
/// closing handshake completed while [`recv`](Self::recv) or one of its kin is being polled (or a
/// call that waits to send). An application that only sends should receive in another task; see
/// [`split`](Self::split).
///
/// **The end.** Receiving calls return the error that ended the connection, once, and `None` after
/// it; a connection that has closed cleanly gives `None` at once and from then on.
/// [`close_outcome`](Self::close_outcome) tells the codes. Dropping the
/// WebSocket drops the transport without a Close frame; [`close`](Self::close) is the polite way.
///
/// **Turns.** A peer that takes all that comes and never lets us wait must not keep the thread's
/// other tasks waiting: of the messages that a thread sends in a row, each call for the 129th gives
/// way to the others first, and so does a call that receives after four reads, or 1 MiB of
/// messages, in a row.
///
/// **Cancel safety.** Every method can be dropped at any await without harm to the connection:
/// what was received is given to the next call, and a message is either queued whole or not at
/// all. Each method says which.
///
/// Examples are at the `WebSocket` of `sockeye-tokio`, which is this type over tokio's streams.
pub struct WebSocket<T> {
    core: Owned<T>,
    subprotocol: Option<Box<str>>,
}

/// What a handshake, ours or another's, agreed on.
pub(crate) struct Agreement<'a> {
    pub(crate) role: Role,
    pub(crate) config: Arc<Config>,
    pub(crate) extensions: Chain,
    pub(crate) subprotocol: Option<String>,
    pub(crate) leftover: &'a [u8],
    pub(crate) drain: Option<&'a Drain>,
}

impl<T: Transport> WebSocket<T> {
    pub(crate) fn new(transport: T, alarm: Alarm, agreement: Agreement<'_>) -> Self {
        let now = alarm.now();
        let Agreement {
            role,
            config,
            extensions,
            subprotocol,
            leftover,
            drain,
        } = agreement;
        let connection = Connection::new(role, config, extensions, entropy(), now);
        let mut core = Core::new(transport, alarm, Endpoint::new(connection, now), leftover);
        if let Some(drain) = drain {
            core.listen_to(drain.listen());
        }
        Self::from_owned(core.into(), subprotocol.map(String::into_boxed_str))
    }

    pub(crate) fn from_owned(core: Owned<T>, subprotocol: Option<Box<str>>) -> Self {
        Self { core, subprotocol }
    }

    /// Who finishes the closing handshake, should this be dropped in the middle of it.
    pub(crate) fn leave_to(&mut self, estate: Arc<Estate<T>>) {
        self.core.leave_to(estate);
    }

    /// Wraps a stream on which somebody else has made the opening handshake, such as an HTTP
    /// server framework.
    ///
    /// `leftover` are bytes that were read after the handshake's head. No extension is in use.
    pub fn from_upgraded(
        transport: T,
        timer: Box<dyn Timer>,
        leftover: &[u8],
        role: Role,
        config: impl Into<Arc<Config>>,
    ) -> Self {
        let agreement = Agreement {
            role,
            config: config.into(),
            extensions: Chain::default(),
            subprotocol: None,
            leftover,
            drain: None,
        };
        Self::new(transport, Alarm::new(timer), agreement)
    }

    fn access(&mut self) -> Access<'_, T> {
        Access::Own(&mut self.core)
    }

    /// Receives the next message; `None` once the connection has closed.
    ///
    /// Control frames are handled inside. A message of the peer that arrived before its Close
    /// frame is still delivered.
    ///
    /// # Errors
    ///
    /// Once, what ended the connection: [`Error::Protocol`] after the peer was told,
    /// [`Error::ConnectionLost`] for an end without a Close frame, [`Error::Timeout`],
    /// [`Error::Io`].
    ///
    /// # Cancel safety
    ///
    /// Safe: dropping the future loses no message, not even one that has arrived in part.
    pub async fn recv(&mut self) -> Result<Option<Message>, Error> {
        calls::recv(self.access()).await
    }

    /// Receives the next message, Ping, Pong or Close frame; `None` once the connection has closed.
    ///
    /// # Errors
    ///
    /// Those of [`Self::recv`].
    ///
    /// # Cancel safety
    ///
    /// Safe, as [`Self::recv`].
    pub async fn recv_event(&mut self) -> Result<Option<Event>, Error> {
        calls::recv_event(self.access()).await
    }

    /// Receives the next message in pieces, as they arrive; `None` once the connection has closed.
    ///
    /// No more than a piece is held in memory. Dropping the reader early drops the rest of the
    /// message.
    ///
    /// # Errors
    ///
    /// Those of [`Self::recv`].
    ///
    /// # Cancel safety
    ///
    /// Safe, as [`Self::recv`].
    pub async fn recv_streaming(&mut self) -> Result<Option<MessageReader<'_, T>>, Error> {
        calls::recv_streaming(self.access()).await
    }

    /// Lets `handle` see all messages that one read brings, borrowed, and answer them in one write.
    ///
    /// Waits until at least one message is there; `false` once the connection has closed. See
    /// [`Burst`]. A `handle` that takes nothing is called again with the same bytes at once.
    ///
    /// # Errors
    ///
    /// Those of [`Self::recv`].
    ///
    /// # Cancel safety
    ///
    /// Safe: `handle` runs to its end within one poll, and what it queued leaves with any later
    /// call.
    pub async fn burst(&mut self, mut handle: impl FnMut(&mut Burst<'_>)) -> Result<bool, Error> {
        self.access()
            .wait(|core, cx| core.poll_burst(cx, &mut handle))
            .await
    }

    /// Queues `message` and tries to write it; waits only while the queue is above its high-water
    /// mark.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] when the connection is closing or closed, [`Error::Io`] when writing failed:
    /// [`Self::recv`] goes on with what came before, which may be a Close frame that says why.
    ///
    /// # Cancel safety
    ///
    /// Safe for the connection: a message whose future is dropped is either queued whole or not
    /// sent at all.
    pub async fn send(&mut self, message: impl Into<Message>) -> Result<(), Error> {
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
        &mut self,
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
    pub async fn send_prepared(&mut self, message: &PreparedMessage) -> Result<(), Error> {
        calls::send(self.access(), message).await
    }

    /// Queues `message` without writing, for several messages in one write.
    ///
    /// It leaves with the next [`flush`](Self::flush), [`send`](Self::send) or receiving call.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    ///
    /// # Cancel safety
    ///
    /// As [`Self::send`].
    pub async fn feed(&mut self, message: impl Into<Message>) -> Result<(), Error> {
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
        &mut self,
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
    pub async fn feed_prepared(&mut self, message: &PreparedMessage) -> Result<(), Error> {
        calls::feed(self.access(), message).await
    }

    /// Waits until all that was queued has been handed to the operating system.
    ///
    /// # Errors
    ///
    /// [`Error::Io`]; [`Error::Timeout`] when the peer takes nothing for too long.
    ///
    /// # Cancel safety
    ///
    /// Safe: what was not written stays queued.
    pub async fn flush(&mut self) -> Result<(), Error> {
        self.access().wait(|core, cx| core.poll_flush(cx)).await
    }

    /// Queues `message` and tries to write it, if there is room in the queue now.
    ///
    /// # Errors
    ///
    /// [`TrySendError::Full`] gives the message back while the queue is above its high-water mark;
    /// [`TrySendError::Failed`] otherwise.
    pub fn try_send(&mut self, message: impl Into<Message>) -> Result<(), TrySendError> {
        calls::try_send(self.access(), message.into())
    }

    /// As [`Self::try_send`], with wishes about how extensions treat the message.
    ///
    /// # Errors
    ///
    /// Those of [`Self::try_send`]; the message comes back without the wishes.
    pub fn try_send_with(
        &mut self,
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
    pub fn try_send_prepared(&mut self, message: &PreparedMessage) -> Result<(), TrySendError> {
        calls::try_send(self.access(), message)
    }

    /// Begins a message whose length need not be known; it is sent in fragments (RFC 6455 §5.4).
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    ///
    /// # Cancel safety
    ///
    /// Safe: nothing is sent before the first [`MessageWriter::write`].
    pub async fn send_streaming(
        &mut self,
        kind: MessageKind,
    ) -> Result<MessageWriter<'_, T>, Error> {
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
        &mut self,
        kind: MessageKind,
        options: SendOptions,
    ) -> Result<MessageWriter<'_, T>, Error> {
        calls::send_streaming(self.access(), kind, options).await
    }

    /// Sends a ping; the future inside resolves to the round-trip time (RFC 6455 §5.5.2).
    ///
    /// Somebody has to receive meanwhile.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    ///
    /// # Cancel safety
    ///
    /// As [`Self::send`].
    pub async fn ping(&mut self) -> Result<PongReply, Error> {
        calls::ping(self.access()).await
    }

    /// Closes the connection: sends a Close frame, waits for the peer's and for the end of the
    /// transport, each within the close time limit (RFC 6455 §7.1.2).
    ///
    /// `reason` is cut to 123 bytes. Messages that arrive meanwhile are dropped. On a connection
    /// that is closing already this waits for the end.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] for a code that must not be sent. A peer that does not answer is no error:
    /// the outcome says that the close was not clean.
    ///
    /// # Cancel safety
    ///
    /// Safe: the Close frame stays queued; call it again to go on waiting.
    pub async fn close(&mut self, code: CloseCode, reason: &str) -> Result<CloseOutcome, Error> {
        let frame = CloseFrame::new(code, reason);
        let mut access = self.access();
        access.with(|core, _| core.start_close(frame))?;
        access.wait(|core, cx| core.poll_closed(cx)).await;
        Ok(access.with(|core, _| core.outcome()))
    }

    /// Ends the connection at once, without a Close frame: the peer sees 1006.
    pub fn abort(mut self) {
        self.core.abort(&mut Context::from_waker(Waker::noop()));
    }

    /// How the connection ended; `None` while it has not.
    pub fn close_outcome(&self) -> Option<CloseOutcome> {
        self.core.endpoint.close_outcome()
    }

    /// Whether the connection is open, closing or closed (RFC 6455 §4.1, §7.1.3, §7.1.4).
    pub fn state(&self) -> State {
        self.core.endpoint.as_connection().state()
    }

    /// What has passed in both directions, and the last round-trip time.
    pub fn stats(&self) -> Stats {
        self.core.endpoint.as_connection().stats()
    }

    /// The subprotocol that the handshake agreed on (RFC 6455 §1.9).
    pub fn subprotocol(&self) -> Option<&str> {
        self.subprotocol.as_deref()
    }

    /// The names of the extensions that the handshake agreed on, in order (RFC 6455 §9.1).
    pub fn extensions(&self) -> impl Iterator<Item = &str> {
        self.core.endpoint.as_connection().extensions()
    }

    /// The transport.
    pub fn get_ref(&self) -> &T {
        &self.core.transport.0
    }

    /// Takes the transport out, with the bytes that were read from it and not decoded.
    ///
    /// What was queued and not written is lost; [`flush`](Self::flush) first.
    pub fn into_inner(self) -> (T, Bytes) {
        let leftover = Bytes::copy_from_slice(self.core.unread.as_slice());
        (self.core.into_core().transport.0, leftover)
    }

    /// Two halves for two tasks: one receives, clones of the other send.
    pub fn split(self) -> (Sender<T>, Receiver<T>) {
        crate::split::split(Arc::new(Shared::new(self.core)), self.subprotocol)
    }
}

/// To be polled in the task that also sends: one WebSocket remembers one task at a time. Halves in
/// different tasks come from [`WebSocket::split`], not from that of a `Stream` extension trait.
impl<T: Transport> Stream for WebSocket<T> {
    type Item = Result<Message, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().core.poll_message(cx).map(Result::transpose)
    }
}

/// `poll_close` makes the whole closing handshake with 1000, as [`WebSocket::close`]. To be polled in
/// the task that also receives, as the [`Stream`].
impl<T: Transport> Sink<Message> for WebSocket<T> {
    type Error = Error;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let core = &mut self.get_mut().core;
        ready!(core.poll_turn(cx));
        core.poll_ready(cx, false)
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), Error> {
        self.get_mut().core.queue(message)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.get_mut().core.poll_flush(cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let core = &mut self.get_mut().core;
        core.start_close(CloseFrame::new(CloseCode::NormalClosure, ""))?;
        ready!(core.poll_closed(cx));
        Poll::Ready(Ok(()))
    }
}

impl<T> std::fmt::Debug for WebSocket<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebSocket")
            .field("subprotocol", &self.subprotocol)
            .finish_non_exhaustive()
    }
}
