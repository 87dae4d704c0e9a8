//! Addresses of servers under test.

use std::fmt;
use std::net::SocketAddr;

use tokio::net::lookup_host;

use super::Tls;
use crate::run::{Target, printable};

/// Why an address cannot be tested.
#[derive(Debug)]
#[non_exhaustive]
pub enum UrlError {
    /// Not `ws://HOST[:PORT][/PATH]`, nor the same with `wss`.
    Malformed(String),
    /// With `wss`, and without what TLS needs.
    Tls(String),
    /// The host has no address.
    Unknown(String),
}

/// Reads `ws://HOST[:PORT][/PATH]`, or with `tls` the same with `wss`, and looks the host up.
pub(super) async fn parse(url: &str, tls: Option<&Tls>) -> Result<Target, UrlError> {
    let malformed = || UrlError::Malformed(printable(url));
    let (port, tls, rest) = match url.split_once("://") {
        Some(("ws", rest)) => (80, None, rest),
        Some(("wss", rest)) => match tls {
            Some(tls) => (443, Some(tls.clone()), rest),
            None => return Err(UrlError::Tls(printable(url))),
        },
        Some(_) | None => return Err(malformed()),
    };
    let (authority, path) = match rest.find(['/', '?']) {
        Some(at) => rest.split_at(at),
        None => (rest, "/"),
    };
    // RFC 6455 §3: a fragment MUST NOT be used; what is not ASCII has to be encoded.
    let is_wrong = |c: char| !c.is_ascii_graphic() || c == '#';
    if authority.is_empty() || authority.contains('@') || url.contains(is_wrong) {
        return Err(malformed());
    }
    let with_port = match authority.rsplit_once(':') {
        // The last part of an IPv6 address.
        Some((_, part)) if part.ends_with(']') => format!("{authority}:{port}"),
        Some((_, port)) if port.parse::<u16>().is_err() => return Err(malformed()),
        Some(_) => authority.to_owned(),
        None => format!("{authority}:{port}"),
    };
    let unknown = || UrlError::Unknown(printable(authority));
    let addresses = lookup_host(&with_port).await.map_err(|_| unknown())?;
    // A server that listens on one family only most likely has the older one.
    let address = addresses.min_by_key(SocketAddr::is_ipv6);
    Ok(Target {
        address: address.ok_or_else(unknown)?,
        host: authority.to_owned(),
        path: match path.starts_with('/') {
            true => path.to_owned(),
            false => format!("/{path}"),
        },
        tls,
    })
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(url) => write!(f, "\"{url}\" is not ws[s]://HOST[:PORT][/PATH]"),
            Self::Tls(url) => write!(f, "{url}: wss needs --tls"),
            Self::Unknown(host) => write!(f, "the host \"{host}\" has no address"),
        }
    }
}

impl std::error::Error for UrlError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn addresses_have_defaults() {
        let target = parse("ws://127.0.0.1", None).await.unwrap();
        assert_eq!(target.address, ([127, 0, 0, 1], 80).into());
        assert_eq!((&*target.host, &*target.path), ("127.0.0.1", "/"));
        let target = parse("ws://[::1]:9001?a", None).await.unwrap();
        assert_eq!((&*target.host, &*target.path), ("[::1]:9001", "/?a"));
        let folder = tempfile::tempdir().unwrap();
        let tls = Tls::in_folder(folder.path()).unwrap();
        let target = parse("wss://127.0.0.1", Some(&tls)).await.unwrap();
        assert_eq!(target.address, ([127, 0, 0, 1], 443).into());
        assert!(target.tls.is_some());
        let target = parse("ws://127.0.0.1", Some(&tls)).await.unwrap();
        assert!(target.tls.is_none());
    }

    #[tokio::test]
    async fn other_addresses_are_refused() {
        for url in [
            "http://127.0.0.1/",
            "127.0.0.1:80",
            "ws://",
            "ws://127.0.0.1/a b",
            "ws://127.0.0.1/é",
            "ws://127.0.0.1/#a",
            "ws://127.0.0.1:65536/",
            "ws://127.0.0.1:/",
            "ws://127.0.0.1:a/",
            "ws://a:b@127.0.0.1:80/",
        ] {
            assert!(
                matches!(parse(url, None).await, Err(UrlError::Malformed(_))),
                "{url}"
            );
        }
        assert!(matches!(
            parse("wss://127.0.0.1", None).await,
            Err(UrlError::Tls(_))
        ));
    }
}
