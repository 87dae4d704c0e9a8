//! Messages in pieces, both ways: a reader for one that arrives, a writer for one that is sent.
//!
//! The driver's, waited for (RFC 6455 §5.4).

use bytes::Bytes;
use sockeye_connection::MessageKind;
use sockeye_driver::{Error, Transport};

use crate::attended::Attendance;
use crate::wait::wait;
use crate::{Io, Stream};

/// A message being received in pieces.
///
/// Dropping it early drops the rest of the message; the next call receives the one after.
pub struct MessageReader<'a, T: Transport + 'static = Io<Stream>> {
    inner: sockeye_driver::MessageReader<'a, T>,
    attendance: &'a Attendance,
}

impl<'a, T: Transport + 'static> MessageReader<'a, T> {
    pub(crate) fn new(
        inner: sockeye_driver::MessageReader<'a, T>,
        attendance: &'a Attendance,
    ) -> Self {
        Self { inner, attendance }
    }

    /// Whether the message is text or binary.
    pub fn kind(&self) -> MessageKind {
        self.inner.kind()
    }

    /// The next piece; `None` after the last.
    ///
    /// Text has been checked as far as it came, but a piece may end within a character.
    ///
    /// # Errors
    ///
    /// Those of [`WebSocket::recv`](crate::WebSocket::recv); [`Error::ConnectionLost`] also when
    /// the peer closed in the middle of the message.
    #[expect(
        clippy::should_implement_trait,
        reason = "the name that it has in every shell; an iterator would give results of options"
    )]
    pub fn next(&mut self) -> Result<Option<Bytes>, Error> {
        let _call = self.attendance.call();
        wait(self.inner.next())
    }
}

/// A message being sent in pieces.
///
/// Dropping it before [`finish`](Self::finish) closes the connection with 1011 once anything was
/// written: the peer must not take a part for the whole. One that is forgotten rather than dropped
/// keeps every other message waiting.
pub struct MessageWriter<'a, T: Transport + 'static = Io<Stream>> {
    inner: sockeye_driver::MessageWriter<'a, T>,
    attendance: &'a Attendance,
}

impl<'a, T: Transport + 'static> MessageWriter<'a, T> {
    pub(crate) fn new(
        inner: sockeye_driver::MessageWriter<'a, T>,
        attendance: &'a Attendance,
    ) -> Self {
        Self { inner, attendance }
    }

    /// Queues one fragment and tries to write it; waits while the queue is above its high-water
    /// mark.
    ///
    /// Pieces of a text message may be cut within a character.
    ///
    /// # Errors
    ///
    /// Those of [`WebSocket::send`](crate::WebSocket::send); [`Error::Misuse`] when a text message
    /// is not UTF-8.
    pub fn write(&mut self, piece: impl Into<Bytes>) -> Result<(), Error> {
        let _call = self.attendance.call();
        wait(self.inner.write(piece))
    }

    /// Ends the message.
    ///
    /// # Errors
    ///
    /// Those of [`Self::write`]; a text message that ends within a character is not UTF-8.
    pub fn finish(self) -> Result<(), Error> {
        let _call = self.attendance.call();
        wait(self.inner.finish())
    }
}
