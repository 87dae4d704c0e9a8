//! The async driver of the Sockeye WebSocket stack: where sockets, clocks and tasks come in.
//!
//! The layers below are machines without I/O; this crate drives them over any byte stream that
//! implements [`Transport`], with any clock that implements [`Timer`]. Every async decision of the
//! stack is made here, once; a runtime's shell (such as `sockeye-tokio`) implements the two traits
//! and adds dialing and listening.
//!
//! The main type is [`WebSocket`]. One comes from [`client_handshake`], from
//! [`Acceptor::accept`], or from [`WebSocket::from_upgraded`] when somebody else has made the
//! opening handshake.
//!
//! # Memory and system calls
//!
//! A connection that waits holds no read or write buffer: reads go through a buffer that all
//! connections of a thread share, and what one readable burst produced leaves in one vectored
//! write. Large messages are read straight into the memory that the application receives.
//!
//! # Features
//!
//! | feature | default | brings |
//! |---|---|---|
//! | `cookies` | no | `CookieJar`: cookies that servers set, sent back to them |

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

mod acceptor;
mod access;
mod backoff;
mod buffers;
mod burst;
mod calls;
mod client;
mod core;
mod drain;
mod endpoint;
mod entropy;
mod error;
mod event;
#[cfg(any(test, feature = "__fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod handshaking;
mod hub;
mod map;
mod owned;
mod pong_reply;
mod sendable;
mod shell;
mod split;
mod stage;
mod streaming;
mod sync;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod timer;
mod transport;
mod try_send_error;
mod turn;
mod uninterrupted;
mod unread;
mod web_socket;

pub use acceptor::Acceptor;
pub use backoff::AcceptBackoff;
pub use burst::Burst;
pub use client::{ClientOptions, client_handshake};
pub use drain::Drain;
#[cfg(feature = "__simulation")]
#[doc(hidden)]
pub use entropy::foresee;
pub use error::{Error, ErrorKind};
pub use event::Event;
pub use pong_reply::PongReply;
#[cfg(feature = "cookies")]
pub use shell::CookieJar;
pub use shell::{
    Adopt, BindAddress, Client, ClientAddr, ConnectUnix, DrainReport, Failure, FailureCause,
    HandlerError, Listen, NoTls, Runtime, Server, ServerHandle, Spawn, TrustedPeers,
};
pub use split::{Receiver, Sender};
pub use stage::Stage;
pub use streaming::{MessageReader, MessageWriter};
pub use timer::Timer;
pub use transport::Transport;
pub use try_send_error::TrySendError;
pub use web_socket::WebSocket;
