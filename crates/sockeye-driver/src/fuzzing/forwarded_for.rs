//! `X-Forwarded-For`: any lines, from any peer.
//!
//! Who is not trusted is not believed, and what a client writes itself, in front of what the proxies
//! add, changes nothing.

use std::net::{Ipv4Addr, SocketAddr};

use http::{HeaderMap, HeaderValue};
use sockeye_frame::fuzzing::{Choices, bit};

use crate::shell::forwarded_client;
use crate::{ClientAddr, TrustedPeers};

/// A byte for the peer; then lines of the header.
///
/// # Panics
///
/// When a promise is broken.
pub fn forwarded_for(data: &[u8]) {
    let mut choices = Choices::new(data);
    let flags = choices.byte();
    let trusted = TrustedPeers::new(["10.0.0.0/8", "fd00::/8"]).expect("two networks");
    let peer = match bit(flags, 0) {
        true => Ipv4Addr::new(10, 0, 0, 1),
        false => Ipv4Addr::new(192, 0, 2, 9),
    };
    let peer = ClientAddr::from(SocketAddr::from((peer, 4321)));
    let lines: Vec<&[u8]> = choices.rest.split(|byte| *byte == b'\n').collect();
    let client = |lines: &[&[u8]]| forwarded_client(Some(peer), &headers(lines)?, &trusted);

    let Some(found) = client(&lines) else {
        return;
    };
    if !bit(flags, 0) {
        assert_eq!(found, peer, "who is not trusted is not believed");
    }
    // However the list is laid out on lines; one that is no text would hide more of them.
    if choices.rest.is_ascii() {
        assert_eq!(client(&[&lines.join(&b","[..])]), Some(found));
    }
    let is_proxy = trusted.has(Some(found.ip));
    for forged in [&b"203.0.113.1"[..], b"127.0.0.1, 10.0.0.7", b"\xff"] {
        let all = [&[forged], &lines[..]].concat();
        let with = client(&all).expect("both are headers");
        assert!(with == found || is_proxy, "{with:?}, not {found:?}");
    }
}

/// The lines as headers; none when they cannot be.
fn headers(lines: &[&[u8]]) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append("x-forwarded-for", HeaderValue::from_bytes(line).ok()?);
    }
    Some(headers)
}
