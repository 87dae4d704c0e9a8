//! `Sec-WebSocket-Key` and the accept value that answers it (RFC 6455 §4.2.2).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest, Sha1};

/// The value of `Sec-WebSocket-Accept` for a key.
#[must_use]
pub fn accept(key: &str) -> String {
    let digest = Sha1::new()
        .chain_update(key.trim())
        .chain_update("258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
        .finalize();
    STANDARD.encode(digest)
}

/// Whether a value is a key: 16 bytes in base64 as it is written (RFC 6455 §4.1).
#[must_use]
pub fn is_key(value: &str) -> bool {
    STANDARD
        .decode(value)
        .is_ok_and(|bytes| bytes.len() == 16 && STANDARD.encode(bytes) == value)
}

/// A key of 16 bytes that is the same each time for the same `seed`, such as a case's number.
#[must_use]
pub fn key_for(seed: &str) -> String {
    STANDARD.encode(&Sha1::digest(seed)[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn example_of_the_rfc() {
        assert_eq!(
            accept("dGhlIHNhbXBsZSBub25jZQ=="),
            "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        );
    }

    #[test]
    fn keys_are_16_bytes() {
        assert!(is_key(&key_for("1.1.1")));
        assert!(!is_key("c2hvcnRrZXk=") && !is_key("") && !is_key("not base64"));
        assert_ne!(key_for("1.1.1"), key_for("1.1.2"));
    }
}
