//! Hosts as people write them, made ready for DNS, TLS and the wire (RFC 3986 §3.2.2, RFC 5891).
//!
//! Names become lower-case ASCII by UTS 46, as in browsers. Nothing is resolved here.

use std::net::{Ipv4Addr, Ipv6Addr};

use idna::AsciiDenyList;

use crate::authority::{ipv6_literal, is_reg_name};

/// A host in the form in which it is compared and sent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Host {
    /// A name in ASCII, or an IPv4 address.
    Name(String),
    /// An IPv6 address, written in brackets.
    Ipv6(Ipv6Addr),
}

impl Host {
    /// Reads a name, an IPv4 address or an IPv6 literal in brackets; `None` when it is no host.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.starts_with('[') {
            return ipv6_literal(text).map(Self::Ipv6);
        }
        let bytes: Vec<u8> = percent_encoding::percent_decode_str(text).collect();
        let name = idna::domain_to_ascii_cow(&bytes, AsciiDenyList::URL).ok()?;
        // A name that ends in a number is an IPv4 address to resolvers, in forms nobody expects
        // (`127.1`, `0x7f.1`); only the plain form is let through.
        let last = name
            .trim_end_matches('.')
            .rsplit('.')
            .next()
            .unwrap_or_default();
        let is_number = last.bytes().all(|byte| byte.is_ascii_digit()) || last.starts_with("0x");
        let is_host = if is_number {
            name.parse::<Ipv4Addr>().is_ok()
        } else {
            is_reg_name(&name)
        };
        is_host.then(|| Self::Name(name.into_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_made_ascii_or_refused() {
        #[track_caller]
        fn check(text: &str, expected: Option<&str>) {
            let host = Host::parse(text).map(|host| match host {
                Host::Name(name) => name,
                Host::Ipv6(address) => format!("[{address}]"),
            });
            assert_eq!(host.as_deref(), expected);
        }
        check("Example.COM", Some("example.com"));
        check("b\u{fc}cher.example", Some("xn--bcher-kva.example"));
        check("b%C3%BCcher.example", Some("xn--bcher-kva.example"));
        check("my_service.local", Some("my_service.local"));
        check("example.com.", Some("example.com."));
        check("127.0.0.1", Some("127.0.0.1"));
        check("[::1]", Some("[::1]"));
        check("[2001:DB8:0::1]", Some("[2001:db8::1]"));
        check("127.1", None);
        check("0x7f.0.0.1", None);
        check("256.0.0.1", None);
        check("example.0xff", None);
        check("[fe80::1%25eth0]", None);
        check("[::1", None);
        check("::1", None);
        check("", None);
        check(".", None);
        check("a b", None);
        check("a%20b", None);
        check("a%0d%0ab", None);
        check("a%00b", None);
        check("a%2fb", None);
        check("a%FFb", None);
        check("xn--a", None);
        // IDNA has no objection to these, and servers cannot read them in a `Host` header.
        check("a{b", None);
        check("a%22b", None);
        check("a`b", None);
    }
}
