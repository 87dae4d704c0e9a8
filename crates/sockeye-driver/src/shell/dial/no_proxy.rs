//! The hosts of `NO_PROXY`: names, addresses and networks.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::shell::network::canonical;

/// A list of hosts, separated by commas or white space.
pub(super) struct NoProxy<'a> {
    list: &'a str,
}

impl<'a> NoProxy<'a> {
    pub(super) fn parse(list: &'a str) -> Self {
        Self { list }
    }

    /// Whether a host is in the list; an IPv6 address is given without brackets.
    ///
    /// A name stands for itself and for all below it, with a dot or `*.` before it too; a network
    /// (`10.0.0.0/8`) for its addresses, and `*` for all hosts. An entry with a port is for that
    /// port alone.
    pub(super) fn has(&self, host: &str, port: u16) -> bool {
        let host = host.strip_suffix('.').unwrap_or(host);
        let ip = host.parse().ok();
        let mut entries = self.list.split([',', ' ', '\t']);
        entries.any(|entry| !entry.is_empty() && is_match(entry, host, ip, port))
    }
}

fn is_match(entry: &str, host: &str, ip: Option<IpAddr>, port: u16) -> bool {
    if entry == "*" {
        return true;
    }
    if let Some(network) = network(entry) {
        return ip.is_some_and(|ip| network.contains(&ip.to_canonical()));
    }
    let (entry, own_port) = split_port(entry);
    if own_port.is_some_and(|own| own != port) {
        return false;
    }
    let entry = entry.trim_start_matches('[').trim_end_matches(']');
    if let Ok(own) = entry.parse::<IpAddr>() {
        return ip.is_some_and(|ip| ip.to_canonical() == own.to_canonical());
    }
    let name = entry.strip_prefix("*.").unwrap_or(entry);
    let name = name.strip_prefix('.').unwrap_or(name);
    let name = name.strip_suffix('.').unwrap_or(name);
    ip.is_none() && !name.is_empty() && is_at_or_below(host, name)
}

fn network(entry: &str) -> Option<IpNet> {
    let network = entry.contains('/').then(|| entry.parse().ok()).flatten();
    network.map(canonical)
}

/// Separates a port that stands behind a name, an IPv4 address, or an IPv6 address in brackets.
fn split_port(entry: &str) -> (&str, Option<u16>) {
    let is_bare_ipv6 = entry.parse::<IpAddr>().is_ok();
    match entry.rsplit_once(':') {
        Some((host, port)) if !is_bare_ipv6 => match port.parse() {
            Ok(port) => (host, Some(port)),
            Err(_) => (entry, None),
        },
        Some(_) | None => (entry, None),
    }
}

fn is_at_or_below(host: &str, name: &str) -> bool {
    let Some(start) = host.len().checked_sub(name.len()) else {
        return false;
    };
    // Bytes, since a name need not end where a character of the other does.
    let (above, end) = host.as_bytes().split_at(start);
    end.eq_ignore_ascii_case(name.as_bytes()) && (above.is_empty() || above.ends_with(b"."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_addresses_networks_and_ports() {
        #[track_caller]
        fn check(list: &str, host: &str, expected: bool) {
            assert_eq!(
                NoProxy::parse(list).has(host, 80),
                expected,
                "{list}: {host}"
            );
        }
        check("", "example.com", false);
        check(" , ,", "example.com", false);
        check("*", "example.com", true);
        check("example.com", "example.com", true);
        check("EXAMPLE.com.", "example.com", true);
        check("example.com", "example.com.", true);
        check("example.com", "chat.example.com", true);
        check("example.com", "badexample.com", false);
        check("example.com", "example.com.evil", false);
        check("example.com", "com", false);
        check(".example.com", "chat.example.com", true);
        check(".example.com", "example.com", true);
        check("*.example.com", "chat.example.com", true);
        check("other, example.com", "example.com", true);
        check("other example.com", "example.com", true);
        check("\u{fc}", "x", false);
        check(".", "example.com", false);
        check("example.com:80", "example.com", true);
        check("example.com:81", "example.com", false);
        check("192.168.1.1", "192.168.1.1", true);
        check("192.168.1.1:80", "192.168.1.1", true);
        check("192.168.1.1:81", "192.168.1.1", false);
        check("192.168.1.1", "192.168.1.10", false);
        check("1.1", "192.168.1.1", false);
        check("192.168.0.0/16", "192.168.1.1", true);
        check("192.168.0.0/16", "192.169.1.1", false);
        check("192.168.1.1/16", "192.168.9.9", true);
        check("10.0.0.0/8", "example.com", false);
        check("10.0.0.0/99", "10.0.0.1", false);
        check("2001:db8::/32", "2001:db8::1", true);
        check("2001:db8::/32", "2001:db9::1", false);
        check("2001:db8::1", "2001:db8::1", true);
        check("[2001:db8::1]", "2001:db8::1", true);
        check("[2001:db8::1]:80", "2001:db8::1", true);
        check("[2001:db8::1]:81", "2001:db8::1", false);
        check("10.0.0.0/8", "::ffff:10.0.0.1", true);
        check("::ffff:10.0.0.0/104", "10.0.0.1", true);
        check("::ffff:10.0.0.0/104", "::ffff:10.0.0.1", true);
        check("::ffff:10.0.0.0/104", "11.0.0.1", false);
    }
}
