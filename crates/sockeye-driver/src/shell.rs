//! What every runtime's shell has, written once: connecting, listening, serving, ending with grace.
//!
//! A shell gives the sockets, the clock and the tasks of its runtime ([`Runtime`], [`Spawn`]), and
//! names what is here after it. Takes no decision of the protocol.

mod accept_loop;
mod bind_address;
mod client;
mod connection;
#[cfg(feature = "cookies")]
mod cookie_jar;
mod dial;
mod failure;
mod forwarding;
mod handle;
mod listen;
mod network;
mod runtime;
mod server;
mod spawn;
mod tasks;
mod time_limit;
mod tls;
mod unix;

pub use bind_address::BindAddress;
pub use client::Client;
pub use connection::HandlerError;
#[cfg(feature = "cookies")]
pub use cookie_jar::CookieJar;
pub(crate) use failure::Reporter;
pub use failure::{Failure, FailureCause};
pub(crate) use forwarding::Arrival;
pub use forwarding::{ClientAddr, TrustedPeers};
#[cfg(any(test, feature = "__fuzzing"))]
pub(crate) use forwarding::{ProxyHeader, forwarded_client};
pub use handle::{DrainReport, ServerHandle};
pub use listen::Listen;
pub use runtime::{Adopt, Runtime};
pub use server::Server;
pub use spawn::Spawn;
pub use tls::NoTls;
pub use unix::ConnectUnix;
