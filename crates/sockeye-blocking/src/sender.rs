//! The sending half of a blocking WebSocket: clones of it send from any number of threads.
//!
//! Each call is one of the driver's, waited for; what happens in it is written there.

use std::fmt;
use std::sync::Arc;

use sockeye_connection::{
    CloseOutcome, Message, MessageKind, PreparedMessage, SendOptions, State, Stats,
};
use sockeye_driver::{Error, Transport, TrySendError};
use sockeye_frame::CloseCode;

use crate::attended::Attendance;
use crate::wait::wait;
use crate::{Io, MessageWriter, PongReply, Stream};

/// The sending half of a [`WebSocket`](crate::WebSocket) that was split; clones are for other
/// threads.
///
/// All methods take `&self`. A call waits for nothing that another thread's call does, except where
/// it says so; [`abort`](Self::abort) ends all that wait. Dropping all senders does not close the
/// connection.
pub struct Sender<T: Transport + 'static = Io<Stream>> {
    inner: sockeye_driver::Sender<T>,
    attendance: Arc<Attendance>,
}

impl<T: Transport + 'static> Sender<T> {
    pub(crate) fn new(inner: sockeye_driver::Sender<T>, attendance: Arc<Attendance>) -> Self {
        Self { inner, attendance }
    }

    pub(crate) fn into_inner(self) -> sockeye_driver::Sender<T> {
        self.inner
    }

    pub(crate) fn attendance(&self) -> &Arc<Attendance> {
        &self.attendance
    }

    /// Queues `message` and tries to write it; waits only while the queue is above its high-water
    /// mark, or while another sender is in the middle of a streamed message.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] when the connection is closing or closed, [`Error::Io`] when writing failed:
    /// [`recv`](crate::Receiver::recv) goes on with what came before, which may be a Close frame that
    /// says why.
    pub fn send(&self, message: impl Into<Message>) -> Result<(), Error> {
        let _call = self.attendance.call();
        wait(self.inner.send(message))
    }

    /// As [`Self::send`], with wishes about how extensions treat the message.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    pub fn send_with(
        &self,
        message: impl Into<Message>,
        options: SendOptions,
    ) -> Result<(), Error> {
        let _call = self.attendance.call();
        wait(self.inner.send_with(message, options))
    }

    /// As [`Self::send`], of a message that was made for many connections.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    pub fn send_prepared(&self, message: &PreparedMessage) -> Result<(), Error> {
        let _call = self.attendance.call();
        wait(self.inner.send_prepared(message))
    }

    /// Queues `message` without writing, for several messages in one write.
    ///
    /// It leaves with the next [`flush`](Self::flush), [`send`](Self::send) or receiving call.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    pub fn feed(&self, message: impl Into<Message>) -> Result<(), Error> {
        let _call = self.attendance.call();
        wait(self.inner.feed(message))
    }

    /// As [`Self::feed`], with wishes about how extensions treat the message.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    pub fn feed_with(
        &self,
        message: impl Into<Message>,
        options: SendOptions,
    ) -> Result<(), Error> {
        let _call = self.attendance.call();
        wait(self.inner.feed_with(message, options))
    }

    /// As [`Self::feed`], of a message that was made for many connections.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    pub fn feed_prepared(&self, message: &PreparedMessage) -> Result<(), Error> {
        let _call = self.attendance.call();
        wait(self.inner.feed_prepared(message))
    }

    /// Waits until all that was queued has been handed to the operating system.
    ///
    /// # Errors
    ///
    /// [`Error::Io`]; [`Error::Timeout`] when the peer takes nothing for too long.
    pub fn flush(&self) -> Result<(), Error> {
        let _call = self.attendance.call();
        wait(self.inner.flush())
    }

    /// Queues `message` and tries to write it, if there is room in the queue now; never waits.
    ///
    /// # Errors
    ///
    /// [`TrySendError::Full`] gives the message back while the queue is above its high-water mark;
    /// [`TrySendError::Failed`] otherwise.
    pub fn try_send(&self, message: impl Into<Message>) -> Result<(), TrySendError> {
        self.inner.try_send(message)
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
        self.inner.try_send_with(message, options)
    }

    /// As [`Self::try_send`], of a message that was made for many connections.
    ///
    /// # Errors
    ///
    /// Those of [`Self::try_send`]; what comes back is the message that was prepared.
    pub fn try_send_prepared(&self, message: &PreparedMessage) -> Result<(), TrySendError> {
        self.inner.try_send_prepared(message)
    }

    /// Begins a message whose length need not be known; other senders wait until it is finished.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    pub fn send_streaming(&self, kind: MessageKind) -> Result<MessageWriter<'_, T>, Error> {
        self.send_streaming_with(kind, SendOptions::default())
    }

    /// As [`Self::send_streaming`], with wishes about how extensions treat the message.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    pub fn send_streaming_with(
        &self,
        kind: MessageKind,
        options: SendOptions,
    ) -> Result<MessageWriter<'_, T>, Error> {
        let _call = self.attendance.call();
        let writer = wait(self.inner.send_streaming_with(kind, options))?;
        Ok(MessageWriter::new(writer, &self.attendance))
    }

    /// Sends a ping; what it gives waits for the pong, and tells the round-trip time.
    ///
    /// Another thread has to receive meanwhile.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    pub fn ping(&self) -> Result<PongReply, Error> {
        let _call = self.attendance.call();
        wait(self.inner.ping()).map(PongReply::new)
    }

    /// Closes the connection and waits for its end, each step within the close time limit
    /// (RFC 6455 §7.1.2).
    ///
    /// `reason` is cut to 123 bytes. Where the receiver still exists it gets the messages that arrive
    /// meanwhile, and a thread has to receive for the peer's answer to be read; where it was dropped
    /// this reads.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] for a code that must not be sent. A peer that does not answer is no error:
    /// the outcome says that the close was not clean.
    pub fn close(&self, code: CloseCode, reason: &str) -> Result<CloseOutcome, Error> {
        let _call = self.attendance.call();
        wait(self.inner.close(code, reason))
    }

    /// Queues a Close frame and tries to write it, without waiting for the peer's.
    ///
    /// The receiver completes the closing handshake.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] for a code that must not be sent.
    pub fn start_close(&self, code: CloseCode, reason: &str) -> Result<(), Error> {
        self.inner.start_close(code, reason)
    }

    /// Waits for the end of the connection.
    ///
    /// Where the receiver was dropped this receives in its place, and drops the messages.
    pub fn closed(&self) -> CloseOutcome {
        let _call = self.attendance.call();
        wait(self.inner.closed())
    }

    /// Ends the connection at once, without a Close frame: the peer sees 1006.
    ///
    /// Calls of other threads that wait on this connection return.
    pub fn abort(&self) {
        self.inner.abort();
    }

    /// Whether the connection is open, closing or closed (RFC 6455 §4.1, §7.1.3, §7.1.4).
    pub fn state(&self) -> State {
        self.inner.state()
    }

    /// What has passed in both directions, and the last round-trip time.
    pub fn stats(&self) -> Stats {
        self.inner.stats()
    }

    /// How the connection ended; `None` while it has not.
    pub fn close_outcome(&self) -> Option<CloseOutcome> {
        self.inner.close_outcome()
    }

    /// The names of the extensions that the handshake agreed on, in order (RFC 6455 §9.1).
    pub fn extensions(&self) -> impl Iterator<Item = &str> {
        self.inner.extensions()
    }

    /// Asks the transport something, such as the address of the peer.
    ///
    /// Reading from it or writing to it would break the framing, and calls of this connection's in
    /// `ask` would wait for themselves.
    pub fn with_transport<R>(&self, ask: impl FnOnce(&T) -> R) -> R {
        self.inner.with_transport(ask)
    }
}

impl<T: Transport + 'static> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            attendance: Arc::clone(&self.attendance),
        }
    }
}

impl<T: Transport + 'static> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}
