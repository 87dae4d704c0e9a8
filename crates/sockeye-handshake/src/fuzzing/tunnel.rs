//! A client reads any bytes as a proxy's answer to CONNECT (RFC 9110 §9.3.6).
//!
//! The same result however they are cut, and a tunnel only where the proxy said so.

use sockeye_frame::fuzzing::bit;

use super::Heads;
use crate::{HeadLimits, TunnelError, TunnelHandshake, WsUri};

/// A byte for limits, one for what else happens, two for the cuts; then what the proxy sends.
///
/// # Panics
///
/// When a promise is broken.
pub fn tunnel(data: &[u8]) {
    let heads = Heads::new(data);
    let whole = heads.read(read);
    let Heads { input, .. } = heads;
    if let Some(Ok(())) = whole {
        let line = final_status_line(input);
        assert!(line.starts_with(b"HTTP/1.") && line.get(8..10) == Some(b" 2"));
    }
}

/// What begins with the first line of the first response that is no interim one (RFC 9110 §15.2).
fn final_status_line(mut input: &[u8]) -> &[u8] {
    loop {
        while let [b'\r', b'\n', rest @ ..] = input {
            input = rest;
        }
        if input.get(8..10) != Some(b" 1") {
            return input;
        }
        let end = input.windows(4).position(|four| four == b"\r\n\r\n");
        input = &input[end.expect("a head before the one that opened the tunnel") + 4..];
    }
}

fn read(pieces: &[&[u8]], limits: HeadLimits, flags: u8) -> Option<Result<(), TunnelError>> {
    let address = WsUri::parse("wss://example.com").expect("an address");
    let mut tunnel = TunnelHandshake::new(&address, None, limits);
    for piece in pieces {
        tunnel.handle_input(piece);
    }
    if bit(flags, 0) {
        tunnel.handle_eof();
    }
    let result = tunnel.poll();
    if result.is_some() {
        tunnel.handle_input(b"more");
        assert!(tunnel.poll().is_none(), "one result, once");
    }
    result
}
