//! The WebSocket that applications hold: one owner, all verbs, each of which waits.
//!
//! Made of the two halves; [`WebSocket::split`] gives them to different threads.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use sockeye_connection::{
    CloseOutcome, Message, MessageKind, PreparedMessage, SendOptions, State, Stats,
};
use sockeye_driver::{Error, Event, Transport, TrySendError};
use sockeye_frame::CloseCode;

use crate::attended::Attendance;
use crate::threads::Thread;
use crate::{Io, MessageReader, MessageWriter, PongReply, Receiver, Sender, Stream};

/// An open WebSocket connection over the transport `T`, for threads that wait.
///
/// **Calls wait** until they have what they are for, at most as long as the connection's own time
/// limits let them. What each does is described at the driver's
/// [`WebSocket`](sockeye_driver::WebSocket), whose names they have.
///
/// **Keepalive.** While a thread is in a call, it answers the peer's pings, sends ours and keeps the
/// time limits. While none is, a helper thread of the process does so: our pings, time limits and
/// what is queued at once, the peer's pings and its Close after a second or two without a call. It
/// takes no messages, so what comes behind one waits until a thread receives. Whoever leaves messages
/// waiting for long wants a thread that receives: [`split`](Self::split).
///
/// **The end.** Receiving calls return the error that ended the connection, once, and `None` after
/// it; a connection that has closed cleanly gives `None` at once and from then on. Dropping the
/// WebSocket drops the transport without a Close frame; [`close`](Self::close) is the polite way.
///
/// As an iterator it gives messages, and an error as the last item.
///
/// # Two threads on one connection
///
/// ```
/// use std::thread;
///
/// use sockeye_blocking::{Server, connect};
/// use sockeye_frame::CloseCode;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// let server = Server::bind("127.0.0.1:0")?;
/// let url = format!("ws://{}", server.local_addr()?);
/// thread::spawn(move || {
///     server.serve(|mut ws| {
///         while let Some(message) = ws.recv()? {
///             ws.send(message)?;
///         }
///         Ok(())
///     })
/// });
///
/// let (sender, receiver) = connect(&url)?.split();
/// let receiving = thread::spawn(move || receiver.collect::<Result<Vec<_>, _>>());
/// for number in 0..100 {
///     sender.send(number.to_string())?;
/// }
/// let outcome = sender.close(CloseCode::NormalClosure, "")?;
/// assert!(outcome.clean);
/// assert_eq!(receiving.join().unwrap()?.len(), 100);
/// # Ok(())
/// # }
/// ```
pub struct WebSocket<T: Transport + 'static = Io<Stream>> {
    sender: Sender<T>,
    receiver: Receiver<T>,
}

