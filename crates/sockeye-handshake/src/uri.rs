//! `ws` and `wss` URIs (RFC 6455 §3).
//!
//! Takes an address apart once, so that everything behind works with parts that are known to be
//! safe to dial and to write into a request. Resolves nothing, and follows RFC 3986 rather than
//! the WHATWG's rules: what browsers repair in silence is mostly refused here.

use std::fmt;
use std::str::FromStr;

use http::header::HeaderValue;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::endpoint::Endpoint;

pub use error::UriError;

mod error;

/// The address of a WebSocket endpoint: scheme, host, port, resource name and credentials.
///
/// Its `Display` and `Debug` leave the credentials out, so that it may be logged.
///
/// ```
/// use sockeye_handshake::WsUri;
///
/// let uri = WsUri::parse("wss://bücher.example/chat?room=1")?;
/// assert!(uri.is_secure());
/// assert_eq!(uri.host(), "xn--bcher-kva.example");
/// assert_eq!(uri.port(), 443);
/// assert_eq!(uri.resource(), "/chat?room=1");
/// # Ok::<(), sockeye_handshake::UriError>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct WsUri {
    is_secure: bool,
    endpoint: Endpoint,
    resource: String,
}

impl WsUri {
    /// Takes the text of a `ws` or `wss` URI apart.
    ///
    /// The scheme is compared case-insensitively, the host becomes lower-case ASCII (IDNA). In
    /// path and query, percent-encoding is kept as it is and characters that RFC 3986 has no
    /// place for, non-ASCII ones above all, are percent-encoded. User information, if any, is
    /// percent-decoded and becomes [`basic_auth`](Self::basic_auth).
    ///
    /// # Errors
    ///
    /// One variant of [`UriError`] per part; white space and control characters are refused
    /// everywhere. RFC 6455 §3.
    pub fn parse(text: &str) -> Result<Self, UriError> {
        let (scheme, rest) = text.split_once("://").ok_or(UriError::MissingScheme)?;
        let is_secure = parse_scheme(scheme)?;
        if text.bytes().any(|byte| byte <= b' ' || byte == 0x7f) {
            return Err(UriError::ForbiddenCharacter);
        }
        // RFC 6455 §3: fragment identifiers are meaningless and MUST NOT be used on these URIs
        if rest.contains('#') {
            return Err(UriError::Fragment);
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, resource) = rest.split_at(end);
        let mut endpoint = Endpoint::parse(authority)?;
        // Said or not, it is the same address.
        endpoint.port.get_or_insert_with(|| default_port(is_secure));
        let resource = parse_resource(resource)?;
        Ok(Self {
            is_secure,
            endpoint,
            resource,
        })
    }

    /// Tells `wss`, WebSocket over TLS, from `ws`.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// The host to resolve and to verify certificates against: a name in lower-case ASCII, an
    /// IPv4 address, or an IPv6 address without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.endpoint.host
    }

    /// The port to connect to; 80 for `ws` and 443 for `wss` when the URI names none.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.endpoint
            .port
            .unwrap_or_else(|| default_port(self.is_secure))
    }

    /// What a `Host` header says: the host, an IPv6 address in brackets, and the port unless it
    /// is the scheme's default (RFC 6455 §4.1).
    #[must_use]
    pub fn authority(&self) -> String {
        let host = self.endpoint.bracketed_host();
        if self.port() == default_port(self.is_secure) {
            host.into_owned()
        } else {
            format!("{host}:{}", self.port())
        }
    }

    /// The host, an IPv6 address in brackets, and the port whichever it is, as proxies are told.
    pub(crate) fn host_and_port(&self) -> String {
        format!("{}:{}", self.endpoint.bracketed_host(), self.port())
    }

    /// Whether both have the same scheme, host and port (RFC 6454 §5).
    #[must_use]
    pub fn has_origin_of(&self, other: &Self) -> bool {
        let origin = |uri: &Self| (uri.is_secure, uri.port());
        origin(self) == origin(other) && self.host() == other.host()
    }

    pub(crate) fn with_userinfo_of(mut self, other: &Self) -> Self {
        self.endpoint.userinfo.clone_from(&other.endpoint.userinfo);
        self
    }

    /// The resource name: path and query as they go into the request line, at least `/`.
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// The value of an `Authorization` header made of the URI's user information (RFC 7617),
    /// marked sensitive; `None` when the URI has none.
    #[must_use]
    pub fn basic_auth(&self) -> Option<HeaderValue> {
        self.endpoint.userinfo.as_ref()?.basic_auth()
    }
}

impl FromStr for WsUri {
    type Err = UriError;

    fn from_str(text: &str) -> Result<Self, UriError> {
        Self::parse(text)
    }
}

impl fmt::Display for WsUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_secure { "wss" } else { "ws" };
        write!(f, "{scheme}://{}{}", self.authority(), self.resource)
    }
}

impl fmt::Debug for WsUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WsUri({self})")
    }
}

fn parse_scheme(scheme: &str) -> Result<bool, UriError> {
    match scheme.to_ascii_lowercase().as_str() {
        "ws" => Ok(false),
        "wss" => Ok(true),
        "http" | "https" => Err(UriError::HttpScheme),
        "" => Err(UriError::MissingScheme),
        _ => Err(UriError::UnsupportedScheme),
    }
}

fn default_port(is_secure: bool) -> u16 {
    // RFC 6455 §3: the port component is OPTIONAL; the default for "ws" is 80, for "wss" 443
    if is_secure { 443 } else { 80 }
}

fn parse_resource(text: &str) -> Result<String, UriError> {
    let mut escapes = text.split('%');
    escapes.next();
    let is_escape = |after: &str| after.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    if !escapes.all(is_escape) {
        return Err(UriError::InvalidPercentEncoding);
    }
    let encoded = utf8_percent_encode(text, OUTSIDE_RFC_3986);
    // RFC 6455 §3: the resource-name is "/" if the path component is empty, plus "?" and the query
    if text.starts_with('/') {
        Ok(encoded.to_string())
    } else {
        Ok(format!("/{encoded}"))
    }
}

/// ASCII that neither path nor query may hold; square brackets stay, as query strings are full of
/// them.
const OUTSIDE_RFC_3986: &AsciiSet = &CONTROLS
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

#[cfg(test)]
mod tests;
