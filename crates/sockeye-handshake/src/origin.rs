//! Which web pages may connect (RFC 6455 §4.2.2 and §10.2, RFC 6454).
//!
//! Browsers connect any page to any server, with the user's cookies, and leave it to the server
//! to look at `Origin`. Without this check every site that a user visits could act in their name.
//! Guards against browsers only: other programs send what they like, and nothing by default.

use crate::authority::{Authority, split_port};
use crate::host::Host;
use crate::{HandshakeError, Refusal};

/// Decides by the `Origin` header which web pages may connect.
///
/// A request without `Origin` comes from no browser and is always let in; so programs connect
/// without further ado, and must be kept out by other means than this.
///
/// [`Same`](Self::Same) compares with the `Host` header. Behind a reverse proxy that puts its own
/// name there, as Apache does by default, the two differ for every page: tell the proxy to keep
/// `Host`, or list the site's origins.
///
/// ```
/// use sockeye_handshake::{OriginList, OriginPolicy};
///
/// let policy = OriginPolicy::List(
///     OriginList::new().allow("https://example.com")?.allow("https://*.example.com")?,
/// );
/// let host = "backend:8080";
/// assert!(policy.check(Some("https://app.example.com"), host).is_ok());
/// assert!(policy.check(Some("https://example.com.evil.net"), host).is_err());
/// assert!(policy.check(None, host).is_ok());
/// # Ok::<(), sockeye_handshake::HandshakeError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub enum OriginPolicy {
    /// Only pages of the host and port that the request is addressed to; the default.
    ///
    /// Where the connection is known to be secure, only `https` pages:
    /// [`check_secure`](Self::check_secure). Otherwise schemes are not compared, since a server
    /// behind TLS termination does not know its own. An origin without a port has its scheme's
    /// default port, and so has a `Host` without one.
    #[default]
    Same,
    /// Every page. Right only where connecting gives nobody more than they had before.
    Any,
    /// The pages on a list.
    List(OriginList),
}

impl OriginPolicy {
    /// Decides on one request by its `Origin` header, if any, and its `Host` header.
    ///
    /// # Errors
    ///
    /// The refusal to answer with, 403, when the origin is not allowed or is none: not of the form
    /// `scheme://host[:port]`, or `null`, as sandboxed pages and local files have it, unless the
    /// list allows that.
    pub fn check(&self, origin: Option<&str>, host: &str) -> Result<(), Refusal> {
        self.check_by(origin, host, &[HTTP, HTTPS])
    }

    /// Does what [`check`](Self::check) does for a connection of TLS: the [same](Self::Same) origin
    /// is an `https` one then.
    ///
    /// Whoever can write to a network can make a page of `http://host`, which must not speak to
    /// `wss://host` with its visitor's cookies (RFC 6454 §4: origins with other schemes are others).
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check).
    pub fn check_secure(&self, origin: Option<&str>, host: &str) -> Result<(), Refusal> {
        self.check_by(origin, host, &[HTTPS])
    }

    /// Decides for a server that may have any of these schemes.
    fn check_by(
        &self,
        origin: Option<&str>,
        host: &str,
        schemes: &[Scheme],
    ) -> Result<(), Refusal> {
        let Some(origin) = origin else { return Ok(()) };
        let is_allowed = match self {
            Self::Same => Origin::parse(origin).is_some_and(|origin| origin.is_same(host, schemes)),
            Self::Any => true,
            Self::List(list) => list.allows(origin, host, schemes),
        };
        // RFC 6455 §4.2.2: if the server does not wish to accept this connection, it MUST return
        // an appropriate HTTP error code (e.g., 403 Forbidden)
        if is_allowed {
            Ok(())
        } else {
            Err(Refusal::origin_not_allowed())
        }
    }
}

/// The origins that an [`OriginPolicy::List`] lets in; none to begin with.
#[derive(Clone, Debug, Default)]
pub struct OriginList {
    exact: Vec<Origin>,
    below: Vec<Origin>,
    null: bool,
    same: bool,
}

