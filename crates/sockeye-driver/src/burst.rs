//! One readable burst: every message that one read brought, borrowed, and the replies to them.
//!
//! The fastest way to answer: messages are handed out where they lie in the thread's receive
//! buffer, short replies are laid into one write buffer, a long message that is sent back stays
//! where it is, and all of them leave in one write.

use std::ops::Range;

use sockeye_connection::{
    ApiMisuse, Event, IncomingMessage, Input, Message, MessageKind, PreparedMessage, SendOptions,
};

use crate::endpoint::Endpoint;
use crate::{Error, turn};

/// The messages of one read, and the place for replies.
///
/// Given to the closure of [`WebSocket::burst`](crate::WebSocket::burst). Messages borrow from the
/// receive buffer and can be held beside each other until the closure returns; messages it leaves
/// untaken come with the next burst. A closure that panics ends the connection.
pub struct Burst<'a> {
    endpoint: &'a mut Endpoint,
    input: Input<'a>,
    /// The addresses of the buffer that messages lie in.
    buffer: Range<usize>,
    n_delivered: usize,
    /// As many bytes of messages will have been received when it is others' turn.
    max_received: u64,
    /// The closure has returned.
    is_over: bool,
}

impl<'a> Burst<'a> {
    pub(crate) fn new(endpoint: &'a mut Endpoint, input: Input<'a>) -> Self {
        let max_received = received(endpoint) + turn::MAX_PAYLOAD_BYTES;
        Self {
            endpoint,
            buffer: addresses(input.as_bytes()),
            input,
            n_delivered: 0,
            max_received,
            is_over: false,
        }
    }

    /// The next message of the burst; `None` when the rest has to wait for the next one.
    ///
    /// That is when the bytes end (be it in the middle of the first message); when replies above the
    /// queue's high-water mark wait to be written, as a peer that does not read gets no more of its
    /// messages answered; and after 1 MiB of messages, which few compressed bytes can hold, so that
    /// other tasks run in between.
    pub fn next_message(&mut self) -> Option<IncomingMessage<'a>> {
        let may_go_on = self.endpoint.as_connection().is_writable()
            && received(self.endpoint) < self.max_received;
        if self.n_delivered > 0 && !may_go_on {
            return None;
        }
        let message = self.endpoint.next(&mut self.input, |event| match event {
            Event::Message(message) => Some(message),
            Event::Piece(_)
            | Event::Ping(_)
            | Event::Pong { .. }
            | Event::Close(_)
            | Event::Violation(_)
            | Event::TimedOut(_) => None,
        })?;
        self.n_delivered += 1;
        Some(message)
    }

    /// Queues `message` as it is, to leave with the burst.
    ///
    /// # Errors
    ///
    /// [`ApiMisuse`] when the connection is closing, or when the queue is full: take messages
    /// with [`Self::next_message`], which stops in time.
    pub fn send(&mut self, message: &IncomingMessage<'_>) -> Result<(), ApiMisuse> {
        self.endpoint.reply(message, self.place_of(message))
    }

    /// Queues a text message, to leave with the burst.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    pub fn send_text(&mut self, text: &str) -> Result<(), ApiMisuse> {
        let now = self.endpoint.now();
        self.endpoint
            .queue(|connection| connection.send_text_copy(text, now))
    }

    /// Queues a binary message, to leave with the burst.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    pub fn send_binary(&mut self, payload: &[u8]) -> Result<(), ApiMisuse> {
        let now = self.endpoint.now();
        self.endpoint
            .queue(|connection| connection.send_copy(MessageKind::Binary, payload, now))
    }

    /// Queues a message, with wishes about how extensions treat it, to leave with the burst.
    ///
    /// It gets memory of its own unless it has that already, as
    /// [`IncomingMessage::into_message`] gives it for a message received.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    pub fn send_with(
        &mut self,
        message: impl Into<Message>,
        options: SendOptions,
    ) -> Result<(), ApiMisuse> {
        let now = self.endpoint.now();
        self.endpoint.send((message.into(), options), now)
    }

    /// Queues a message that was made for many connections, to leave with the burst.
    ///
    /// # Errors
    ///
    /// Those of [`Self::send`].
    pub fn send_prepared(&mut self, message: &PreparedMessage) -> Result<(), ApiMisuse> {
        let now = self.endpoint.now();
        self.endpoint.send(message, now)
    }

    /// Where in the receive buffer the payload of `message` is; it may be elsewhere.
    #[inline]
    fn place_of(&self, message: &IncomingMessage<'_>) -> Option<Range<usize>> {
        let payload = addresses(message.as_bytes());
        let is_inside = self.buffer.start <= payload.start && payload.end <= self.buffer.end;
        is_inside.then(|| payload.start - self.buffer.start..payload.end - self.buffer.start)
    }

    /// The closure has returned: gives whether something was for it, and how many bytes were left
    /// undecoded.
    pub(crate) fn end(mut self) -> (bool, usize) {
        self.is_over = true;
        let n_left = self.input.len();
        // What was left untaken has to be decoded before anything that is read later.
        (self.n_delivered > 0 || n_left > 0, n_left)
    }
}

/// Ends the connection when the closure panics: the bytes of messages that it has sent on will not
/// come, and those that it left are lost.
impl Drop for Burst<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.endpoint.fail(Error::ConnectionLost);
            self.endpoint.handle_disconnect();
        }
    }
}

/// Bytes of messages received so far.
#[inline]
fn received(endpoint: &Endpoint) -> u64 {
    endpoint.as_connection().stats().received.payload_bytes
}

#[inline]
fn addresses(bytes: &[u8]) -> Range<usize> {
    let start = bytes.as_ptr().addr();
    start..start + bytes.len()
}
