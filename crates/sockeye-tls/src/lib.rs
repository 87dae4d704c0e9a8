//! What clients and servers are told of TLS: whom to trust, and who they are.
//!
//! Configurations of rustls and nothing else: the handshake and the stream are the shells', each by
//! rustls for its runtime. The provider of cryptography is always named, never that of the process,
//! so nobody's choice elsewhere in a program changes what happens here.

mod alpn;
mod client;
mod error;
mod name;
mod provider;
mod roots;
mod server;
#[cfg(test)]
mod testing;

pub use client::ClientTls;
pub use error::{explain, explain_accepted, explain_alert};
pub use name::server_name;
pub use rustls;
pub use server::ServerTls;
