//! A WebSocket connection without I/O: messages, control frames, closing, keepalive and limits
//! (RFC 6455 §5.4–7).
//!
//! A [`Connection`] is one end of a WebSocket connection after the opening handshake. Bytes that
//! were read go in and come out as events; messages to send go in and come out as bytes to write.
//! It has no socket, no clock, no entropy and no thread: all of them come in as arguments, so it
//! runs on any runtime, on none, and in tests with a clock of their own.
//!
//! Left to others: the opening handshake (`sockeye-handshake`), frames as bytes (`sockeye-frame`),
//! extensions such as compression (`sockeye-extensions`), and everything that waits
//! (`sockeye-driver` and the shells above it).
//!
//! # Example
//!
//! A client and a server, with two vectors for a network. The client asks, the server answers and
//! closes.
//!
//! ```
//! use core::time::Duration;
//!
//! use sockeye_connection::{
//!     Config, Connection, Event, Input, Message, Pair, State, Timestamp, Transmit,
//! };
//! use sockeye_extensions::Chain;
//! use sockeye_frame::{CloseCode, CloseFrame, Role};
//!
//! /// What a driver does after each change: write what is to be written.
//! fn write(connection: &mut Connection, wire: &mut Vec<u8>, now: Timestamp) {
//!     loop {
//!         match connection.transmit() {
//!             Transmit::Nothing => return,
//!             Transmit::Bytes(slices) => {
//!                 let n_before = wire.len();
//!                 slices.for_each(|slice| wire.extend_from_slice(slice));
//!                 let n = wire.len() - n_before;
//!                 connection.handle_transmitted(n, now);
//!             }
//!             // Here a driver shuts down the sending half of its socket.
//!             Transmit::HalfClose => connection.handle_half_closed(now),
//!         }
//!     }
//! }
//!
//! # fn main() -> Result<(), sockeye_connection::ApiMisuse> {
//! // A real client passes a cryptographic source of random bytes in place of this one.
//! let now = Timestamp::default();
//! let connect = |role| {
//!     Connection::new(role, Config::default(), Chain::default(), Pair::entropy(), now)
//! };
//! let (mut client, mut server) = (connect(Role::Client), connect(Role::Server));
//! let (mut to_server, mut to_client) = (Vec::new(), Vec::new());
//!
//! client.send(Message::from("How deep is it?"), now)?;
//! write(&mut client, &mut to_server, now);
//!
//! let now = now + Duration::from_millis(20);
//! let mut input = Input::from(&mut to_server[..]);
//! while let Some(event) = server.next_event(&mut input, now) {
//!     // The event borrows from the bytes that were read, so the connection can be used.
//!     let Event::Message(question) = event else { panic!("not a message: {event:?}") };
//!     assert_eq!(question.as_bytes(), b"How deep is it?");
//!     server.send_text_copy("100 fathoms", now)?;
//!     server.close(CloseFrame::new(CloseCode::NormalClosure, "asked and answered"), now)?;
//! }
//! to_server.clear();
//! write(&mut server, &mut to_client, now);
//!
//! let mut input = Input::from(&mut to_client[..]);
//! let answer = client.next_event(&mut input, now).map(Event::into_owned);
//! let Some(Event::Message(answer)) = answer else { panic!("not a message: {answer:?}") };
//! assert_eq!(answer.into_message(), Message::from("100 fathoms"));
//! let close = client.next_event(&mut input, now);
//! assert!(matches!(close, Some(Event::Close(frame)) if frame.reason == "asked and answered"));
//!
//! // The client has answered the Close by itself; the server then closes the transport first.
//! write(&mut client, &mut to_server, now);
//! let mut input = Input::from(&mut to_server[..]);
//! assert!(matches!(server.next_event(&mut input, now), Some(Event::Close(_))));
//! write(&mut server, &mut to_client, now);
//! client.handle_eof(now);
//! server.handle_eof(now);
//!
//! for connection in [client, server] {
//!     assert_eq!(connection.state(), State::Closed);
//!     assert!(connection.close_outcome().is_some_and(|outcome| outcome.clean));
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # With I/O of one's own
//!
//! The contract is stated on [`Connection`]: *after telling it something, drain it, then wait*.
//! What it means for the loop around a socket:
//!
//! ```text
//! loop {
//!     // events, from what was read or without input
//!     while let Some(event) = connection.next_event(&mut input, now()) { … }
//!     // output; a partial write is fine, the rest comes again
//!     match connection.transmit() {
//!         Bytes(slices) => n = socket.write_vectored(slices); connection.handle_transmitted(n, now())
//!         HalfClose     => socket.shutdown_write();           connection.handle_half_closed(now())
//!         Nothing       => {}
//!     }
//!     if connection.state() == State::Closed { break }     // close_outcome() says how it ended
//!     wait until
//!         the socket is readable and connection.wants_input() => read, or handle_eof(now())
//!         the socket is writable and there is something to transmit
//!         connection.poll_timeout()                           => handle_timeout(now())
//!         the application wants something                     => send, ping, close
//!     // whatever goes wrong with the socket                  => handle_disconnect()
//! }
//! ```
//!
//! - **Reading.** Lend the bytes that were read as an [`Input`]; they are unmasked where they are,
//!   and an event borrows from them when its frame is whole, so nothing is copied or allocated. One
//!   receive buffer can serve many connections: nothing in it is needed once
//!   [`next_event`](Connection::next_event) has returned `None`. When
//!   [`message_tail`](Connection::message_tail) gives a buffer, a large message is under way: read
//!   straight into it instead.
//! - **Writing.** Lend a buffer with [`lend_buffer`](Connection::lend_buffer) before sending and
//!   take it back with [`take_buffer`](Connection::take_buffer) when all is written; then an idle
//!   connection holds no buffer in either direction. Write all slices with one call, as they
//!   contain everything that one burst of input brought about: answers, pongs, the Close.
//! - **Waiting for room.** [`send`](Connection::send) never waits. An application that minds
//!   [`is_writable`](Connection::is_writable) is held back by a slow peer; one that does not gets
//!   an error before memory runs out.
//! - **Time.** One timer per connection, set to [`poll_timeout`](Connection::poll_timeout) after
//!   each change. It covers keepalive, the closing handshake, stalled writes and messages that do
//!   not end.
//! - **The end.** A connection that has failed its peer still has a Close frame to deliver: go on
//!   until [`State::Closed`] instead of dropping the socket, it is bounded in bytes and in time.
//!
//! [`Pair`] runs two connections against each other without any of this, for tests.
//!
//! # Features
//!
//! - `std` (default): that of `sockeye-frame`, which finds out at run time which vector
//!   instructions the processor has. The crate itself is `no_std` and needs an allocator.

