//! The receiving half of a blocking WebSocket.
//!
//! Each call is one of the driver's, waited for; what happens in it is written there.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sockeye_connection::{CloseOutcome, Message};
use sockeye_driver::{Error, Event, Transport};

use crate::attended::Attendance;
use crate::wait::{wait, within};
use crate::{Io, MessageReader, Sender, Stream, WebSocket};

/// The receiving half of a [`WebSocket`] that was split: for one thread.
///
/// Where it is dropped while senders exist, messages are still received, and dropped, so that
/// pings of the peer are answered. As an iterator it gives messages, and an error as the last item.
pub struct Receiver<T: Transport + 'static = Io<Stream>> {
    inner: sockeye_driver::Receiver<T>,
    attendance: Arc<Attendance>,
}

impl<T: Transport + 'static> Receiver<T> {
    pub(crate) fn new(inner: sockeye_driver::Receiver<T>, attendance: Arc<Attendance>) -> Self {
        Self { inner, attendance }
    }

    pub(crate) fn into_inner(self) -> sockeye_driver::Receiver<T> {
        self.inner
    }

    /// Receives the next message; `None` once the connection has closed.
    ///
    /// # Errors
    ///
    /// Once, what ended the connection: [`Error::Protocol`] after the peer was told,
    /// [`Error::ConnectionLost`] for an end without a Close frame, [`Error::Timeout`],
    /// [`Error::Io`].
    pub fn recv(&mut self) -> Result<Option<Message>, Error> {
        let _call = self.attendance.call();
        wait(self.inner.recv())
    }

    /// Receives the next message, if it comes within `limit`; `None` when it does not.
    ///
    /// Nothing is lost then, also of a message that has come in part.
    ///
    /// # Errors
    ///
    /// Those of [`Self::recv`], within.
    pub fn recv_timeout(&mut self, limit: Duration) -> Option<Result<Option<Message>, Error>> {
        let _call = self.attendance.call();
        within(limit, self.inner.recv())
    }

    /// Receives the next message, Ping, Pong or Close frame; `None` once the connection has closed.
    ///
    /// # Errors
    ///
    /// Those of [`Self::recv`].
    pub fn recv_event(&mut self) -> Result<Option<Event>, Error> {
        let _call = self.attendance.call();
        wait(self.inner.recv_event())
    }

    /// Receives the next event, if it comes within `limit`; `None` when it does not.
    ///
    /// # Errors
    ///
    /// Those of [`Self::recv`], within.
    pub fn recv_event_timeout(&mut self, limit: Duration) -> Option<Result<Option<Event>, Error>> {
        let _call = self.attendance.call();
        within(limit, self.inner.recv_event())
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
        let _call = self.attendance.call();
        let reader = wait(self.inner.recv_streaming())?;
        Ok(reader.map(|reader| MessageReader::new(reader, &self.attendance)))
    }

    /// How the connection ended; `None` while it has not.
    pub fn close_outcome(&self) -> Option<CloseOutcome> {
        self.inner.close_outcome()
    }

    /// The subprotocol that the handshake agreed on (RFC 6455 §1.9).
    pub fn subprotocol(&self) -> Option<&str> {
        self.inner.subprotocol()
    }

    /// The names of the extensions that the handshake agreed on, in order (RFC 6455 §9.1).
    pub fn extensions(&self) -> impl Iterator<Item = &str> {
        self.inner.extensions()
    }

    /// Puts the halves together again, if `sender` is the last one and belongs to this half.
    ///
    /// # Errors
    ///
    /// Both come back when there are other senders, or these are of two connections.
    pub fn unsplit(self, sender: Sender<T>) -> Result<WebSocket<T>, (Sender<T>, Self)> {
        let is_whole = Arc::ptr_eq(&self.attendance, sender.attendance())
            && Arc::strong_count(&self.attendance) == 2;
        match is_whole {
            true => Ok(WebSocket::from_halves(sender, self)),
            false => Err((sender, self)),
        }
    }
}

impl<T: Transport + 'static> Iterator for Receiver<T> {
    type Item = Result<Message, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.recv().transpose()
    }
}

impl<T: Transport + 'static> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").finish_non_exhaustive()
    }
}
