//! WebSocket URIs and both sides of the opening handshake, without I/O (RFC 6455 §3-4).
//!
//! A client turns an address into a [`ClientRequest`] and lets a [`ClientHandshake`] write the
//! request and judge the response. A server lets a [`ServerHandshake`] read the request, checks
//! its origin with an [`OriginPolicy`], and answers with an [`Acceptance`] or a [`Refusal`]. Both
//! end in [`Established`]: what a connection starts from.
//!
//! Bytes, time and the nonce come in as arguments; there is no socket, clock, entropy or thread
//! here. Dialing, TLS, deadlines and waiting are left to the driver and its shells, frames to
//! `sockeye-frame`, the agreement on extensions to `sockeye-extensions`.
//!
//! The server is strict where leniency has been exploited: bare line feeds, folded lines, two
//! hosts or keys, ambiguous lengths and tokens found inside other words are all refused, heads
//! are bounded by [`HeadLimits`], and each byte is looked at once however the input is cut.
//!
//! # A handshake in memory
//!
//! ```
//! use sockeye_handshake::{
//!     Acceptance, ClientHandshake, HeadLimits, IntoClientRequest, OriginPolicy, ServerEvent,
//!     ServerHandshake, select_subprotocol,
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let request = "ws://example.com/chat".into_client_request()?.subprotocol("v1.chat")?;
//! let nonce = *b"the sample nonce"; // 16 random bytes
//! let mut client = ClientHandshake::new(&request, nonce, HeadLimits::default())?;
//!
//! let mut server = ServerHandshake::new(HeadLimits::default());
//! server.handle_input(client.request());
//! let Some(ServerEvent::Upgrade(upgrade)) = server.poll() else {
//!     panic!("the request is an upgrade");
//! };
//! let allowed = OriginPolicy::Same.check(upgrade.origin(), upgrade.host());
//! assert!(allowed.is_ok());
//! let chosen = select_subprotocol(&["v1.chat".to_owned()], upgrade.subprotocols());
//! let (response, on_server) = upgrade.accept(Acceptance::new().subprotocol(chosen))?;
//!
//! client.handle_input(&response);
//! client.handle_input(b"first frame");
//! let on_client = client.poll().expect("the response is complete")?;
//! assert_eq!(on_client.subprotocol.as_deref(), Some("v1.chat"));
//! assert_eq!(on_server.subprotocol.as_deref(), Some("v1.chat"));
//! assert_eq!(on_client.leftover, b"first frame");
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! None.

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

mod acceptance;
mod authority;
mod body;
mod client;
mod endpoint;
mod error;
mod established;
mod extension_list;
mod field;
mod framing;
#[cfg(any(test, feature = "__fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod head;
mod host;
mod into_request;
mod key;
mod limits;
mod origin;
mod own_headers;
mod parse;
mod proxy_uri;
mod redirect;
mod refusal;
mod request;
mod response;
mod server;
mod subprotocol;
#[cfg(test)]
mod testing;
mod tunnel;
mod upgrade;
mod uri;

pub use acceptance::Acceptance;
pub use client::ClientHandshake;
pub use error::HandshakeError;
pub use established::{Established, Head};
pub use into_request::IntoClientRequest;
pub use limits::HeadLimits;
pub use origin::{OriginList, OriginPolicy};
pub use proxy_uri::{ProxyScheme, ProxyUri};
pub use redirect::RedirectError;
pub use refusal::Refusal;
pub use request::ClientRequest;
pub use response::encode_response;
pub use server::{ServerEvent, ServerHandshake};
pub use subprotocol::select_subprotocol;
pub use tunnel::{TunnelError, TunnelHandshake};
pub use upgrade::UpgradeRequest;
pub use uri::{UriError, WsUri};
