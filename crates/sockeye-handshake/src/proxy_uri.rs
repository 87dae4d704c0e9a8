//! The address of a proxy, as configurations and environment variables have it.
//!
//! The forms that curl and others take, an address without a scheme among them. Only the address:
//! which connections a proxy is for is not its matter.

use std::fmt;
use std::str::FromStr;

use http::header::HeaderValue;

use crate::UriError;
use crate::endpoint::{Endpoint, Userinfo};

/// A proxy: how to talk to it, where it is, and with which credentials.
///
/// Its `Display` and `Debug` leave the credentials out, so that it may be logged.
///
/// ```
/// use sockeye_handshake::{ProxyScheme, ProxyUri};
///
/// let proxy = ProxyUri::parse("socks5h://user:secret@proxy.example")?;
/// assert_eq!(proxy.scheme(), ProxyScheme::Socks5h);
/// assert_eq!((proxy.host(), proxy.port()), ("proxy.example", 1080));
/// assert_eq!(proxy.to_string(), "socks5h://proxy.example:1080");
/// # Ok::<(), sockeye_handshake::UriError>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct ProxyUri {
    scheme: ProxyScheme,
    endpoint: Endpoint,
}

/// How a proxy is talked to.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ProxyScheme {
    /// HTTP's CONNECT (RFC 9110 §9.3.6).
    Http,
    /// The same over TLS.
    Https,
    /// SOCKS 5 (RFC 1928); names are looked up here, and the proxy gets addresses.
    Socks5,
    /// SOCKS 5; the proxy gets names and looks them up.
    Socks5h,
}

impl ProxyUri {
    /// Takes the address of a proxy apart.
    ///
    /// Schemes are `http`, `https`, `socks5` and `socks5h`; without one it is `http`. Default ports
    /// are 80, 443 and 1080. A path of `/` alone is let pass.
    ///
    /// # Errors
    ///
    /// [`UriError::UnsupportedProxyScheme`] for another scheme, [`UriError::PathOfProxy`] for what stands behind
    /// the port, or the variant for the part that is wrong.
    pub fn parse(text: &str) -> Result<Self, UriError> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let scheme = ProxyScheme::parse(scheme)?;
        if text.bytes().any(|byte| byte <= b' ' || byte == 0x7f) {
            return Err(UriError::ForbiddenCharacter);
        }
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains(['/', '?', '#']) {
            return Err(UriError::PathOfProxy);
        }
        let mut endpoint = Endpoint::parse(authority)?;
        if let Some(Userinfo { user, password }) = &endpoint.userinfo
            && scheme.is_socks()
            && [user, password].iter().any(|it| !fits_socks(it))
        {
            return Err(UriError::InvalidUserinfo);
        }
        endpoint.port.get_or_insert_with(|| scheme.default_port());
        Ok(Self { scheme, endpoint })
    }

    /// How it is talked to.
    #[must_use]
    pub fn scheme(&self) -> ProxyScheme {
        self.scheme
    }

    /// The host to resolve: a name in lower-case ASCII, an IPv4 address, or an IPv6 address without
    /// brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.endpoint.host
    }

    /// The port to connect to.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.endpoint
            .port
            .unwrap_or_else(|| self.scheme.default_port())
    }

    /// The value of a `Proxy-Authorization` header made of the user information (RFC 7617), marked
    /// sensitive; `None` when there is none.
    #[must_use]
    pub fn basic_auth(&self) -> Option<HeaderValue> {
        self.endpoint.userinfo.as_ref()?.basic_auth()
    }

    /// The user name and the password, percent-decoded; `None` when there are none.
    #[must_use]
    pub fn user_and_password(&self) -> Option<(&str, &str)> {
        let userinfo = self.endpoint.userinfo.as_ref()?;
        Some((&userinfo.user, &userinfo.password))
    }
}

impl ProxyScheme {
    fn parse(scheme: &str) -> Result<Self, UriError> {
        match scheme.to_ascii_lowercase().as_str() {
            "http" => Ok(Self::Http),
            "https" => Ok(Self::Https),
            "socks5" => Ok(Self::Socks5),
            "socks5h" => Ok(Self::Socks5h),
            _ => Err(UriError::UnsupportedProxyScheme),
        }
    }

