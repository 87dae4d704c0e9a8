//! The authority of a URI that is dialed: user information, host and port (RFC 3986 §3.2).
//!
//! Takes it apart once, so that hosts are safe to dial and credentials safe to send. Which port is
//! the default is the scheme's matter.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::HeaderValue;
use percent_encoding::percent_decode_str;

use crate::UriError;
use crate::authority::split_port;
use crate::host::Host;

/// Where to dial, and with which credentials.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct Endpoint {
    /// In lower-case ASCII; an IPv6 address without its brackets.
    pub(crate) host: String,
    is_ipv6: bool,
    /// `None` when the scheme's default port is meant.
    pub(crate) port: Option<u16>,
    pub(crate) userinfo: Option<Userinfo>,
}

/// A user name and a password, percent-decoded.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct Userinfo {
    pub(crate) user: String,
    pub(crate) password: String,
}

impl Endpoint {
    pub(crate) fn parse(authority: &str) -> Result<Self, UriError> {
        let (userinfo, host_and_port) = match authority.rsplit_once('@') {
            Some((userinfo, host)) => (Userinfo::parse(userinfo)?, host),
            None => (None, authority),
        };
        // An IPv6 address needs its brackets; without, its last group would pass for a port.
        if !host_and_port.contains(']') && host_and_port.matches(':').nth(1).is_some() {
            return Err(UriError::InvalidHost);
        }
        let (host, port) = split_port(host_and_port).ok_or(UriError::InvalidPort)?;
        if host.is_empty() {
            return Err(UriError::MissingHost);
        }
        let (host, is_ipv6) = match Host::parse(host).ok_or(UriError::InvalidHost)? {
            Host::Name(name) => (name, false),
            Host::Ipv6(address) => (address.to_string(), true),
        };
        Ok(Self {
            host,
            is_ipv6,
            port,
            userinfo,
        })
    }

    /// The host as it stands before a port: an IPv6 address in brackets.
    pub(crate) fn bracketed_host(&self) -> Cow<'_, str> {
        match self.is_ipv6 {
            true => format!("[{}]", self.host).into(),
            false => self.host.as_str().into(),
        }
    }
}

impl Userinfo {
    fn parse(text: &str) -> Result<Option<Self>, UriError> {
        if text.is_empty() {
            return Ok(None);
        }
        // What browsers make of `\` and of a second `@` here differs from RFC 3986, and so would
        // the host; such an address is a trap rather than a mistake.
        if text.contains(['@', '\\', '[', ']']) {
            return Err(UriError::InvalidUserinfo);
        }
        let (user, password) = text.split_once(':').unwrap_or((text, ""));
        Self::new(decode(user)?, decode(password)?).map(Some)
    }

    /// Checks what Basic credentials can be made of.
    pub(crate) fn new(user: String, password: String) -> Result<Self, UriError> {
        // RFC 7617 §2: a user-id containing a colon character is invalid, and the user-id and
        // password MUST NOT contain any control characters
        let has_control = [&user, &password].map(|text| text.contains(char::is_control));
        if user.contains(':') || has_control.contains(&true) {
            return Err(UriError::InvalidUserinfo);
        }
        Ok(Self { user, password })
    }

    /// The value of a header with these credentials (RFC 7617), marked sensitive.
    pub(crate) fn basic_auth(&self) -> Option<HeaderValue> {
        let Self { user, password } = self;
        let credentials = STANDARD.encode(format!("{user}:{password}"));
        let mut value = HeaderValue::try_from(format!("Basic {credentials}")).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

fn decode(text: &str) -> Result<String, UriError> {
    let text = percent_decode_str(text).decode_utf8();
    text.map(Cow::into_owned)
        .map_err(|_| UriError::InvalidUserinfo)
}
