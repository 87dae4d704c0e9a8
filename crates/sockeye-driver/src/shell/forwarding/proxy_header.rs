//! The header of the PROXY protocol, versions 1 and 2, as HAProxy describes it.
//!
//! Finds its end in bytes that arrive in any pieces; what it says is read by `ppp`.

use std::net::SocketAddr;
use std::{fmt, io};

use ppp::{v1, v2};

/// The header so far.
#[derive(Debug, Default)]
pub(crate) struct ProxyHeader {
    bytes: Vec<u8>,
}

/// What a header said.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Announced {
    /// `None` when the proxy speaks for itself, or does not know.
    pub(crate) client: Option<SocketAddr>,
    /// Bytes that came behind it.
    pub(crate) leftover: Vec<u8>,
}

impl ProxyHeader {
    /// Takes in bytes; `None` while more must come.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::InvalidData`]: no header, or one of more than 4 KiB.
    pub(crate) fn read(&mut self, input: &[u8]) -> io::Result<Option<Announced>> {
        self.bytes.extend_from_slice(input);
        let Some(len) = self.len()? else {
            return Ok(None);
        };
        if len > MAX_BYTES {
            return Err(invalid("the header of the PROXY protocol is too long"));
        }
        let Some((header, leftover)) = self.bytes.split_at_checked(len) else {
            return Ok(None);
        };
        let client = match header.starts_with(v2::PROTOCOL_PREFIX) {
            true => client_v2(header)?,
            false => client_v1(header)?,
        };
        let leftover = leftover.to_vec();
        Ok(Some(Announced { client, leftover }))
    }

    /// How many bytes can be read that are surely the header's; at least one.
    pub(crate) fn n_missing(&self) -> usize {
        let least = match self.len() {
            Ok(Some(len)) => len,
            _ => MIN_BYTES,
        };
        least.saturating_sub(self.bytes.len()).max(1)
    }

    /// How long the header is; `None` when that is still to come.
    fn len(&self) -> io::Result<Option<usize>> {
        let bytes = self.bytes.as_slice();
        let is_part_of = |prefix: &[u8]| {
            let n = prefix.len().min(bytes.len());
            bytes.get(..n) == prefix.get(..n)
        };
        if is_part_of(v2::PROTOCOL_PREFIX) {
            // The length of the rest is the last of 16 bytes.
            return Ok(match bytes.get(14..16) {
                Some(&[high, low]) => Some(16 + usize::from(u16::from_be_bytes([high, low]))),
                Some(_) | None => None,
            });
        }
        if !is_part_of(v1::PROTOCOL_PREFIX.as_bytes()) {
            return Err(invalid(
                "the connection does not begin with the PROXY protocol",
            ));
        }
        let line = bytes.get(..MAX_LINE_BYTES).unwrap_or(bytes);
        match line.iter().position(|byte| *byte == b'\n') {
            Some(end) => Ok(Some(end + 1)),
            None if line.len() == MAX_LINE_BYTES => {
                Err(invalid("the line of the PROXY protocol is too long"))
            }
            None => Ok(None),
        }
    }
}

fn client_v1(header: &[u8]) -> io::Result<Option<SocketAddr>> {
    match v1::Header::try_from(header).map_err(malformed)?.addresses {
        v1::Addresses::Tcp4(it) => Ok(Some((it.source_address, it.source_port).into())),
        v1::Addresses::Tcp6(it) => Ok(Some((it.source_address, it.source_port).into())),
        v1::Addresses::Unknown => Ok(None),
    }
}

fn client_v2(header: &[u8]) -> io::Result<Option<SocketAddr>> {
    // A health check of the proxy itself: the receiver "must accept this connection as valid" and
    // "discard the protocol block including the family which is ignored".
    if header.get(COMMAND_AT) == Some(&LOCAL) {
        return Ok(None);
    }
    let header = v2::Header::try_from(header).map_err(malformed)?;
    match header.addresses {
        v2::Addresses::IPv4(it) => Ok(Some((it.source_address, it.source_port).into())),
        v2::Addresses::IPv6(it) => Ok(Some((it.source_address, it.source_port).into())),
        v2::Addresses::Unix(_) | v2::Addresses::Unspecified => Ok(None),
    }
}

