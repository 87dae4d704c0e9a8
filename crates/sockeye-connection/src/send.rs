//! The application's messages (family C of the contract; RFC 6455 §5.4–5.6, §6.1).
//!
//! Decides whether a message may be sent now: the state, the order of fragments, UTF-8 and the
//! length of the queue. Laying it into frames is left to `frame_writer.rs`.

use bytes::Bytes;
use sockeye_extensions::EncodeError;
use sockeye_frame::{CloseCode, CloseFrame, Utf8Validator, validate_utf8};

use crate::frame_writer::Part;
use crate::outgoing::{MIN_SPLICED_BYTES, Outgoing};
use crate::{
    ApiMisuse, Connection, IncomingMessage, Message, MessageKind, Payload, SendOptions,
    TextPayload, Timestamp,
};

/// A message of which some fragments have been sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UnderWay {
    kind: MessageKind,
    utf8: Utf8Validator,
    /// Those of its first part.
    options: SendOptions,
}

impl Connection {
    /// Sends a message.
    ///
    /// A payload of 2 KiB or more is queued by reference, which keeps its memory alive until it
    /// has left. A client masks it where it is when nobody else holds it, and in a copy otherwise.
    /// The message goes out in fragments when it is longer than
    /// [`Config::max_frame_payload_bytes`](crate::Config::max_frame_payload_bytes).
    ///
    /// # Errors
    ///
    /// - [`ApiMisuse::NotOpen`]: we have sent or received a Close frame.
    /// - [`ApiMisuse::MessageUnderWay`]: a message sent in fragments is not finished.
    /// - [`ApiMisuse::QueueFull`]: more is queued than
    ///   [`Limits::high_water_bytes`](crate::Limits::high_water_bytes) and the larger of the two
    ///   message limits together. [`is_writable`](Self::is_writable) says no long before.
    /// - [`ApiMisuse::ExtensionFailed`]: the connection is closing for a fault of an extension.
    #[inline]
    pub fn send(&mut self, message: Message, now: Timestamp) -> Result<(), ApiMisuse> {
        self.check_ready_for_message()?;
        if message.len() < MIN_SPLICED_BYTES {
            return self.queue_copy(message.kind(), message.as_bytes(), now);
        }
        let part = Part::whole(message.kind(), SendOptions::default());
        let payload = Outgoing::from_bytes(message.into_bytes(), self.role);
        self.queue_part(part, payload, now)
    }

