//! What a connection reports (RFC 6455 §5.4–5.5, §7).
//!
//! Types only. The end of the connection is not an event but a state, because it also comes about
//! without input; see [`Connection::close_outcome`](crate::Connection::close_outcome).

use core::fmt;
use core::ops::Deref;
use core::time::Duration;

use bytes::Bytes;
use sockeye_frame::CloseFrame;

use crate::{IncomingMessage, Payload, Piece, PingId, ProtocolViolation};

/// Something that a peer sent, did wrong or failed to do.
///
/// Borrows at most from the input it was taken from, never from the connection.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Event<'a> {
    /// A whole message.
    Message(IncomingMessage<'a>),
    /// A part of a message, when the connection was told to receive in pieces.
    Piece(Piece<'a>),
    /// A ping with its payload. The answer is the connection's business, not the application's.
    Ping(ControlPayload),
    /// A pong with its payload, asked for or not.
    Pong {
        /// What the peer sent back, or chose by itself when it was not asked.
        payload: ControlPayload,
        /// The ping that this answers and the time since that was queued; all pings with smaller
        /// ids are answered too (RFC 6455 §5.5.3). `None` when it answers no ping of ours, or one
        /// whose payload was the application's.
        rtt: Option<(PingId, Duration)>,
    },
    /// The peer's Close frame. No further message comes.
    Close(CloseFrame),
    /// The peer broke a rule; it has been told so with a Close frame, and nothing else that it
    /// sends is looked at.
    Violation(ProtocolViolation),
    /// The peer did not do in time what it had to; the connection is closed.
    TimedOut(TimeoutKind),
}

impl Event<'_> {
    /// The same event, free of the input; copies a borrowed payload into memory of just its size.
    #[must_use]
    pub fn into_owned(self) -> Event<'static> {
        match self {
            Self::Message(message) => Event::Message(message.into_owned()),
            Self::Piece(piece) => Event::Piece(piece.into_owned()),
            Self::Ping(payload) => Event::Ping(payload),
            Self::Pong { payload, rtt } => Event::Pong { payload, rtt },
            Self::Close(frame) => Event::Close(frame),
            Self::Violation(violation) => Event::Violation(violation),
            Self::TimedOut(kind) => Event::TimedOut(kind),
        }
    }
}

/// The payload of a ping or pong, at most 125 bytes.
///
/// Source: RFC 6455 §5.5.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct ControlPayload(Bytes);

impl ControlPayload {
    /// The bytes.
    #[inline]
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes, without copying them.
    #[inline]
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.0
    }
}

impl From<Payload<'_>> for ControlPayload {
    #[inline]
    fn from(payload: Payload<'_>) -> Self {
        Self(payload.into_bytes())
    }
}

impl Deref for ControlPayload {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for ControlPayload {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        self
    }
}

/// What a peer failed to do in time.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum TimeoutKind {
    /// Nothing came after a keepalive ping, see [`Timeouts::pong`](crate::Timeouts::pong).
    Keepalive,
    /// The closing handshake was not finished, see [`Timeouts::close`](crate::Timeouts::close).
    Close,
    /// Nothing that was queued could be sent, see
    /// [`Timeouts::write_stall`](crate::Timeouts::write_stall).
    WriteStall,
}

impl fmt::Display for TimeoutKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keepalive => "no sign of life after a keepalive ping",
            Self::Close => "closing handshake not finished in time",
            Self::WriteStall => "peer does not read",
        })
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;

    #[test]
    fn control_payload_is_its_bytes() {
        let payload = ControlPayload::from(Payload::Borrowed(b"ab"));
        assert_eq!(payload.as_bytes(), b"ab");
        assert_eq!(AsRef::<[u8]>::as_ref(&payload), b"ab");
        assert_eq!(*payload, *b"ab");
        assert_eq!(payload.into_bytes(), "ab");
    }

    #[test]
    fn missed_deadlines_are_told_in_words() {
        let told = TimeoutKind::WriteStall.to_string();
        assert_eq!(told, "peer does not read");
    }
}
