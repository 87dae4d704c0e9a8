//! Text and binary messages as values that their holder owns (RFC 6455 §5.6).
//!
//! Control frames are not messages, see `event.rs`; messages that borrow from the input are in
//! `incoming.rs`.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use bytes::Bytes;
use sockeye_frame::Opcode;

use crate::Utf8Bytes;

/// Which of the two kinds a message is.
///
/// Source: RFC 6455 §5.6.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum MessageKind {
    /// UTF-8 text.
    Text,
    /// Any bytes.
    Binary,
}

impl MessageKind {
    /// The opcode of such a message's first frame.
    #[inline]
    pub(crate) const fn opcode(self) -> Opcode {
        match self {
            Self::Text => Opcode::Text,
            Self::Binary => Opcode::Binary,
        }
    }
}

impl fmt::Display for MessageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Binary => "binary",
        })
    }
}

/// A message, whole and owned.
///
/// The payload is reference-counted: cloning a message does not copy it.
///
/// Source: RFC 6455 §5.6.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Message {
    /// UTF-8 text.
    Text(Utf8Bytes),
    /// Any bytes.
    Binary(Bytes),
}

impl Message {
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
            Self::Binary(bytes) => bytes,
        }
    }

    /// Length of the payload in bytes.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// Whether the payload has no bytes.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether this is text.
    #[inline]
    #[must_use]
    pub const fn is_text(&self) -> bool {
        matches!(self, Self::Text(_))
    }

    /// Whether this is binary.
    #[inline]
    #[must_use]
    pub const fn is_binary(&self) -> bool {
        matches!(self, Self::Binary(_))
    }

    /// The text, or `None` when this is binary; costs what [`Utf8Bytes::as_str`] costs.
    #[must_use]
    pub fn to_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.as_str()),
            Self::Binary(_) => None,
        }
    }

    /// The payload, of either kind, without copying it.
    #[inline]
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        match self {
            Self::Text(text) => text.into_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }
}

impl From<&str> for Message {
    fn from(text: &str) -> Self {
        Self::Text(Utf8Bytes::from(String::from(text)))
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<Utf8Bytes> for Message {
    #[inline]
    fn from(text: Utf8Bytes) -> Self {
        Self::Text(text)
    }
}

impl From<&[u8]> for Message {
    fn from(bytes: &[u8]) -> Self {
        Self::Binary(Bytes::copy_from_slice(bytes))
    }
}

impl<const N: usize> From<&[u8; N]> for Message {
    fn from(bytes: &[u8; N]) -> Self {
        Self::from(bytes.as_slice())
    }
}

impl From<Vec<u8>> for Message {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Binary(bytes.into())
    }
}

impl From<Bytes> for Message {
    #[inline]
    fn from(bytes: Bytes) -> Self {
        Self::Binary(bytes)
    }
}

/// Writes the text, or the number of bytes of a binary message.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => fmt::Display::fmt(text, f),
            Self::Binary(bytes) => write!(f, "[{} bytes]", bytes.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;

    #[test]
    fn conversions_choose_the_kind() {
        let text = Message::from("hi");
        assert_eq!(text, Message::from(String::from("hi")));
        assert_eq!(text, Message::from(Utf8Bytes::from("hi")));
        assert_eq!((text.kind(), text.len()), (MessageKind::Text, 2));
        assert!(!text.is_empty() && Message::from("").is_empty());
        assert_eq!(text.to_text(), Some("hi"));
        assert_eq!(text.to_string(), "hi");
        let binary = Message::from(b"hi");
        assert_eq!(binary, Message::from(&b"hi"[..]));
        assert_eq!(binary, Message::from(b"hi".to_vec()));
        assert_eq!(binary, Message::from(Bytes::from_static(b"hi")));
        assert_eq!((text.is_text(), text.is_binary()), (true, false));
        assert_eq!((binary.is_text(), binary.is_binary()), (false, true));
        assert_eq!(text.kind().to_string(), "text");
        assert_eq!(binary.kind().to_string(), "binary");
        assert_eq!(binary.to_text(), None);
        assert_eq!(binary.to_string(), "[2 bytes]");
        assert_ne!(text, binary);
        assert_eq!(text.into_bytes(), binary.into_bytes());
    }
}
