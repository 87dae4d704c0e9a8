//! The stages on the way to an open WebSocket, for errors that say how far a client came.

use std::fmt;

/// A step of connecting; they are taken in this order, but TLS with an `https` proxy, which comes
/// before the proxy is asked.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Stage {
    /// Looking up the addresses of the host, or of the proxy.
    Resolve,
    /// Making the connection to one of them.
    Connect,
    /// Asking a proxy to connect on.
    Proxy,
    /// The TLS handshake, with the server or with an `https` proxy.
    Tls,
    /// The opening handshake (RFC 6455 §4).
    Handshake,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Resolve => "resolve",
            Self::Connect => "connect",
            Self::Proxy => "proxy",
            Self::Tls => "tls",
            Self::Handshake => "handshake",
        })
    }
}
