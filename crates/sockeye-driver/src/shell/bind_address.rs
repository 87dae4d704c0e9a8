//! Where to listen, from the types that such an address is written in.
//!
//! Not `std::net::ToSocketAddrs`, which looks names up while the whole thread waits.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::Runtime;
use super::dial::named;

/// An address to listen on: `"127.0.0.1:9001"`, `("localhost", 9001)`, a [`SocketAddr`], or
/// several of those, of which the first that can be had is taken.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BindAddress {
    place: Place,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Place {
    Addresses(Vec<SocketAddr>),
    /// A name to look up.
    Host(String, u16),
    /// Neither an address nor a name and a port.
    Malformed,
}

impl BindAddress {
    /// The addresses, looked up if need be.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::InvalidInput`] for what is no address, and those of the resolver.
    pub(super) async fn resolve<R: Runtime>(self) -> io::Result<Vec<SocketAddr>> {
        match self.place {
            Place::Addresses(addresses) => Ok(addresses),
            Place::Host(host, port) => R::lookup(&host, port)
                .await
                .map_err(|error| named(host, error)),
            Place::Malformed => Err(io::Error::new(io::ErrorKind::InvalidInput, MALFORMED)),
        }
    }
}

impl From<SocketAddr> for BindAddress {
    fn from(address: SocketAddr) -> Self {
        Self {
            place: Place::Addresses(vec![address]),
        }
    }
}

impl From<&[SocketAddr]> for BindAddress {
    fn from(addresses: &[SocketAddr]) -> Self {
        Self {
            place: Place::Addresses(addresses.to_vec()),
        }
    }
}

impl From<(IpAddr, u16)> for BindAddress {
    fn from(address: (IpAddr, u16)) -> Self {
        SocketAddr::from(address).into()
    }
}

impl From<(Ipv4Addr, u16)> for BindAddress {
    fn from(address: (Ipv4Addr, u16)) -> Self {
        SocketAddr::from(address).into()
    }
}

impl From<(Ipv6Addr, u16)> for BindAddress {
    fn from(address: (Ipv6Addr, u16)) -> Self {
        SocketAddr::from(address).into()
    }
}

impl From<(&str, u16)> for BindAddress {
    fn from((host, port): (&str, u16)) -> Self {
        match host.parse::<IpAddr>() {
            Ok(address) => (address, port).into(),
            Err(_) => Self {
                place: Place::Host(host.to_owned(), port),
            },
        }
    }
}

impl From<(String, u16)> for BindAddress {
    fn from((host, port): (String, u16)) -> Self {
        (host.as_str(), port).into()
    }
}

impl From<&str> for BindAddress {
    fn from(address: &str) -> Self {
        if let Ok(address) = address.parse::<SocketAddr>() {
            return address.into();
        }
        let host_and_port = address.rsplit_once(':');
        match host_and_port.map(|(host, port)| (host, port.parse())) {
            Some((host, Ok(port))) => (host, port).into(),
            Some((_, Err(_))) | None => Self {
                place: Place::Malformed,
            },
        }
    }
}

impl From<String> for BindAddress {
    fn from(address: String) -> Self {
        address.as_str().into()
    }
}

impl From<&String> for BindAddress {
    fn from(address: &String) -> Self {
        address.as_str().into()
    }
}

const MALFORMED: &str = "not an address and a port to listen on";

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: impl Into<BindAddress>, expected: Place) {
        assert_eq!(address.into().place, expected);
    }

    #[test]
    fn addresses_are_read_and_names_left_to_the_runtime() {
        let address = |text: &str| Place::Addresses(vec![text.parse().unwrap()]);
        let host = |name: &str, port| Place::Host(name.to_owned(), port);
        check("127.0.0.1:80", address("127.0.0.1:80"));
        check("[::1]:80".to_owned(), address("[::1]:80"));
        check(("::1", 80), address("[::1]:80"));
        check((Ipv4Addr::LOCALHOST, 0), address("127.0.0.1:0"));
        check("localhost:80", host("localhost", 80));
        check(("localhost".to_owned(), 80), host("localhost", 80));
        for malformed in ["", "localhost", "localhost:", "localhost:65536", "::1"] {
            check(
                malformed,
                match malformed {
                    // The last part of an IPv6 address without brackets is taken for the port.
                    "::1" => host(":", 1),
                    _ => Place::Malformed,
                },
            );
        }
    }
}
