//! Received messages, whole or in pieces, that may borrow from the caller's input.
//!
//! Borrowed is the fast path, owned is what had to be put together. How a message is received
//! is not decided here.

use bytes::Bytes;

use crate::{Message, MessageKind, Utf8Bytes};

/// Received bytes: part of the caller's input, or memory of their own.
///
/// Two payloads are equal when their bytes are.
#[derive(Clone, Debug)]
pub enum Payload<'a> {
    /// Part of the input that was lent.
    Borrowed(&'a [u8]),
    /// Put together by the connection.
    Owned(Bytes),
}

impl Payload<'_> {
    /// The bytes.
    #[inline]
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Borrowed(bytes) => bytes,
            Self::Owned(bytes) => bytes,
        }
    }

    /// The bytes in memory of their own; copies a borrowed payload into memory of just its size.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        match self {
            Self::Borrowed(bytes) => Bytes::copy_from_slice(bytes),
            Self::Owned(bytes) => bytes,
        }
    }

    /// The same payload, free of the input; copies as [`into_bytes`](Self::into_bytes) does.
    #[must_use]
    pub fn into_owned(self) -> Payload<'static> {
        Payload::Owned(self.into_bytes())
    }
}

impl AsRef<[u8]> for Payload<'_> {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl PartialEq for Payload<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Payload<'_> {}

/// Received text: part of the caller's input, or memory of its own.
///
/// Two payloads are equal when their texts are.
#[derive(Clone, Debug)]
pub enum TextPayload<'a> {
    /// Part of the input that was lent.
    Borrowed(&'a str),
    /// Put together by the connection.
    Owned(Utf8Bytes),
}

impl TextPayload<'_> {
    /// The text; of an owned payload it costs what [`Utf8Bytes::as_str`] costs.
    #[inline]
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Owned(text) => text.as_str(),
        }
    }

    /// The text as bytes.
    #[inline]
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Borrowed(text) => text.as_bytes(),
            Self::Owned(text) => text.as_bytes(),
        }
    }

    /// The text in memory of its own; copies a borrowed payload into memory of just its size.
    #[must_use]
    pub fn into_utf8_bytes(self) -> Utf8Bytes {
        match self {
            Self::Borrowed(text) => {
                Utf8Bytes::from_checked(Bytes::copy_from_slice(text.as_bytes()))
            }
            Self::Owned(text) => text,
        }
    }

    /// The same text, free of the input; copies as
    /// [`into_utf8_bytes`](Self::into_utf8_bytes) does.
    #[must_use]
    pub fn into_owned(self) -> TextPayload<'static> {
        TextPayload::Owned(self.into_utf8_bytes())
    }
}

impl PartialEq for TextPayload<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for TextPayload<'_> {}

/// A whole message, as it was received.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum IncomingMessage<'a> {
    /// UTF-8 text.
    Text(TextPayload<'a>),
    /// Any bytes.
    Binary(Payload<'a>),
}

impl IncomingMessage<'_> {
    /// Text or binary.
    #[inline]
    #[must_use]
    pub const fn kind(&self) -> MessageKind {
        match self {
            Self::Text(_) => MessageKind::Text,
            Self::Binary(_) => MessageKind::Binary,
        }
    }

    /// The payload, of either kind.
    #[inline]
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(payload) => payload.as_bytes(),
        }
    }

    /// The message as a value of its own; copies a borrowed payload into memory of just its size.
    #[must_use]
    pub fn into_message(self) -> Message {
        match self {
            Self::Text(text) => Message::Text(text.into_utf8_bytes()),
            Self::Binary(payload) => Message::Binary(payload.into_bytes()),
        }
    }

    /// The same message, free of the input; copies as [`into_message`](Self::into_message) does.
    #[must_use]
    pub fn into_owned(self) -> IncomingMessage<'static> {
        match self {
            Self::Text(text) => IncomingMessage::Text(text.into_owned()),
            Self::Binary(payload) => IncomingMessage::Binary(payload.into_owned()),
        }
    }
}

/// A part of a message that is received in pieces, see
/// [`Connection::set_piecewise`](crate::Connection::set_piecewise).
///
/// The pieces one after the other are the message. Where it is cut depends on how the bytes
/// arrived and means nothing: a piece of text may end within a character. Text has been checked as
/// far as it goes, and only after the last piece is it known to be UTF-8 as a whole.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Piece<'a> {
    /// Text or binary; the same for all pieces of a message.
    pub kind: MessageKind,
    /// The bytes; empty at most in the last piece.
    pub payload: Payload<'a>,
    /// Whether the message begins here.
    pub first: bool,
    /// Whether the message ends here.
    pub last: bool,
}

impl Piece<'_> {
    /// The same piece, free of the input; copies a borrowed payload.
    #[must_use]
    pub fn into_owned(self) -> Piece<'static> {
        Piece {
            kind: self.kind,
            payload: self.payload.into_owned(),
            first: self.first,
            last: self.last,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_are_the_same_borrowed_or_owned() {
        let owned = Payload::Borrowed(b"ab").into_owned();
        assert!(matches!(owned, Payload::Owned(_)));
        for payload in [Payload::Borrowed(b"ab"), owned.clone()] {
            assert_eq!(payload, owned);
            assert_ne!(payload, Payload::Borrowed(b"ac"));
            assert_eq!(payload.as_bytes(), b"ab");
            assert_eq!(payload.as_ref(), b"ab");
            let message = IncomingMessage::Binary(payload);
            assert_eq!(message.kind(), MessageKind::Binary);
            assert_eq!(message.into_message(), Message::from(b"ab"));
        }
    }

    #[test]
    fn texts_are_the_same_borrowed_or_owned() {
        let owned = TextPayload::Borrowed("ab").into_owned();
        assert!(matches!(owned, TextPayload::Owned(_)));
        for payload in [TextPayload::Borrowed("ab"), owned.clone()] {
            assert_eq!(payload, owned);
            assert_ne!(payload, TextPayload::Borrowed("ac"));
            assert_eq!(payload.as_str(), "ab");
            assert_eq!(payload.as_bytes(), b"ab");
            let message = IncomingMessage::Text(payload);
            assert_eq!(message.kind(), MessageKind::Text);
            assert_eq!(message.into_message(), Message::from("ab"));
        }
    }
}
