//! The end of a message's buffer, lent to be read into.
//!
//! Saves the copy from a receive buffer to the message when a large frame is under way. When it is
//! lent and how it grows is in `assembly.rs` and `buffer.rs`.

use bytes::BytesMut;

use crate::Connection;

impl Connection {
    /// The end of the buffer of the message that is arriving, to read from the transport into it.
    ///
    /// `Some` when at least 4 KiB of the current frame are still to come and the message is kept
    /// whole: what is read here is copied nowhere else. Feed the bytes that were read before, then
    /// append at most [`MessageTail::max_bytes`], then call [`next_event`](Self::next_event) with
    /// an empty input.
    #[must_use]
    pub fn message_tail(&mut self) -> Option<MessageTail<'_>> {
        let (buffer, max_bytes) = self.receiver.tail()?;
        Some(MessageTail { buffer, max_bytes })
    }
}

/// The end of a message's buffer, lent by [`Connection::message_tail`].
#[derive(Debug)]
pub struct MessageTail<'c> {
    buffer: &'c mut BytesMut,
    max_bytes: usize,
}

impl MessageTail<'_> {
    /// The buffer to append to; what it holds must stay.
    #[must_use]
    pub const fn buffer(&mut self) -> &mut BytesMut {
        self.buffer
    }

    /// How many bytes may be appended, at least 4 KiB; for as many there is room. What is appended
    /// beyond belongs to no frame and is dropped.
    #[inline]
    #[must_use]
    pub const fn max_bytes(&self) -> usize {
        self.max_bytes
    }
}