fn malformed(fault: impl fmt::Display) -> io::Error {
    invalid(format!(
        "the header of the PROXY protocol is malformed: {fault}"
    ))
}

fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

/// Where version 2 has its own number and the command, behind the signature.
const COMMAND_AT: usize = v2::PROTOCOL_PREFIX.len();

/// Version 2 and the command LOCAL.
const LOCAL: u8 = 0x20;

/// Of version 1: "the worst case" of the specification.
const MAX_LINE_BYTES: usize = 107;

/// The shortest header of either version: `PROXY UNKNOWN` with its line end.
const MIN_BYTES: usize = 15;

/// Of version 2: 232 bytes are addresses at most, and the rest room for certificates and the like.
const MAX_BYTES: usize = 4096;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Seen = Result<(Option<SocketAddr>, Vec<u8>), io::ErrorKind>;

    /// What bytes in `pieces` come to, and `None` while more must come.
    fn seen<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> Option<Seen> {
        let mut header = ProxyHeader::default();
        let mut pieces = pieces.peekable();
        let result = loop {
            match header.read(pieces.next()?) {
                Ok(None) => {}
                Ok(Some(it)) => break Ok((it.client, it.leftover)),
                Err(error) => break Err(error.kind()),
            }
        };
        let rest = pieces.flatten().copied();
        Some(result.map(|(client, leftover)| (client, leftover.into_iter().chain(rest).collect())))
    }

    /// The same, whole and byte by byte.
    #[track_caller]
    fn seen_both_ways(bytes: &[u8]) -> Option<Seen> {
        let whole = seen([bytes].into_iter());
        assert_eq!(whole, seen(bytes.chunks(1)), "{}", bytes.escape_ascii());
        whole
    }

    #[track_caller]
    fn check(bytes: &[u8], expected: Result<(Option<&str>, &[u8]), io::ErrorKind>) {
        let expected = expected.map(|(client, leftover)| {
            let client = client.map(|client| client.parse().unwrap());
            (client, leftover.to_vec())
        });
        let seen = seen_both_ways(bytes);
        assert_eq!(seen, Some(expected), "{}", bytes.escape_ascii());
    }

    #[test]
    fn version_1_is_a_line() {
        let line = b"PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\nGET";
        check(line, Ok((Some("192.0.2.1:56324"), b"GET")));
        let line = b"PROXY TCP6 2001:db8::1 ::1 1 2\r\n";
        check(line, Ok((Some("[2001:db8::1]:1"), b"")));
        check(b"PROXY UNKNOWN\r\n\0", Ok((None, b"\0")));
        check(b"PROXY UNKNOWN ffff:f::f ::1 1 2\r\n", Ok((None, b"")));
    }

    /// A header of version 2 with what its 13th and 14th byte say, and what is behind its length.
    fn version_2(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
        let len = u16::try_from(rest.len()).unwrap().to_be_bytes();
        [b"\r\n\r\n\0\r\nQUIT\n", &[command, family][..], &len, rest].concat()
    }

    #[test]
    fn version_2_is_binary() {
        let ipv4 = [192, 0, 2, 1, 198, 51, 100, 1, 0xdc, 4, 1, 187];
        let header = version_2(0x21, 0x11, &ipv4);
        check(&header, Ok((Some("192.0.2.1:56324"), b"")));
        check(
            &[&header[..], b"GET"].concat(),
            Ok((Some("192.0.2.1:56324"), b"GET")),
        );
        let with_values = [&ipv4[..], &[4, 0, 2, 0, 0]].concat();
        check(
            &version_2(0x21, 0x11, &with_values),
            Ok((Some("192.0.2.1:56324"), b"")),
        );
        let mut ipv6 = [0; 36];
        ipv6[15] = 1;
        ipv6[33] = 80;
        check(&version_2(0x21, 0x21, &ipv6), Ok((Some("[::1]:80"), b"")));
        check(&version_2(0x20, 0x11, &ipv4), Ok((None, b"")));
        check(&version_2(0x20, 0x00, b""), Ok((None, b"")));
        // Whatever family it names, and whatever is in its block.
        for family in [0x11, 0x21, 0x31, 0x41, 0xff] {
            check(&version_2(0x20, family, b""), Ok((None, b"")));
            check(&version_2(0x20, family, &[0xff; 7]), Ok((None, b"")));
        }
        check(&version_2(0x21, 0x31, &[0; 216]), Ok((None, b"")));
    }

    #[test]
    fn what_is_no_header_is_not_guessed_at() {
        let invalid = Err(io::ErrorKind::InvalidData);
        check(b"GET / HTTP/1.1\r\n", invalid);
        check(b"PROXI ", invalid);
        check(b"PROXY TCP4 192.0.2.1\r\n", invalid);
        check(b"PROXY TCP4 192.0.2.1 198.51.100.1 1 2\n", invalid);
        check(b"PROXY TCP4 192.0.2.256 198.51.100.1 1 2\r\n", invalid);
        check(b"PROXY TCP4 192.0.2.1 198.51.100.1 65536 2\r\n", invalid);
        check(b"PROXY TCP4 ::1 ::1 1 2\r\n", invalid);
        check(b"PROXY UDP4 192.0.2.1 198.51.100.1 1 2\r\n", invalid);
        check(b"\r\n\r\n\0\r\nQUIZ", invalid);
        check(&version_2(0x11, 0x11, &[0; 12]), invalid);
        check(&version_2(0x22, 0x11, &[0; 12]), invalid);
        check(&version_2(0x21, 0x41, &[0; 12]), invalid);
        check(&version_2(0x21, 0x11, &[0; 11]), invalid);
    }

    #[test]
    fn what_is_wrong_is_said_of_the_protocol() {
        for bytes in [
            &b"GET / HTTP/1.1\r\n"[..],
            b"PROXY TCP4 192.0.2.1\r\n",
            b"PROXY TCP4 192.0.2.1 198.51.100.1\r\n",
            &version_2(0x22, 0x11, &[0; 12]),
            &version_2(0x21, 0x00, &[0; 4081]),
        ] {
            let error = ProxyHeader::default().read(bytes).unwrap_err().to_string();
            assert!(error.contains("the PROXY protocol"), "{error}");
        }
    }

    #[test]
    fn headers_are_limited() {
        let line = |n: usize| format!("PROXY UNKNOWN {}\r\n", "x".repeat(n - 16)).into_bytes();
        check(&line(107), Ok((None, b"")));
        check(&line(108), Err(io::ErrorKind::InvalidData));
        check(&version_2(0x21, 0x00, &[0; 4080]), Ok((None, b"")));
        // Known by its length, whatever follows.
        check(
            &version_2(0x21, 0x00, &[0; 4081]),
            Err(io::ErrorKind::InvalidData),
        );
    }

    #[test]
    fn nothing_is_decided_before_the_end() {
        let mut header = ProxyHeader::default();
        assert_eq!(header.read(b"").unwrap(), None);
        assert_eq!(header.read(b"PROXY UNKNOWN\r").unwrap(), None);
        assert!(header.read(b"\n").unwrap().is_some());
    }

    proptest! {
        #[test]
        fn any_bytes_mean_the_same_however_they_are_cut(
            start in prop::sample::select(vec![
                b"".to_vec(),
                b"PROXY ".to_vec(),
                b"PROXY TCP4 192.0.2.1 198.51.100.1 1 ".to_vec(),
                b"PROXY TCP6 ".to_vec(),
                b"PROXY UNKNOWN".to_vec(),
                version_2(0x21, 0x11, &[]),
                version_2(0x21, 0x21, &[0; 36]),
                version_2(0x21, 0x31, &[0; 216]),
            ]),
            keep in 0..300_usize,
            input in prop::collection::vec(any::<u8>(), 0..150),
            end in prop::sample::select(vec!["", "\r\n", " \r\n", "\n"]),
        ) {
            let start = start.get(..keep).unwrap_or(&start);
            seen_both_ways(&[start, &input, end.as_bytes()].concat());
        }
    }
}
