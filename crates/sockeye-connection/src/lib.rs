//! A WebSocket connection without I/O: messages, control frames, closing, keepalive, limits
//! (RFC 6455 §5.4-7).

#![no_std]

extern crate alloc;

#[cfg(test)]
extern crate std;

mod assembly;
mod buffer;
mod close;
mod config;
mod connection;
mod control;
mod event;
mod frame_writer;
mod inbound;
mod incoming;
mod input;
mod keepalive;
mod limits;
mod message;
mod misuse;
mod outbox;
mod partial;
mod pong;
mod receive;
mod send;
mod state;
mod stats;
mod timeouts;
mod timers;
mod timestamp;
mod transmit;
mod utf8_bytes;
mod violation;

pub use close::{CloseOutcome, Initiator};
pub use config::Config;
pub use connection::{Connection, Entropy};
pub use event::{ControlPayload, Event, TimeoutKind};
pub use inbound::MessageTail;
pub use incoming::{IncomingMessage, Payload, Piece, TextPayload};
pub use input::Input;
pub use keepalive::PingId;
pub use limits::Limits;
pub use message::{Message, MessageKind};
pub use misuse::ApiMisuse;
pub use outbox::TransmitSlices;
pub use state::State;
pub use stats::{Stats, Traffic};
pub use timeouts::Timeouts;
pub use timestamp::Timestamp;
pub use transmit::Transmit;
pub use utf8_bytes::Utf8Bytes;
pub use violation::ProtocolViolation;
