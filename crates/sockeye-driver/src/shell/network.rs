//! Networks as they are written in configurations.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};

/// The network of IPv4 that an IPv4-mapped one stands for (RFC 4291 §2.5.5.2); all others as they
/// are.
///
/// As [`IpAddr::to_canonical`] does it for addresses, with which it is to be compared.
pub(super) fn canonical(network: IpNet) -> IpNet {
    let Some(prefix_len) = network.prefix_len().checked_sub(MAPPED_PREFIX_LEN) else {
        return network;
    };
    match (network, network.addr().to_canonical()) {
        (IpNet::V6(_), IpAddr::V4(address)) => {
            Ipv4Net::new(address, prefix_len).map_or(network, IpNet::V4)
        }
        (IpNet::V6(_), IpAddr::V6(_)) | (IpNet::V4(_), _) => network,
    }
}

/// That of `::ffff:0:0/96`.
const MAPPED_PREFIX_LEN: u8 = 96;
