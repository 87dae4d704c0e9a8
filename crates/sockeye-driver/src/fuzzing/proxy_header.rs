//! The header of the PROXY protocol: any bytes that a proxy sends before the request.

use std::io;
use std::net::SocketAddr;

use sockeye_frame::fuzzing::Choices;

use crate::shell::ProxyHeader;

/// Two bytes for the cuts; then what a proxy sends before the request.
///
/// The same however it is cut, no byte behind the header is lost or read without need, and a header
/// has its bound.
///
/// # Panics
///
/// When a promise is broken.
pub fn proxy_header(data: &[u8]) {
    let mut choices = Choices::new(data);
    let cuts = [choices.byte(), choices.byte()].map(usize::from);
    let input = choices.rest;

    let whole = read(input, |_, _| usize::MAX);
    let cut = read(input, |at, _| cuts[at % 2]);
    let exact = read(input, |_, header| header.n_missing());
    assert_eq!(whole, cut);
    assert_eq!(whole, exact);
    check_exactness(input);
    match whole {
        None => assert!(input.len() < MAX_HEADER_BYTES, "it keeps waiting"),
        Some(Ok((_, len))) => assert!(len <= MAX_HEADER_BYTES),
        Some(Err(kind)) => assert_eq!(kind, io::ErrorKind::InvalidData),
    }
}

/// The client and the length of the header, when `next` says how many bytes to read at a time.
fn read(
    input: &[u8],
    next: impl Fn(usize, &ProxyHeader) -> usize,
) -> Option<Result<(Option<SocketAddr>, usize), io::ErrorKind>> {
    let mut header = ProxyHeader::default();
    let mut rest = input;
    for at in 0.. {
        if rest.is_empty() {
            break;
        }
        let max = next(at, &header);
        let (piece, behind) = rest.split_at(max.clamp(1, rest.len()));
        rest = behind;
        match header.read(piece) {
            Ok(None) => {}
            Ok(Some(announced)) => {
                let behind = announced.leftover.len() + rest.len();
                assert!(input.ends_with(&[&announced.leftover, rest].concat()));
                return Some(Ok((announced.client, input.len() - behind)));
            }
            Err(error) => return Some(Err(error.kind())),
        }
    }
    None
}

/// Read with care, no byte behind the header is taken.
fn check_exactness(input: &[u8]) {
    let mut header = ProxyHeader::default();
    let mut rest = input;
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at(header.n_missing().min(rest.len()));
        rest = behind;
        match header.read(piece) {
            Ok(None) => {}
            Ok(Some(announced)) => return assert!(announced.leftover.is_empty()),
            Err(_) => return,
        }
    }
}

/// As much as is let pass of version 2.
const MAX_HEADER_BYTES: usize = 4096;