impl<T: Transport + 'static> WebSocket<T> {
    pub(crate) fn new(inner: sockeye_driver::WebSocket<T>) -> Self {
        let (sender, receiver) = inner.split();
        let attendance = Attendance::new(&sender);
        Self {
            sender: Sender::new(sender, attendance.clone()),
            receiver: Receiver::new(receiver, attendance),
        }
    }

    /// The WebSocket of a server's thread, which is aborted with it.
    pub(crate) fn of_thread(inner: sockeye_driver::WebSocket<T>) -> Self {
        let ws = Self::new(inner);
        if let Some(thread) = Thread::current() {
            thread.has_connection(ws.sender.attendance().attended());
        }
        ws
    }

    pub(crate) fn from_halves(sender: Sender<T>, receiver: Receiver<T>) -> Self {
        Self { sender, receiver }
    }

    /// Receives the next message; `None` once the connection has closed.
    ///
    /// # Errors
    ///
    /// Once, what ended the connection: [`Error::Protocol`] after the peer was told,
    /// [`Error::ConnectionLost`] for an end without a Close frame, [`Error::Timeout`],
    /// [`Error::Io`].
    pub fn recv(&mut self) -> Result<Option<Message>, Error> {
        self.receiver.recv()
    }

    /// Receives the next message, if it comes within `limit`; `None` when it does not.
    ///
    /// Nothing is lost then, also of a message that has come in part.
    ///
    /// # Errors
    ///
    /// Those of [`Self::recv`], within.
    pub fn recv_timeout(&mut self, limit: Duration) -> Option<Result<Option<Message>, Error>> {
        self.receiver.recv_timeout(limit)
    }

    /// Receives the next message, Ping, Pong or Close frame; `None` once the connection has closed.
    ///
    /// # Errors
    ///
    /// Those of [`Self::recv`].
    pub fn recv_event(&mut self) -> Result<Option<Event>, Error> {
        self.receiver.recv_event()
    }

    /// Receives the next event, if it comes within `limit`; `None` when it does not.
    ///
    /// # Errors
    ///
    /// Those of [`Self::recv`], within.
    pub fn recv_event_timeout(&mut self, limit: Duration) -> Option<Result<Option<Event>, Error>> {
        self.receiver.recv_event_timeout(limit)
    }

    /// Receives the next message in pieces, as they arrive; `None` once the connection has closed.
    ///
    /// No more than a piece is held in memory. Dropping the reader early drops the rest of the
    /// message.
    ///
    /// # Errors
    ///
    /// Those of [`Self::recv`].
    pub fn recv_streaming(&mut self) -> Result<Option<MessageReader<'_, T>>, Error> {
        self.receiver.recv_streaming()
    }

    /// Queues `message` and tries to write it; waits only while the queue is above its high-water
    /// mark.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] when the connection is closing or closed, [`Error::Io`] when writing failed:
    /// [`Self::recv`] goes on with what came before, which may be a Close frame that says why.
    pub fn send(&mut self, message: impl Into<Message>) -> Result<(), Error> {
        self.sender.send(message)
    }

    /// As [`Self::send`], with wishes about how extensions treat the message.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    pub fn send_with(
        &mut self,
        message: impl Into<Message>,
        options: SendOptions,
    ) -> Result<(), Error> {
        self.sender.send_with(message, options)
    }

    /// As [`Self::send`], of a message that was made for many connections.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    pub fn send_prepared(&mut self, message: &PreparedMessage) -> Result<(), Error> {
        self.sender.send_prepared(message)
    }

    /// Queues `message` without writing, for several messages in one write.
    ///
    /// It leaves with the next [`flush`](Self::flush), [`send`](Self::send) or receiving call.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    pub fn feed(&mut self, message: impl Into<Message>) -> Result<(), Error> {
        self.sender.feed(message)
    }

    /// As [`Self::feed`], with wishes about how extensions treat the message.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    pub fn feed_with(
        &mut self,
        message: impl Into<Message>,
        options: SendOptions,
    ) -> Result<(), Error> {
        self.sender.feed_with(message, options)
    }

    /// As [`Self::feed`], of a message that was made for many connections.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    pub fn feed_prepared(&mut self, message: &PreparedMessage) -> Result<(), Error> {
        self.sender.feed_prepared(message)
    }

    /// Waits until all that was queued has been handed to the operating system.
    ///
    /// # Errors
    ///
    /// [`Error::Io`]; [`Error::Timeout`] when the peer takes nothing for too long.
    pub fn flush(&mut self) -> Result<(), Error> {
        self.sender.flush()
    }

    /// Queues `message` and tries to write it, if there is room in the queue now; never waits.
    ///
    /// # Errors
    ///
    /// [`TrySendError::Full`] gives the message back while the queue is above its high-water mark;
    /// [`TrySendError::Failed`] otherwise.
    pub fn try_send(&mut self, message: impl Into<Message>) -> Result<(), TrySendError> {
        self.sender.try_send(message)
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
        self.sender.try_send_with(message, options)
    }

    /// As [`Self::try_send`], of a message that was made for many connections.
    ///
    /// # Errors
    ///
    /// Those of [`Self::try_send`]; what comes back is the message that was prepared.
    pub fn try_send_prepared(&mut self, message: &PreparedMessage) -> Result<(), TrySendError> {
        self.sender.try_send_prepared(message)
    }

    /// Begins a message whose length need not be known; it is sent in fragments (RFC 6455 §5.4).
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    pub fn send_streaming(&mut self, kind: MessageKind) -> Result<MessageWriter<'_, T>, Error> {
        self.sender.send_streaming(kind)
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
    pub fn send_streaming_with(
        &mut self,
        kind: MessageKind,
        options: SendOptions,
    ) -> Result<MessageWriter<'_, T>, Error> {
        self.sender.send_streaming_with(kind, options)
    }

    /// Sends a ping (RFC 6455 §5.5.2); what it gives tells the round-trip time.
    ///
    /// The pong is read by receiving calls: wait for the reply in another thread, or when an event
    /// of [`recv_event`](Self::recv_event) was the pong.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    pub fn ping(&mut self) -> Result<PongReply, Error> {
        self.sender.ping()
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
    pub fn close(&mut self, code: CloseCode, reason: &str) -> Result<CloseOutcome, Error> {
        self.sender.start_close(code, reason)?;
        // What failed is in the outcome: it was our wish that the connection ends.
        while let Ok(Some(_)) = self.recv() {}
        Ok(self.sender.close_outcome().unwrap_or_default())
    }

    /// Ends the connection at once, without a Close frame: the peer sees 1006.
    ///
    /// Another thread ends it by [`Sender::abort`].
    pub fn abort(self) {
        self.sender.abort();
    }

    /// Whether the connection is open, closing or closed (RFC 6455 §4.1, §7.1.3, §7.1.4).
    pub fn state(&self) -> State {
        self.sender.state()
    }

    /// What has passed in both directions, and the last round-trip time.
    pub fn stats(&self) -> Stats {
        self.sender.stats()
    }

    /// How the connection ended; `None` while it has not.
    pub fn close_outcome(&self) -> Option<CloseOutcome> {
        self.sender.close_outcome()
    }

    /// The names of the extensions that the handshake agreed on, in order (RFC 6455 §9.1).
    pub fn extensions(&self) -> impl Iterator<Item = &str> {
        self.sender.extensions()
    }

    /// Asks the transport something, such as the address of the peer.
    ///
    /// Reading from it or writing to it would break the framing, and calls of this connection's in
    /// `ask` would wait for themselves.
    pub fn with_transport<R>(&self, ask: impl FnOnce(&T) -> R) -> R {
        self.sender.with_transport(ask)
    }

    /// The subprotocol that the handshake agreed on (RFC 6455 §1.9).
    pub fn subprotocol(&self) -> Option<&str> {
        self.receiver.subprotocol()
    }

    /// Two halves for two threads: one receives, clones of the other send.
    pub fn split(self) -> (Sender<T>, Receiver<T>) {
        (self.sender, self.receiver)
    }

    /// Takes the transport out, with the bytes that were read from it and not decoded.
    ///
    /// What was queued and not written is lost; [`flush`](Self::flush) first.
    pub fn into_inner(self) -> (T, Bytes) {
        self.sender.attendance().forget();
        let (sender, receiver) = (self.sender.into_inner(), self.receiver.into_inner());
        match receiver.unsplit(sender) {
            Ok(whole) => whole.into_inner(),
            Err(_) => unreachable!("both halves are of this WebSocket, and nobody else has one"),
        }
    }
}

impl<T: Transport + 'static> Iterator for WebSocket<T> {
    type Item = Result<Message, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.recv().transpose()
    }
}

impl<T: Transport + 'static> fmt::Debug for WebSocket<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebSocket")
            .field("subprotocol", &self.subprotocol())
            .finish_non_exhaustive()
    }
}
