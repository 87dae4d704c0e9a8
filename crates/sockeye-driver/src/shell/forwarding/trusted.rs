//! Which peers are believed: addresses and networks.

use std::io;
use std::net::IpAddr;

use ipnet::IpNet;

use crate::shell::network::canonical;

/// The peers whose word on other addresses is taken.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct TrustedPeers {
    networks: Vec<IpNet>,
    all: bool,
}

impl TrustedPeers {
    /// Those with these addresses (`192.0.2.1`), or in these networks (`10.0.0.0/8`).
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::InvalidInput`]: a text is neither.
    pub fn new(peers: impl IntoIterator<Item = impl AsRef<str>>) -> io::Result<Self> {
        let networks = peers.into_iter().map(|peer| parse(peer.as_ref()));
        Ok(Self {
            networks: networks.collect::<io::Result<_>>()?,
            all: false,
        })
    }

    /// Everybody: for sockets that nobody but a proxy can reach, such as Unix sockets, whose peers
    /// have no address.
    #[must_use]
    pub fn all() -> Self {
        Self {
            networks: Vec::new(),
            all: true,
        }
    }

    /// Whether a peer is among them; one without an address only if all are.
    pub(crate) fn has(&self, peer: Option<IpAddr>) -> bool {
        // An IPv6 socket shows IPv4 peers in its own form.
        let peer = peer.map(|peer| peer.to_canonical());
        self.all || peer.is_some_and(|peer| self.networks.iter().any(|net| net.contains(&peer)))
    }
}

fn parse(text: &str) -> io::Result<IpNet> {
    let address = text.parse::<IpAddr>().map(IpNet::from);
    let network = address.or_else(|_| text.parse());
    network.map(canonical).map_err(|_| {
        let message = format!("{text:?} is neither an address nor a network");
        io::Error::new(io::ErrorKind::InvalidInput, message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_networks() {
        #[track_caller]
        fn check(trusted: &[&str], peer: &str, expected: bool) {
            let trusted = TrustedPeers::new(trusted).unwrap();
            assert_eq!(trusted.has(Some(peer.parse().unwrap())), expected);
        }
        check(&[], "127.0.0.1", false);
        check(&["127.0.0.1"], "127.0.0.1", true);
        check(&["127.0.0.1"], "127.0.0.2", false);
        check(&["10.0.0.0/8", "::1"], "10.1.2.3", true);
        check(&["10.0.0.0/8", "::1"], "::1", true);
        check(&["10.0.0.0/8", "::1"], "::2", false);
        check(&["10.0.0.0/8"], "::ffff:10.1.2.3", true);
        check(&["::ffff:10.1.2.3"], "10.1.2.3", true);
        check(&["::ffff:10.1.2.3"], "::ffff:10.1.2.3", true);
        check(&["::ffff:10.1.2.3"], "10.1.2.4", false);
        check(&["::ffff:10.0.0.0/104"], "10.1.2.3", true);
        check(&["::ffff:10.0.0.0/104"], "11.1.2.3", false);
        check(&["::ffff:0:0/96"], "192.0.2.1", true);
        check(&["::ffff:0:0/96"], "::1", false);
        check(&["0.0.0.0/0"], "192.0.2.1", true);
        check(&["0.0.0.0/0"], "::1", false);
        let network = TrustedPeers::new(["0.0.0.0/0", "::/0"]).unwrap();
        assert!(!network.has(None) && !TrustedPeers::default().has(None));
        assert!(TrustedPeers::all().has(None));
        for wrong in ["", "localhost", "10.0.0.0/33", "10.0.0/8", "10.0.0.1:80"] {
            let error = TrustedPeers::new([wrong]).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{wrong}");
        }
    }
}