impl OriginList {
    /// A list that allows no origin.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Allows an origin, `https://example.com`, or with `https://*.example.com` every host below
    /// a domain, at any depth, the domain itself excepted. `null` is as
    /// [`allow_null`](Self::allow_null).
    ///
    /// Scheme and port must be equal, the default port is the same as none. Hosts may be written
    /// in Unicode.
    ///
    /// # Errors
    ///
    /// [`HandshakeError::InvalidOrigin`]: not of this form; a path or a final slash is no part of
    /// an origin, and `*` is [`OriginPolicy::Any`].
    pub fn allow(mut self, origin: &str) -> Result<Self, HandshakeError> {
        if origin == "null" {
            return Ok(self.allow_null());
        }
        let (scheme, authority) = origin
            .split_once("://")
            .ok_or(HandshakeError::InvalidOrigin)?;
        let (authority, list) = match authority.strip_prefix("*.") {
            Some(domain) => (domain, &mut self.below),
            None => (authority, &mut self.exact),
        };
        list.push(Origin::written(scheme, authority).ok_or(HandshakeError::InvalidOrigin)?);
        Ok(self)
    }

    /// Allows the origin `null`, which sandboxed frames, local files and some redirects have.
    ///
    /// Any site can make a page with this origin; allow it no more than [`OriginPolicy::Any`].
    #[must_use]
    pub fn allow_null(mut self) -> Self {
        self.null = true;
        self
    }

    /// Allows what [`OriginPolicy::Same`] allows.
    #[must_use]
    pub fn allow_same(mut self) -> Self {
        self.same = true;
        self
    }

    fn allows(&self, origin: &str, host: &str, schemes: &[Scheme]) -> bool {
        if origin == "null" {
            return self.null;
        }
        let Some(origin) = Origin::parse(origin) else {
            return false;
        };
        self.exact.contains(&origin)
            || self.below.iter().any(|domain| origin.is_below(domain))
            || (self.same && origin.is_same(host, schemes))
    }
}

/// An origin: scheme, host, and port, the default one included (RFC 6454 §4).
#[derive(Clone, Debug, Eq, PartialEq)]
struct Origin {
    scheme: String,
    host: String,
    /// `None` when the scheme has no default port and none is given.
    port: Option<u16>,
}

impl Origin {
    /// Reads an `Origin` header.
    fn parse(text: &str) -> Option<Self> {
        let (scheme, authority) = text.split_once("://")?;
        Self::new(scheme, Authority::parse(authority)?)
    }

    /// Reads what a person wrote in a configuration.
    fn written(scheme: &str, authority: &str) -> Option<Self> {
        // UTS 46 lets a `*` pass, which as a part of a name would match nothing.
        if authority.contains('*') {
            return None;
        }
        let (host, port) = split_port(authority)?;
        let host = match Host::parse(host)? {
            Host::Name(name) => name,
            Host::Ipv6(address) => format!("[{address}]"),
        };
        Self::new(scheme, Authority { host, port })
    }

    fn new(scheme: &str, authority: Authority) -> Option<Self> {
        let mut letters = scheme.bytes();
        // RFC 3986 §3.1: scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )
        let is_scheme = letters
            .next()
            .is_some_and(|first| first.is_ascii_alphabetic())
            && letters.all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
        let scheme = is_scheme.then(|| scheme.to_ascii_lowercase())?;
        let default = default_port(&scheme, &[HTTP, HTTPS]);
        let port = authority.port.or(default);
        Some(Self {
            scheme,
            host: authority.host,
            port,
        })
    }

    /// Tells whether a request with this `Host` goes to the origin's own host and port, and the
    /// origin has one of these schemes.
    fn is_same(&self, host: &str, schemes: &[Scheme]) -> bool {
        let Some(Authority { host, port }) = Authority::parse(host) else {
            return false;
        };
        let Some(default_port) = default_port(&self.scheme, schemes) else {
            return false;
        };
        self.host == host && self.port == port.or(Some(default_port))
    }

    /// Tells whether the host lies below a domain, with the same scheme and port.
    fn is_below(&self, domain: &Self) -> bool {
        let labels = self.host.strip_suffix(domain.host.as_str());
        self.scheme == domain.scheme
            && self.port == domain.port
            && labels
                .and_then(|labels| labels.strip_suffix('.'))
                .is_some_and(|it| !it.is_empty())
    }
}

/// A scheme of pages, and its default port.
type Scheme = (&'static str, u16);

const HTTP: Scheme = ("http", 80);

const HTTPS: Scheme = ("https", 443);

/// The port of one of these schemes.
fn default_port(scheme: &str, schemes: &[Scheme]) -> Option<u16> {
    let found = schemes.iter().find(|(name, _)| *name == scheme);
    found.map(|(_, port)| *port)
}

/// Tells whether a text is what an `Origin` header may say.
pub(crate) fn is_origin(text: &str) -> bool {
    text == "null" || Origin::parse(text).is_some()
}

#[cfg(test)]
mod tests;
