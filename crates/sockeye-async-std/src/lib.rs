//! Sockeye WebSockets on async-std and smol: connect, listen, serve.
//!
//! A thin shell: everything a WebSocket does is decided in `sockeye-driver`, and this crate brings
//! it together with the sockets and the clock of `async-io`, which both runtimes use, over the
//! traits of `futures-io`. TLS is by rustls, where a feature says so.
//!
//! The names at the root spawn their tasks on async-std, those of the module `smol` on smol;
//! all else is the same code, and [`AsyncIo`] makes more of it for other executors.
//!
//! async-std is no longer developed (RUSTSEC-2025-0052) and names smol as its successor: it is here
//! for programs that are on it. Only its executor is used; sockets and timers are those of
//! `async-io`, which lives on under smol.
//!
//! # Features
//!
//! | feature | default | brings |
//! |---|---|---|
//! | `async-std` | yes | the names at the root: tasks on async-std |
//! | `smol` | no | the module `smol`: tasks on smol |
//! | `rustls-tls-webpki-roots`, `rustls-tls-native-roots`, `rustls-platform-verifier` | no | TLS by rustls: `wss` for clients that trust Mozilla's list, the system's files, or whom the system trusts; `Server::tls` |
//! | `ring`, `aws-lc-rs` | no | which cryptography TLS has; ring with one of the above, aws-lc-rs goes first |
//! | `rustls` | no | TLS without either, by configurations of rustls |
//! | `cookies` | no | the client's `cookie_jar`, and `CookieJar` |

mod accept;
#[cfg(feature = "async-std")]
mod async_std;
mod connect_from;
mod io;
mod names;
#[cfg(any(feature = "async-std", feature = "smol"))]
mod numbered;
#[cfg(feature = "rustls")]
mod paced;
mod runtime;
#[cfg(feature = "smol")]
pub mod smol;
mod socket;
mod stream;
mod timer;
#[cfg(feature = "rustls")]
mod tls;
#[cfg(unix)]
mod unix;

pub use accept::{accept, accept_request, from_upgraded};
#[cfg(all(feature = "async-std", unix))]
pub use async_std::UnixServer;
#[cfg(feature = "async-std")]
pub use async_std::{AsyncStd, Client, Server, ServerHandle, connect};
pub use io::Io;
pub use names::{Receiver, Sender, WebSocket};
pub use runtime::AsyncIo;
#[cfg(feature = "cookies")]
pub use sockeye_driver::CookieJar;
pub use sockeye_driver::{
    ClientAddr, DrainReport, Failure, FailureCause, HandlerError, TrustedPeers,
};
#[cfg(feature = "rustls")]
pub use sockeye_tls::{ClientTls, ServerTls, rustls};
pub use stream::Stream;
#[cfg(unix)]
pub use unix::{AsyncIoUnix, UnixStream};
