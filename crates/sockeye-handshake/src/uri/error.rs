//! Why a text is not the address of a WebSocket endpoint (RFC 6455 §3), or of a proxy.
//!
//! One variant per part of a URI; says nothing of where in the text the fault is.

use std::error::Error;
use std::fmt;

/// Why a text is no `ws` or `wss` URI, or no address of a proxy.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum UriError {
    /// The text does not begin with a scheme and `://`.
    MissingScheme,
    /// The scheme is `http` or `https`; WebSocket addresses have their own.
    HttpScheme,
    /// The scheme is neither `ws` nor `wss`.
    UnsupportedScheme,
    /// Nothing stands between `://` and the path.
    MissingHost,
    /// The host is no domain name, IPv4 address or IPv6 literal in brackets.
    InvalidHost,
    /// The port is no number from 1 to 65535.
    InvalidPort,
    /// The user information cannot be percent-decoded, or holds what Basic credentials cannot; of a
    /// SOCKS proxy, the user or the password is missing or has more than 255 bytes (RFC 1929).
    InvalidUserinfo,
    /// A `%` in path or query is not followed by two hexadecimal digits.
    InvalidPercentEncoding,
    /// White space or a control character stands somewhere in the text.
    ForbiddenCharacter,
    /// The URI has a fragment, which has no meaning here (RFC 6455 §3).
    Fragment,
    /// The scheme of a proxy is none of `http`, `https`, `socks5` and `socks5h`.
    UnsupportedProxyScheme,
    /// Something stands behind the port of a proxy.
    PathOfProxy,
}

impl fmt::Display for UriError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MissingScheme => "the address does not begin with ws:// or wss://",
            Self::HttpScheme => {
                "the address begins with http:// or https://, where ws:// or wss:// belongs"
            }
            Self::UnsupportedScheme => "the scheme of the address is neither ws nor wss",
            Self::MissingHost => "the address names no host",
            Self::InvalidHost => "the host in the address is invalid",
            Self::InvalidPort => "the port in the address is invalid",
            Self::InvalidUserinfo => "the user information in the address is invalid",
            Self::InvalidPercentEncoding => {
                "a percent sign in the address is not followed by two hexadecimal digits"
            }
            Self::ForbiddenCharacter => "the address holds white space or a control character",
            Self::UnsupportedProxyScheme => {
                "the scheme of the proxy is none of http, https, socks5 and socks5h"
            }
            Self::PathOfProxy => "something stands behind the host and port of a proxy",
            Self::Fragment => "the address has a fragment, which WebSocket addresses cannot have",
        })
    }
}

impl Error for UriError {}
