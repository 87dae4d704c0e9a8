//! The payloads and descriptions of the contract in `tests/peers/README.md`.
//!
//! Written once for the two ends in Rust (ours and tungstenite's) and for the expectations; the
//! programs in Python and JavaScript have their own copy, so that an error here shows there.

use serde_json::{Value, json};

pub(crate) const TEXTS: [&str; 3] = ["plain ASCII", "Grüße, κόσμε, 日本語, 😀", ""];
/// Around each border of the three length forms (RFC 6455 §5.2), and one that fills socket buffers.
pub(crate) const BINARY_LENGTHS: [usize; 8] = [0, 1, 125, 126, 127, 65_535, 65_536, 1 << 20];

/// "Grüße", cut after the first byte of "ü" and again inside "ß".
pub(crate) const TEXT_FRAGMENTS: [&[u8]; 4] = [b"Gr\xc3", b"", b"\xbc\xc3", b"\x9fe"];
pub(crate) const BINARY_FRAGMENT_ENDS: [usize; 3] = [100, 100, 70_000];

/// The message limit of a small endpoint in bytes; one more is too big.
pub(crate) const SMALL: usize = 65_536;
pub(crate) const SUBPROTOCOL: &str = "chat.v2";
pub(crate) const OFFERED_SUBPROTOCOLS: [&str; 2] = ["chat.v1", "chat.v2"];
pub(crate) const CLIENT_CLOSE: (u16, &str) = (4001, "the client is done, ça suffit");
pub(crate) const SERVER_CLOSE: (u16, &str) = (4002, "the server is done, à bientôt");
pub(crate) const REQUEST_HEADER: (&str, &str) = ("x-request", "from the client");
pub(crate) const ANSWER_HEADER: (&str, &str) = ("x-answer", "from the server");

/// `length` bytes whose every 64 KiB block shows a byte that is lost, doubled or moved.
pub(crate) fn payload(length: usize) -> Vec<u8> {
    (0..length)
        .map(|i| (i ^ (i >> 8)).to_le_bytes()[0])
        .collect()
}

/// The three fragments of the fragmented binary message; the second is empty.
pub(crate) fn binary_fragments() -> Vec<Vec<u8>> {
    let [first, second, end] = BINARY_FRAGMENT_ENDS;
    let whole = payload(end);
    vec![
        whole[..first].to_vec(),
        whole[first..second].to_vec(),
        whole[second..].to_vec(),
    ]
}

pub(crate) fn describe_text(text: &str) -> Value {
    json!({ "text": text })
}

pub(crate) fn describe_binary(bytes: &[u8]) -> Value {
    json!({ "binary": bytes.len(), "crc32": crc32fast::hash(bytes) })
}

/// What a server reports of a connection that has ended.
pub(crate) fn describe_end(path: &str, code: u16, reason: &str, clean: bool) -> Value {
    json!({ "path": path, "code": code, "reason": reason, "clean": clean })
}
