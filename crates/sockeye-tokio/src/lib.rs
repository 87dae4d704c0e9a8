//! Sockeye WebSockets on tokio: connect, listen, serve.
//!
//! A thin shell: everything a WebSocket does is decided in `sockeye-driver`, and this crate brings
//! it together with tokio's sockets and clock, and with TLS by rustls or native-tls where a feature says
//! so.
//!
//! - [`connect`] and [`Client`] open WebSockets; [`Client::connect_on`] over any stream.
//! - `Client::connect_unix` and `UnixServer` do the same on Unix sockets.
//! - [`Server`] listens and runs a task for each WebSocket; [`ServerHandle`] ends it with grace.
//! - [`accept`](fn@accept) and [`from_upgraded`] make WebSockets out of streams that others
//!   accepted or upgraded.
//!
//! All give a [`WebSocket`], which is described in `sockeye-driver`.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//! use sockeye_tokio::Server;
//!
//! let server = Server::bind("127.0.0.1:0").await?;
//! let url = format!("ws://{}/", server.local_addr()?);
//! tokio::spawn(server.serve(|mut ws| async move {
//!     while let Some(message) = ws.recv().await? {
//!         ws.send(message).await?;
//!     }
//!     Ok(())
//! }));
//!
//! let mut ws = sockeye_tokio::connect(&url).await?;
//! ws.send("hello").await?;
//! assert_eq!(ws.recv().await?, Some("hello".into()));
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! | feature | default | brings |
//! |---|---|---|
//! | `rustls-tls-webpki-roots`, `rustls-tls-native-roots`, `rustls-platform-verifier` | no | TLS by rustls: `wss` for clients that trust Mozilla's list, the system's files, or whom the system trusts; [`Server::tls`] |
//! | `ring`, `aws-lc-rs` | no | which cryptography TLS has; ring with one of the above, aws-lc-rs goes first |
//! | `rustls` | no | TLS without either, by configurations of rustls |
//! | `native-tls` | no | TLS by the library of the system; where that is OpenSSL, building takes its headers and pkg-config. A client that is told nothing has it unless rustls knows whom to trust |
//! | `cookies` | no | the client's `cookie_jar`, and `CookieJar` |

mod accept;
mod client;
mod io;
mod runtime;
mod server;
mod socket;
mod stream;
mod timer;
#[cfg(any(feature = "native-tls", feature = "rustls"))]
mod tls;
#[cfg(unix)]
mod unix;
mod web_socket;

pub use accept::{accept, accept_request, from_upgraded};
pub use client::{Client, connect};
pub use io::Io;
#[cfg(feature = "native-tls")]
pub use native_tls;
pub use runtime::Tokio;
pub use server::{Server, ServerHandle};
#[cfg(feature = "cookies")]
pub use sockeye_driver::CookieJar;
pub use sockeye_driver::{
    ClientAddr, DrainReport, Failure, FailureCause, HandlerError, TrustedPeers,
};
#[cfg(feature = "rustls")]
pub use sockeye_tls::{ClientTls, ServerTls, rustls};
pub use stream::Stream;
#[cfg(any(feature = "native-tls", feature = "rustls"))]
pub use tls::{AnyClientTls, AnyServerTls};
#[cfg(unix)]
pub use unix::{TokioUnix, UnixServer};
pub use web_socket::{Receiver, Sender, WebSocket};
