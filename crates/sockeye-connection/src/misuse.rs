//! What our own caller can do wrong.
//!
//! Returned by the calls that carry out the application's wishes. Nothing has been queued when
//! one of these comes back. What a peer does wrong is in `violation.rs`.

use core::error::Error;
use core::fmt;

/// Why a connection did not do what the application asked.
///
/// Nothing was queued, and except for [`ExtensionFailed`](Self::ExtensionFailed) the connection
/// is as it was.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ApiMisuse {
    /// A Close frame has been sent, so nothing may follow it (RFC 6455 §5.5.1); or the connection
    /// is closed.
    NotOpen,
    /// Too much output waits to be sent, see
    /// [`Limits::high_water_bytes`](crate::Limits::high_water_bytes). It is not lost time but
    /// memory that runs out: send again when the queue is shorter.
    QueueFull,
    /// A message sent in fragments is not finished, so no other message can begin (RFC 6455 §5.4).
    MessageUnderWay,
    /// A fragment of the other kind than the message that is under way.
    WrongKind,
    /// Text that is not UTF-8 (RFC 6455 §8.1).
    InvalidUtf8,
    /// A ping or pong with more than 125 bytes (RFC 6455 §5.5).
    ControlPayloadTooLong,
    /// A close code that must not be on the wire (RFC 6455 §7.4.1).
    UnsendableCloseCode,
    /// An extension could not encode the message; the connection is closing with 1011.
    ExtensionFailed,
}

impl fmt::Display for ApiMisuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotOpen => "connection is closing or closed",
            Self::QueueFull => "too much output queued",
            Self::MessageUnderWay => "another message is being sent in fragments",
            Self::WrongKind => "fragment of the other kind than its message",
            Self::InvalidUtf8 => "text that is not UTF-8",
            Self::ControlPayloadTooLong => "ping or pong with more than 125 bytes",
            Self::UnsendableCloseCode => "close code that must not be sent",
            Self::ExtensionFailed => "extension failed to encode a message",
        })
    }
}

impl Error for ApiMisuse {}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;

    #[test]
    fn misuse_is_told_in_words() {
        assert_eq!(ApiMisuse::QueueFull.to_string(), "too much output queued");
    }
}
