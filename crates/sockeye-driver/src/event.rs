//! What `recv_event` gives: messages, and the control frames that `recv` keeps to itself.

use std::time::Duration;

use bytes::Bytes;
use sockeye_connection::{Event as ConnectionEvent, Message};
use sockeye_frame::CloseFrame;

/// Something the peer sent.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A whole message.
    Message(Message),
    /// A Ping frame with its payload, at most 125 bytes; it has been answered already (RFC 6455
    /// §5.5.2).
    Ping(Bytes),
    /// A Pong frame with its payload (RFC 6455 §5.5.3).
    Pong {
        /// The payload, at most 125 bytes.
        payload: Bytes,
        /// The time since the ping that this answers; `None` for an unsolicited pong.
        rtt: Option<Duration>,
    },
    /// The peer's Close frame; it has been answered already (RFC 6455 §5.5.1). Nothing but the end
    /// follows.
    Close(CloseFrame),
}

impl Event {
    /// The owned form of what a connection reported; `None` for what is reported otherwise.
    pub(crate) fn from_connection(event: ConnectionEvent<'_>) -> Option<Self> {
        match event {
            ConnectionEvent::Message(message) => Some(Self::Message(message.into_message())),
            ConnectionEvent::Ping(payload) => Some(Self::Ping(payload.into_bytes())),
            ConnectionEvent::Pong { payload, rtt } => Some(Self::Pong {
                payload: payload.into_bytes(),
                rtt: rtt.map(|(_, rtt)| rtt),
            }),
            ConnectionEvent::Close(frame) => Some(Self::Close(frame)),
            // A piece that reaches this is the rest of a message whose reader was dropped.
            ConnectionEvent::Piece(_)
            | ConnectionEvent::Violation(_)
            | ConnectionEvent::TimedOut(_) => None,
        }
    }
}
