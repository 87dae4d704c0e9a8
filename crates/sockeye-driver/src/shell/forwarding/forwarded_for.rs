//! `X-Forwarded-For`: the addresses of a client and of the proxies after it, in that order.
//!
//! Each proxy adds whom it sees, so the list is to be read from its end, and is worth as much as
//! those who wrote it: the first address that is no trusted proxy's is the client's.

use std::net::{IpAddr, SocketAddr};

use http::HeaderMap;

use super::{ClientAddr, TrustedPeers};

/// The client behind `peer`.
pub(crate) fn client(
    peer: Option<ClientAddr>,
    headers: &HeaderMap,
    trusted: &TrustedPeers,
) -> Option<ClientAddr> {
    let lines = headers.get_all("x-forwarded-for").iter().rev();
    let lines = lines.map(|line| line.to_str().unwrap_or(UNREADABLE));
    let mut entries = lines.flat_map(|line| line.rsplit(','));
    let mut client = peer;
    while trusted.has(client.map(|client| client.ip)) {
        // What cannot be read hides what is before it.
        let Some(next) = entries.next().and_then(|entry| parse(entry.trim())) else {
            break;
        };
        client = Some(next);
    }
    client
}

/// Reads an address, with a port or without; IPv6 addresses with a port have brackets.
fn parse(entry: &str) -> Option<ClientAddr> {
    if let Ok(address) = entry.parse::<SocketAddr>() {
        return Some(address.into());
    }
    let bare = entry
        .strip_prefix('[')
        .and_then(|entry| entry.strip_suffix(']'));
    let ip = bare.unwrap_or(entry).parse::<IpAddr>().ok()?;
    Some(ClientAddr {
        ip: ip.to_canonical(),
        port: None,
    })
}

/// Stands for a line that is not text, and is no address.
const UNREADABLE: &str = "?";

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[track_caller]
    fn check(peer: &str, lines: &[&str], expected: &str) {
        let trusted = TrustedPeers::new(["10.0.0.0/8", "fd00::/8"]).unwrap();
        let mut headers = HeaderMap::new();
        for line in lines {
            let value = HeaderValue::from_bytes(line.as_bytes()).unwrap();
            headers.append("x-forwarded-for", value);
        }
        let peer = peer.parse::<SocketAddr>().unwrap();
        let client = client(Some(peer.into()), &headers, &trusted).unwrap();
        let client = match client.port {
            Some(port) => SocketAddr::new(client.ip, port).to_string(),
            None => client.ip.to_string(),
        };
        assert_eq!(client, expected, "{lines:?}");
    }

    #[test]
    fn the_last_address_that_is_no_proxys_is_the_clients() {
        check("10.0.0.1:9", &["192.0.2.1"], "192.0.2.1");
        check("10.0.0.1:9", &["192.0.2.1, 10.0.0.2"], "192.0.2.1");
        check(
            "10.0.0.1:9",
            &["192.0.2.1", "10.0.0.3,10.0.0.2"],
            "192.0.2.1",
        );
        check("10.0.0.1:9", &["192.0.2.1:80"], "192.0.2.1:80");
        check("10.0.0.1:9", &["2001:db8::1"], "2001:db8::1");
        check("10.0.0.1:9", &["[2001:db8::1]"], "2001:db8::1");
        check("10.0.0.1:9", &["[2001:db8::1]:80"], "[2001:db8::1]:80");
        // As an IPv6 socket shows an IPv4 peer.
        check("[::ffff:192.0.2.9]:9", &[], "192.0.2.9:9");
        check("10.0.0.1:9", &["::ffff:192.0.2.1"], "192.0.2.1");
        check("10.0.0.1:9", &["[::ffff:192.0.2.1]:80"], "192.0.2.1:80");
        // All are proxies: the first one is as near as one gets.
        check("10.0.0.1:9", &["10.0.0.3, 10.0.0.2"], "10.0.0.3");
        check("10.0.0.1:9", &[], "10.0.0.1:9");
    }

    #[test]
    fn others_are_not_believed() {
        // A client with an address of its choice in the header.
        check("192.0.2.9:9", &["192.0.2.1"], "192.0.2.9:9");
        check("10.0.0.1:9", &["127.0.0.1, 192.0.2.1"], "192.0.2.1");
        check(
            "10.0.0.1:9",
            &["127.0.0.1", "192.0.2.1, 10.0.0.2"],
            "192.0.2.1",
        );
        for unreadable in ["unknown", "", "a, ", "b\u{fc}cher", "192.0.2.1 10.0.0.2"] {
            check("10.0.0.1:9", &["127.0.0.1", unreadable], "10.0.0.1:9");
        }
    }

    #[test]
    fn peers_without_an_address_are_believed_if_all_are() {
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", HeaderValue::from_static("192.0.2.1"));
        let all = client(None, &headers, &TrustedPeers::all()).unwrap();
        // Whoever all are, the first address is the last to be read.
        assert_eq!(all.ip.to_string(), "192.0.2.1");
        let some = TrustedPeers::new(["0.0.0.0/0"]).unwrap();
        assert_eq!(client(None, &headers, &some), None);
    }
}
