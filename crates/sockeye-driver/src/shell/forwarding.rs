//! Who the client is, where proxies stand between it and the server.
//!
//! A proxy that is trusted tells by the PROXY protocol, before the request, or by
//! `X-Forwarded-For`, in it. Everybody can say such things, so nobody is believed by default. No
//! other `X-Forwarded-…` header is looked at.

mod forwarded_for;
mod proxy_header;
mod trusted;

use std::io;
use std::net::{IpAddr, SocketAddr};

use http::HeaderMap;

#[cfg(any(test, feature = "__fuzzing"))]
pub(crate) use self::forwarded_for::client as forwarded_client;
use self::proxy_header::Announced;
pub(crate) use self::proxy_header::ProxyHeader;
pub use self::trusted::TrustedPeers;
use crate::handshaking::Handshaking;
use crate::{Error, Transport};

/// Where a client of a server behind proxies comes from, as far as they are trusted.
///
/// In the extensions of the request once [`Server::proxy_protocol`](crate::Server::proxy_protocol)
/// or [`Server::forwarded_for`](crate::Server::forwarded_for) was called:
/// `request.extensions().get::<ClientAddr>()`. Without a trusted proxy it is the peer's.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct ClientAddr {
    /// Its address; one of IPv4 as such, also on an IPv6 socket, which shows it in its own form.
    pub ip: IpAddr,
    /// Its port, unless a proxy gave its address alone.
    pub port: Option<u16>,
}

impl From<SocketAddr> for ClientAddr {
    fn from(address: SocketAddr) -> Self {
        Self {
            ip: address.ip().to_canonical(),
            port: Some(address.port()),
        }
    }
}

/// What a server believes of whom.
#[derive(Clone, Debug, Default)]
pub(super) struct Forwarding {
    pub(super) proxy_protocol: Option<TrustedPeers>,
    pub(super) forwarded_for: Option<TrustedPeers>,
}

/// A connection's peer, and whom the server believes what about it.
pub(crate) struct Arrival<'a> {
    proxy_protocol: Option<&'a TrustedPeers>,
    forwarded_for: Option<&'a TrustedPeers>,
    peer: Option<SocketAddr>,
}

impl Forwarding {
    /// `None` when nobody wants to know.
    pub(super) fn arrival(&self, peer: impl FnOnce() -> Option<SocketAddr>) -> Option<Arrival<'_>> {
        let is_asked = self.proxy_protocol.is_some() || self.forwarded_for.is_some();
        is_asked.then(|| Arrival {
            proxy_protocol: self.proxy_protocol.as_ref(),
            forwarded_for: self.forwarded_for.as_ref(),
            peer: peer(),
        })
    }
}

impl Arrival<'_> {
    /// Takes in what a trusted proxy says before the request; `rest` gets the bytes behind it, of
    /// which none are read with `exactly`.
    ///
    /// # Errors
    ///
    /// [`Error::Io`]: it says nothing of the kind, which is not for guessing.
    pub(crate) async fn read_proxy_header<T: Transport>(
        &mut self,
        link: &mut Handshaking<T>,
        exactly: bool,
        mut rest: impl FnMut(&[u8]),
    ) -> Result<(), Error> {
        let peer = self.peer.map(|peer| peer.ip());
        if !self.proxy_protocol.is_some_and(|trusted| trusted.has(peer)) {
            return Ok(());
        }
        let mut header = ProxyHeader::default();
        loop {
            let mut announced = Ok(None);
            let max = match exactly {
                true => header.n_missing(),
                false => usize::MAX,
            };
            let read = link.read_at_most(max, |bytes| announced = header.read(bytes));
            let is_open = read.await?;
            if let Some(Announced { client, leftover }) = announced? {
                match client {
                    Some(client) => self.peer = Some(client),
                    // Whom the proxy does not know may be a client, which writes what it likes.
                    None => self.forwarded_for = None,
                }
                rest(&leftover);
                return Ok(());
            }
            if !is_open {
                let message = "the connection ended before its header of the PROXY protocol did";
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, message).into());
            }
        }
    }

    /// The client of a request with these headers; `None` when its peer has no address.
    pub(crate) fn client(&self, headers: &HeaderMap) -> Option<ClientAddr> {
        let peer = self.peer.map(ClientAddr::from);
        match self.forwarded_for {
            Some(trusted) => forwarded_for::client(peer, headers, trusted),
            None => peer,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::HeaderValue;

    use super::*;
    use crate::testing::{Manners, VirtualClock, block_on, link};

    /// The client of a request with `X-Forwarded-For`, by a proxy at 10.0.0.1 that is trusted in
    /// everything and begins the connection with `header`.
    #[track_caller]
    fn check(header: &[u8], expected: &str) {
        let trusted = TrustedPeers::new(["10.0.0.0/8"]).unwrap();
        let forwarding = Forwarding {
            proxy_protocol: Some(trusted.clone()),
            forwarded_for: Some(trusted),
        };
        let peer = "10.0.0.1:9".parse().unwrap();
        let mut arrival = forwarding.arrival(|| Some(peer)).unwrap();
        let clock = VirtualClock::default();
        let (raw, transport) = link(1000, Manners::default());
        raw.inject(header);
        let mut link = Handshaking::new(transport, clock.timer(), Duration::from_secs(1));
        let reading = arrival.read_proxy_header(&mut link, false, |_| {});
        block_on(&clock, reading).unwrap();
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", HeaderValue::from_static("192.0.2.1"));
        let client = arrival.client(&headers).unwrap();
        assert_eq!(client.ip.to_string(), expected);
    }

    #[test]
    fn who_is_not_named_by_the_proxy_protocol_is_not_forwarded_for() {
        check(b"PROXY TCP4 10.0.0.2 10.0.0.3 1 2\r\n", "192.0.2.1");
        check(b"PROXY TCP4 203.0.113.9 10.0.0.3 1 2\r\n", "203.0.113.9");
        check(b"PROXY UNKNOWN\r\n", "10.0.0.1");
        check(b"PROXY UNKNOWN 10.0.0.2 10.0.0.3 1 2\r\n", "10.0.0.1");
        // Of no family, and one of the proxy itself (LOCAL).
        check(b"\r\n\r\n\0\r\nQUIT\n\x21\x00\0\0", "10.0.0.1");
        check(b"\r\n\r\n\0\r\nQUIT\n\x20\x00\0\0", "10.0.0.1");
    }
}
