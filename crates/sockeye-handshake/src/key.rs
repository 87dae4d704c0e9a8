//! The handshake's nonce and the answer to it (RFC 6455 §4.1 and §4.2.2).
//!
//! The nonce proves that the server speaks WebSocket, nothing more: it is no secret and SHA-1 is
//! no weakness here. Drawing the 16 bytes is the caller's work, this crate has no entropy.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest as _, Sha1};

/// The value of `Sec-WebSocket-Key` for a nonce.
pub(crate) fn encode_key(nonce: [u8; 16]) -> String {
    // RFC 6455 §4.1: the nonce MUST be selected randomly for each connection, 16 bytes in base64
    STANDARD.encode(nonce)
}

/// Tells whether a `Sec-WebSocket-Key` is canonical base64 of 16 bytes.
pub(crate) fn is_key(value: &[u8]) -> bool {
    // RFC 6455 §4.2.1: a base64-encoded value that, when decoded, is 16 bytes in length
    STANDARD.decode(value).is_ok_and(|nonce| nonce.len() == 16)
}

/// The value of `Sec-WebSocket-Accept` that answers a key.
pub(crate) fn accept_for(key: &[u8]) -> String {
    // RFC 6455 §4.2.2: the key, concatenated with the GUID, its SHA-1 hash, base64-encoded
    STANDARD.encode(Sha1::new().chain_update(key).chain_update(GUID).finalize())
}

const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_rfc() {
        // RFC 6455 §1.3: dGhlIHNhbXBsZSBub25jZQ== is answered with s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
        assert_eq!(encode_key(*b"the sample nonce"), "dGhlIHNhbXBsZSBub25jZQ==");
        assert_eq!(
            accept_for(b"dGhlIHNhbXBsZSBub25jZQ=="),
            "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        );
    }

    #[test]
    fn only_canonical_base64_of_16_bytes_is_a_key() {
        assert!(is_key(b"dGhlIHNhbXBsZSBub25jZQ=="));
        for key in [
            &b""[..],
            b"AAAAAAA=",                         // 5 bytes
            b"dGhlIHNhbXBsZSBub25jZQ",           // no padding
            b"dGhlIHNhbXBsZSBub25jZR==",         // bits beyond the 16th byte
            b"dGhlIHNhbXBsZSBub25jZWU=",         // 17 bytes
            b"dGhlIHNhbXBsZSBub25j",             // 15 bytes
            b"dGhlIHNhbXBsZSBub25jZQ==AAAA",     // more after the padding
            b"dGhlIHNhbXBsZSBub25j-_==",         // the other alphabet
            b"dGhlIHNhbXBsZSBub25j\xff\xff==",   // not text
            b"dGhlIHNhbXBsZSBub25jZWVlZWVlZWVl", // 24 bytes
        ] {
            assert!(!is_key(key), "{}", key.escape_ascii());
        }
    }
}
