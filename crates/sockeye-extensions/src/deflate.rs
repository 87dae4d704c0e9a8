//! permessage-deflate: messages compressed with DEFLATE (RFC 7692 §7).
//!
//! The configuration, what peers say of it in the opening handshake, and the extension in use.
//! Compressing and decompressing themselves are in `codec.rs`.

mod config;
mod extension;
mod negotiation;
mod parameters;
mod policy;

pub use config::PermessageDeflate;
pub(crate) use policy::{Policy, Tuning};

/// The registered name (RFC 7692 §7).
const NAME: &str = "permessage-deflate";

#[cfg(test)]
mod tests;
