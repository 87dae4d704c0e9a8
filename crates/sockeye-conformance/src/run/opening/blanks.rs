//! Blanks in the pieces of a script, which stand for what a connection has of its own.

use sha1::{Digest, Sha1};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::probe::PROBE;
use crate::run::meeting::Start;
use crate::wire::{Pen, accept};

/// Puts the values of this connection in the place of the blanks.
pub(super) fn fill_in(start: &Start, bytes: &[u8]) -> Vec<u8> {
    let mut filled = Vec::with_capacity(bytes.len() + 64);
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|&byte| byte == b'%') {
        filled.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let blank = BLANKS
            .iter()
            .find(|(blank, _)| rest.starts_with(blank.as_bytes()));
        let (len, value) = match blank {
            Some((blank, value)) => (blank.len(), value(start)),
            None => (1, b"%".to_vec()),
        };
        filled.extend(value);
        rest = &rest[len..];
    }
    filled.extend_from_slice(rest);
    filled
}

type Value = fn(&Start) -> Vec<u8>;

/// The blanks and what they stand for.
const BLANKS: [(&str, Value); 13] = [
    ("%PATH%", |start| start.path.clone().into()),
    ("%HOST%", |start| start.host.clone().into()),
    // Of a page of the server's own.
    ("%ORIGIN%", |start| {
        let scheme = match start.is_secure {
            true => "https",
            false => "http",
        };
        format!("{scheme}://{}", start.host).into()
    }),
    ("%KEY%", |start| start.key.clone().into()),
    // The accept value, and what comes near it: without its last character, with its letters in
    // the other case, of the key alone, and in hexadecimal digits.
    ("%ACCEPT%", |start| accept(&start.key).into()),
    ("%ACCEPT_CUT%", |start| {
        let mut accept = accept(&start.key);
        accept.pop();
        accept.into()
    }),
    ("%ACCEPT_CASE%", |start| swap_case(&accept(&start.key))),
    ("%ACCEPT_KEY%", |start| {
        STANDARD.encode(Sha1::digest(&start.key)).into()
    }),
    ("%ACCEPT_HEX%", |start| {
        let digest = STANDARD.decode(accept(&start.key)).unwrap_or_default();
        let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        digits.into()
    }),
    // The subprotocols that a client offers.
    ("%SUBPROTOCOL%", |start| {
        subprotocols(start).swap_remove(0).into()
    }),
    ("%SUBPROTOCOL_CASE%", |start| {
        swap_case(&subprotocols(start)[0])
    }),
    ("%SUBPROTOCOL_LAST%", |start| {
        subprotocols(start).pop().unwrap_or_default().into()
    }),
    // The message whose echo shows that the WebSocket is open, as a frame.
    ("%MESSAGE%", |start| Pen::against(start.subject).text(PROBE)),
];

/// At least one: an empty one when none is offered.
fn subprotocols(start: &Start) -> Vec<String> {
    let request = start.request.as_ref();
    let mut offered = request
        .map(|request| request.list("Sec-WebSocket-Protocol"))
        .unwrap_or_default();
    if offered.is_empty() {
        offered.push(String::new());
    }
    offered
}

fn swap_case(text: &str) -> Vec<u8> {
    let swapped = text.bytes().map(|byte| match byte.is_ascii_alphabetic() {
        true => byte ^ 0x20,
        false => byte,
    });
    swapped.collect()
}
