//! Sockeye WebSockets on threads: connect, listen, serve, without async.
//!
//! The names and the behavior of the other shells, with calls that wait. Everything a WebSocket
//! does is decided in `sockeye-driver`; here its futures are driven by the thread that calls, over
//! non-blocking sockets, so that a reader and a writer use one connection at once and a third
//! thread can end it.
//!
//! - [`connect`] and [`Client`] open WebSockets; [`Client::connect_on`] over a socket of yours.
//! - [`Server`] listens and runs a thread for each WebSocket; [`ServerHandle`] ends it with grace.
//! - [`WebSocket`] sends and receives; [`WebSocket::split`] makes halves for different threads.
//! - [`accept`](fn@accept) and [`from_upgraded`] make WebSockets out of sockets that others
//!   accepted or upgraded.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//! use sockeye_blocking::{Server, connect};
//!
//! let server = Server::bind("127.0.0.1:0")?;
//! let url = format!("ws://{}/", server.local_addr()?);
//! std::thread::spawn(move || {
//!     server.serve(|mut ws| {
//!         while let Some(message) = ws.recv()? {
//!             ws.send(message)?;
//!         }
//!         Ok(())
//!     })
//! });
//!
//! let mut ws = connect(&url)?;
//! ws.send("hello")?;
//! assert_eq!(ws.recv()?, Some("hello".into()));
//! # Ok(())
//! # }
//! ```
//!
//! # Threads of its own
//!
//! A process has one thread that looks after connections which nobody is in a call on: it writes
//! what waits, sends pings and gives up peers that are gone. It starts with the first such
//! connection, sleeps while nothing happens and ends with the process. `async-io` has one too, which
//! waits for all sockets and timers and wakes whom they concern, and names are looked up in
//! short-lived ones.
//!
//! What this shell leaves to the others: bursts, whose messages are borrowed from a buffer of the
//! thread.
//!
//! # Features
//!
//! | feature | default | brings |
//! |---|---|---|
//! | `rustls-tls-webpki-roots`, `rustls-tls-native-roots`, `rustls-platform-verifier` | no | TLS by rustls: `wss` for clients that trust Mozilla's list, the system's files, or whom the system trusts; `Server::tls` |
//! | `ring`, `aws-lc-rs` | no | which cryptography TLS has; ring with one of the above, aws-lc-rs goes first |
//! | `rustls` | no | TLS without either, by configurations of rustls |
//! | `cookies` | no | the client's `cookie_jar`, and `CookieJar` |

mod accept;
mod attendant;
mod attended;
mod client;
mod handle;
mod into_stream;
mod pong_reply;
mod receiver;
mod sender;
mod server;
mod streaming;
mod threads;
#[cfg(unix)]
mod unix;
mod wait;
mod web_socket;

pub use accept::{accept, accept_request, from_upgraded};
pub use client::{Client, connect};
pub use handle::ServerHandle;
pub use into_stream::{IntoStream, WebSocketOver};
pub use pong_reply::PongReply;
pub use receiver::Receiver;
pub use sender::Sender;
pub use server::{Server, ServerOn};
#[cfg(unix)]
pub use sockeye_async_std::{AsyncIoUnix, UnixStream};
pub use sockeye_async_std::{Io, Stream};
#[cfg(feature = "cookies")]
pub use sockeye_driver::CookieJar;
pub use sockeye_driver::{
    ClientAddr, DrainReport, Failure, FailureCause, HandlerError, TrustedPeers,
};
#[cfg(feature = "rustls")]
pub use sockeye_tls::{ClientTls, ServerTls, rustls};
pub use streaming::{MessageReader, MessageWriter};
pub use threads::{Blocking, Thread, Threads};
#[cfg(unix)]
pub use unix::UnixServer;
pub use web_socket::WebSocket;