    fn is_socks(self) -> bool {
        match self {
            Self::Http | Self::Https => false,
            Self::Socks5 | Self::Socks5h => true,
        }
    }

    fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
            Self::Socks5 | Self::Socks5h => 1080,
        }
    }
}

/// RFC 1929 §2: a user name and a password have from 1 to 255 bytes.
fn fits_socks(text: &str) -> bool {
    (1..=255).contains(&text.len())
}

impl fmt::Display for ProxyScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Socks5 => "socks5",
            Self::Socks5h => "socks5h",
        })
    }
}

impl FromStr for ProxyUri {
    type Err = UriError;

    fn from_str(text: &str) -> Result<Self, UriError> {
        Self::parse(text)
    }
}

impl fmt::Display for ProxyUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.endpoint.bracketed_host();
        write!(f, "{}://{host}:{}", self.scheme, self.port())
    }
}

impl fmt::Debug for ProxyUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProxyUri({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let uri = ProxyUri::parse(text).map(|uri| uri.to_string());
        assert_eq!(uri.as_deref(), Ok(expected), "{text}");
    }

    #[test]
    fn schemes_hosts_and_ports() {
        check("http://proxy", "http://proxy:80");
        check("http://proxy/", "http://proxy:80");
        check("HTTPS://Proxy.Example", "https://proxy.example:443");
        check("socks5://proxy", "socks5://proxy:1080");
        check("socks5h://[::1]:9050", "socks5h://[::1]:9050");
        check("proxy:3128", "http://proxy:3128");
        check("user:secret@127.0.0.1:3128", "http://127.0.0.1:3128");
        assert_eq!(ProxyUri::parse("http://[::1]").unwrap().host(), "::1");
    }

    #[test]
    fn credentials_are_decoded_and_not_printed() {
        let uri = ProxyUri::parse("http://user%40x:se%3Acret@proxy").unwrap();
        assert_eq!(uri.user_and_password(), Some(("user@x", "se:cret")));
        let value = uri.basic_auth().unwrap();
        assert_eq!(value, "Basic dXNlckB4OnNlOmNyZXQ=");
        assert!(value.is_sensitive());
        assert_eq!(format!("{uri:?}"), "ProxyUri(http://proxy:80)");
        let uri = ProxyUri::parse("http://proxy").unwrap();
        assert_eq!((uri.basic_auth(), uri.user_and_password()), (None, None));
    }

    #[test]
    fn what_is_no_proxy_is_refused() {
        #[track_caller]
        fn check(text: &str, expected: UriError) {
            assert_eq!(ProxyUri::parse(text), Err(expected), "{text}");
        }
        check("socks4://proxy", UriError::UnsupportedProxyScheme);
        check("ftp://proxy", UriError::UnsupportedProxyScheme);
        check("http://proxy/path", UriError::PathOfProxy);
        check("http://proxy?query", UriError::PathOfProxy);
        check("http://proxy#part", UriError::PathOfProxy);
        check("http://", UriError::MissingHost);
        check("", UriError::MissingHost);
        check("http://proxy:0", UriError::InvalidPort);
        check("http://proxy:x", UriError::InvalidPort);
        check("http://a:b:c", UriError::InvalidHost);
        check("http://pro xy", UriError::ForbiddenCharacter);
        check("http://proxy\r\n", UriError::ForbiddenCharacter);
        check("http://a@b@proxy", UriError::InvalidUserinfo);
        for userinfo in ["user", "user:", ":password"] {
            for scheme in ["socks5", "socks5h"] {
                let uri = format!("{scheme}://{userinfo}@proxy");
                check(&uri, UriError::InvalidUserinfo);
            }
            ProxyUri::parse(&format!("http://{userinfo}@proxy")).unwrap();
        }
        let with_user = |n: usize| format!("socks5://{}:p@proxy", "u".repeat(n));
        ProxyUri::parse(&with_user(255)).unwrap();
        check(&with_user(256), UriError::InvalidUserinfo);
    }
}
