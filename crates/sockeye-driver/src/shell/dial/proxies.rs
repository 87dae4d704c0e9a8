//! Which connections go through which proxy.
//!
//! The environment decides by default, as for curl and most programs; a call of the application's
//! goes before it.

use std::{env, fmt, io};

use sockeye_handshake::{ProxyUri, UriError, WsUri};

use super::environment::proxy_from;

/// Where a client gets its proxies from.
#[derive(Clone, Debug, Default)]
pub(in crate::shell) enum Proxies {
    /// The environment's variables, read for each connection.
    #[default]
    Environment,
    /// There are none.
    None,
    /// One for all connections, if it was one.
    Always(Result<ProxyUri, UriError>),
}

/// A proxy, and the environment variable that named it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Proxy {
    pub(super) uri: ProxyUri,
    pub(super) variable: Option<String>,
}

impl Proxies {
    /// The proxy for connections to `uri`; `None` when they are to be direct.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::InvalidInput`]: what should be the proxy's address is none. Going without
    /// would show connections to those from whom the proxy is to hide them.
    pub(super) fn for_uri(&self, uri: &WsUri) -> io::Result<Option<Proxy>> {
        match self {
            Self::Environment => proxy_from(|name| env::var_os(name), uri),
            Self::None => Ok(None),
            Self::Always(Ok(uri)) => Ok(Some(Proxy {
                uri: uri.clone(),
                variable: None,
            })),
            Self::Always(Err(error)) => Err(io::Error::new(io::ErrorKind::InvalidInput, *error)),
        }
    }
}

/// As errors name it, without credentials.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "proxy {}", self.uri)?;
        match &self.variable {
            Some(variable) => write!(f, " (of {variable})"),
            None => Ok(()),
        }
    }
}
