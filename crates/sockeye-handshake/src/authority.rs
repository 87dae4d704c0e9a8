//! A host with an optional port, as `Host`, `Origin` and URIs carry it (RFC 3986 §3.2).
//!
//! Hosts are kept in lower case and IPv6 literals in their shortest form, so that equal ones
//! compare equal. User information is refused: none of the three may carry it when it comes here.

use std::net::Ipv6Addr;

/// A host and the port written next to it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Authority {
    /// In lower case; an IPv6 literal keeps its brackets, which tells it from a name.
    pub(crate) host: String,
    /// `None` when the scheme's default port is meant.
    pub(crate) port: Option<u16>,
}

impl Authority {
    /// Reads `host`, `host:port`, `[v6]` or `[v6]:port`; `None` when it is none of them.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (host, port) = split_port(text)?;
        let host = match ipv6_literal(host) {
            Some(address) => format!("[{address}]"),
            None if is_reg_name(host) => host.to_ascii_lowercase(),
            None => return None,
        };
        Some(Self { host, port })
    }
}

/// Separates the port from the host; the host keeps its brackets and is not looked at.
///
/// An empty port is no port (RFC 3986 §3.2.3), and port 0 is no port that one can connect to.
pub(crate) fn split_port(text: &str) -> Option<(&str, Option<u16>)> {
    // The colons of an IPv6 address come before its bracket.
    let start = text.find(']').unwrap_or(0);
    let (host, port) = match text.get(start..)?.find(':') {
        Some(colon) => text.split_at_checked(start + colon)?,
        None => (text, ""),
    };
    match port.strip_prefix(':').unwrap_or_default() {
        "" => Some((host, None)),
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            let port = digits.parse().ok().filter(|&port: &u16| port != 0)?;
            Some((host, Some(port)))
        }
        _ => None,
    }
}

/// The address in an IPv6 literal in brackets.
pub(crate) fn ipv6_literal(host: &str) -> Option<Ipv6Addr> {
    host.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

/// Whether this is a name as it stands in requests; what IDNA lets pass need not be one.
pub(crate) fn is_reg_name(host: &str) -> bool {
    // RFC 3986 §3.2.2: reg-name = *( unreserved / pct-encoded / sub-delims ), here not empty
    !host.is_empty()
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_ports() {
        #[track_caller]
        fn check(text: &str, expected: Option<(&str, Option<u16>)>) {
            let authority = Authority::parse(text);
            let parts = authority.as_ref().map(|a| (a.host.as_str(), a.port));
            assert_eq!(parts, expected);
        }
        check("example.com", Some(("example.com", None)));
        check("EXAMPLE.com:8080", Some(("example.com", Some(8080))));
        check("example.com:", Some(("example.com", None)));
        check("[::1]", Some(("[::1]", None)));
        check("[0:0::1]:9001", Some(("[::1]", Some(9001))));
        check("a:1:2", None);
        check("::1", None);
        check("[::1", None);
        check("[::1]x", None);
        check("[v1.x]", None);
        check("x[::1]", None);
        check("]:1", None);
        check("a:0", None);
        check("a:65536", None);
        check("a:+1", None);
        check("a:b", None);
        check("user@example.com", None);
        check("a b", None);
        check("a/b", None);
        check("b\u{fc}cher", None);
        check("", None);
        check(":80", None);
    }
}
