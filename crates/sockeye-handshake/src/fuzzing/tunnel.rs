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
        let is_success =
            |line: &[u8]| line.starts_with(b"HTTP/1.") && line.get(8..10) == Some(b" 2");
        assert!(input.split(|byte| *byte == b'\n').any(is_success));
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
