//! Answers that leave from where the question lies (family C of the contract).
//!
//! A long message that came whole can be sent on without copying it, straight out of the memory
//! that the caller has read into. That memory cannot be shared while events borrow from it, so the
//! payload's place is queued first and its bytes come when all events have been taken.

use core::ops::Range;

use bytes::Bytes;

use crate::outgoing::MIN_SPLICED_BYTES;
use crate::{ApiMisuse, Connection, IncomingMessage, Timestamp};

impl Connection {
    /// Whether [`send_lent`](Self::send_lent) suits a payload of `len` bytes.
    ///
    /// It does when the payload goes out as it is, without a mask and in one frame that no extension
    /// encodes, and when it is so long that copying it would cost more.
    #[inline]
    #[must_use]
    pub fn is_lending(&self, len: usize) -> bool {
        len >= MIN_SPLICED_BYTES && !self.role.masks() && self.sends_in_one_frame()
    }

    /// Sends on a message that was received, from where it lies in the caller's receive buffer.
    ///
    /// `place` is where in that buffer the payload is. Only for what
    /// [`is_lending`](Self::is_lending) agrees to; a message that must be changed on its way is
    /// copied from `message` all the same. When the events that borrow from the buffer are gone, and
    /// before [`transmit`](Self::transmit), give the connection the buffer with
    /// [`settle_lent`](Self::settle_lent); until then nothing from this message on leaves, and
    /// [`wants_output`](Self::wants_output) does not count it.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn send_lent(
        &mut self,
        message: &IncomingMessage<'_>,
        place: Range<usize>,
        now: Timestamp,
    ) -> Result<(), ApiMisuse> {
        if !self.is_lending(place.len()) {
            return self.send_received(message, now);
        }
        self.check_ready_for_message()?;
        self.writer().lent_message(message.kind(), place);
        self.watch_output(now);
        Ok(())
    }

    /// Gives the messages of [`send_lent`](Self::send_lent) their bytes, which are shared and not
    /// copied.
    ///
    /// # Panics
    ///
    /// When a place that was given to [`send_lent`](Self::send_lent) is not in `buffer`.
    pub fn settle_lent(&mut self, buffer: &Bytes) {
        self.outbox.settle(buffer);
    }

    /// Copies what has not left of a lent buffer: afterwards nothing of it is shared.
    pub fn keep_lent(&mut self) {
        self.outbox.keep_lent();
    }
}

#[cfg(test)]
mod tests;