#![no_std]
// No length is cut, on 32 bits neither, and what may panic says why it does not; bodies of fuzz
// targets are to panic. Indexing is left to review: it is by lengths that were just compared.
#![cfg_attr(
    not(any(test, feature = "__fuzzing")),
    deny(
        clippy::cast_possible_truncation,
        clippy::expect_used,
        clippy::panic,
        clippy::todo,
        clippy::unimplemented,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]

extern crate alloc;

#[cfg(test)]
extern crate std;

mod assembly;
mod buffer;
mod close;
mod config;
mod connection;
mod control;
mod data_frame;
mod deadlines;
mod ending;
mod event;
mod frame_writer;
#[cfg(any(test, feature = "__fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod inbound;
mod incoming;
mod input;
mod intake;
mod keepalive;
mod lent;
mod limits;
mod message;
mod misuse;
mod next_frame;
mod outbox;
mod outgoing;
mod pair;
mod partial;
mod pong;
mod prepared;
mod receive;
mod send;
mod send_options;
mod splice;
mod state;
mod stats;
mod steps;
mod tail;
#[cfg(test)]
mod testing;
mod timeouts;
mod timers;
mod timestamp;
mod transmit;
mod utf8_bytes;
mod violation;
mod whole;
mod write_buffer;

pub use close::{CloseOutcome, Initiator};
pub use config::Config;
pub use connection::{Connection, Entropy};
pub use event::{ControlPayload, Event, TimeoutKind};
pub use incoming::{IncomingMessage, Payload, Piece, TextPayload};
pub use input::Input;
pub use keepalive::PingId;
pub use limits::Limits;
pub use message::{Message, MessageKind};
pub use misuse::ApiMisuse;
pub use next_frame::NextFrame;
pub use outbox::TransmitSlices;
pub use pair::Pair;
pub use prepared::PreparedMessage;
pub use send_options::SendOptions;
pub use sockeye_extensions::Compress;
pub use state::State;
pub use stats::{Stats, Traffic};
pub use tail::MessageTail;
pub use timeouts::Timeouts;
pub use timestamp::Timestamp;
pub use transmit::Transmit;
pub use utf8_bytes::Utf8Bytes;
pub use violation::ProtocolViolation;
pub use write_buffer::WriteBuffer;