    /// Sends a message, with wishes about how extensions treat it.
    ///
    /// Does what [`send`](Self::send) does when there are no extensions.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn send_with(
        &mut self,
        message: Message,
        options: SendOptions,
        now: Timestamp,
    ) -> Result<(), ApiMisuse> {
        self.check_ready_for_message()?;
        let part = Part::whole(message.kind(), options);
        let payload = Outgoing::from_bytes(message.into_bytes(), self.role);
        self.queue_part(part, payload, now)
    }

    /// Sends a message out of memory that the caller keeps.
    ///
    /// The payload is copied into the queue, nothing is allocated for it alone. Text must be UTF-8,
    /// which is checked; [`send_text_copy`](Self::send_text_copy) need not.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), and [`ApiMisuse::InvalidUtf8`].
    #[inline]
    pub fn send_copy(
        &mut self,
        kind: MessageKind,
        payload: &[u8],
        now: Timestamp,
    ) -> Result<(), ApiMisuse> {
        self.check_ready_for_message()?;
        if kind == MessageKind::Text {
            validate_utf8(payload).map_err(|_| ApiMisuse::InvalidUtf8)?;
        }
        self.queue_copy(kind, payload, now)
    }

    /// Sends a text message out of memory that the caller keeps; the text is copied.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    #[inline]
    pub fn send_text_copy(&mut self, text: &str, now: Timestamp) -> Result<(), ApiMisuse> {
        self.check_ready_for_message()?;
        self.queue_copy(MessageKind::Text, text.as_bytes(), now)
    }

    /// Sends on a message that was received, of this connection or another.
    ///
    /// What lies in the input is copied into the queue, what the connection put together is
    /// shared. Text is not checked again.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    #[inline]
    pub fn send_received(
        &mut self,
        message: &IncomingMessage<'_>,
        now: Timestamp,
    ) -> Result<(), ApiMisuse> {
        let payload = match message {
            IncomingMessage::Text(TextPayload::Borrowed(text)) => text.as_bytes(),
            IncomingMessage::Binary(Payload::Borrowed(payload)) => payload,
            IncomingMessage::Text(TextPayload::Owned(text)) => {
                return self.send(Message::Text(text.clone()), now);
            }
            IncomingMessage::Binary(Payload::Owned(payload)) => {
                return self.send(Message::Binary(payload.clone()), now);
            }
        };
        self.check_ready_for_message()?;
        self.queue_copy(message.kind(), payload, now)
    }

    /// Sends part of a message whose length need not be known.
    ///
    /// The first part begins a message, the one with `fin` ends it; in between no other message can
    /// be sent, but pings, pongs and a Close can. All parts have the same `kind`. Text may be cut
    /// within a character and is checked as it goes.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send) except for [`ApiMisuse::MessageUnderWay`], and
    ///
    /// - [`ApiMisuse::WrongKind`]: the message that is under way is of the other kind.
    /// - [`ApiMisuse::InvalidUtf8`]: the text as a whole would not be UTF-8. The message is under way
    ///   as before this part.
    pub fn send_fragment(
        &mut self,
        kind: MessageKind,
        payload: Bytes,
        fin: bool,
        now: Timestamp,
    ) -> Result<(), ApiMisuse> {
        self.send_fragment_with(kind, payload, fin, SendOptions::default(), now)
    }

    /// Sends part of a message, with wishes about how extensions treat the message.
    ///
    /// The `options` of its first part hold for all of it; those of later parts are ignored.
    ///
    /// # Errors
    ///
    /// As [`send_fragment`](Self::send_fragment).
    pub fn send_fragment_with(
        &mut self,
        kind: MessageKind,
        payload: Bytes,
        fin: bool,
        options: SendOptions,
        now: Timestamp,
    ) -> Result<(), ApiMisuse> {
        self.check_queue()?;
        let first = self.under_way.is_none();
        let mut under_way = self.under_way.unwrap_or_else(|| UnderWay {
            kind,
            utf8: Utf8Validator::default(),
            options,
        });
        if under_way.kind != kind {
            return Err(ApiMisuse::WrongKind);
        }
        if kind == MessageKind::Text {
            under_way.check(&payload, fin)?;
        }
        self.under_way = (!fin).then_some(under_way);
        let part = Part {
            kind,
            first,
            fin,
            options: under_way.options,
        };
        let payload = Outgoing::from_bytes(payload, self.role);
        self.queue_part(part, payload, now)
    }

    #[inline]
    pub(crate) fn check_ready_for_message(&self) -> Result<(), ApiMisuse> {
        self.check_queue()?;
        // RFC 6455 §5.4: the fragments of one message MUST NOT be interleaved between the fragments
        // of another message
        if self.under_way.is_some() {
            return Err(ApiMisuse::MessageUnderWay);
        }
        Ok(())
    }

    /// Whether anything but a Close may be queued.
    #[inline]
    pub(crate) fn check_queue(&self) -> Result<(), ApiMisuse> {
        // RFC 6455 §5.5.1: the application MUST NOT send any more data frames after sending a Close
        if !self.lifecycle.is_open() {
            return Err(ApiMisuse::NotOpen);
        }
        if self.outbox.len() > self.config.limits.max_queued_bytes() {
            return Err(ApiMisuse::QueueFull);
        }
        Ok(())
    }

    /// Whether a message goes out in one frame with its payload as it is, but for a mask.
    #[inline]
    pub(crate) fn sends_in_one_frame(&self) -> bool {
        self.extensions.is_empty() && self.config.max_frame_payload_bytes.is_none()
    }

    /// Queues a message whose payload is copied.
    // Hot: measured by the echo benchmarks.
    #[inline]
    fn queue_copy(
        &mut self,
        kind: MessageKind,
        payload: &[u8],
        now: Timestamp,
    ) -> Result<(), ApiMisuse> {
        if !self.sends_in_one_frame() {
            let part = Part::whole(kind, SendOptions::default());
            return self.queue_part(part, Outgoing::Lent(payload), now);
        }
        self.writer().copied_message(kind, payload);
        self.watch_output(now);
        Ok(())
    }

    fn queue_part(
        &mut self,
        part: Part,
        payload: Outgoing<'_>,
        now: Timestamp,
    ) -> Result<(), ApiMisuse> {
        let max_fragment_bytes = self.config.max_fragment_bytes();
        match self.writer().message(part, payload, max_fragment_bytes) {
            Ok(()) => {
                self.watch_output(now);
                self.watch_idle(now);
                Ok(())
            }
            Err(error) => Err(self.extension_failed(error, now)),
        }
    }

    #[cold]
    pub(crate) fn extension_failed(&mut self, error: EncodeError, now: Timestamp) -> ApiMisuse {
        let frame = CloseFrame::new(CloseCode::InternalError, alloc::format!("{error}"));
        // What is queued may have been damaged, and where a frame of it begins is not known: better
        // nothing than bytes that mean something else.
        let is_damaged = error == EncodeError::ShortenedOutput && !self.outbox.is_empty();
        if is_damaged {
            self.outbox.clear();
        }
        self.fail_with((!is_damaged).then_some(frame), now);
        ApiMisuse::ExtensionFailed
    }
}

impl UnderWay {
    /// Checks the next part of a text; after an error nothing has changed for the caller, who drops
    /// this copy.
    fn check(&mut self, part: &[u8], fin: bool) -> Result<(), ApiMisuse> {
        self.utf8.feed(part).map_err(|_| ApiMisuse::InvalidUtf8)?;
        if fin {
            self.utf8.finish().map_err(|_| ApiMisuse::InvalidUtf8)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
