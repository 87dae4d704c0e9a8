//! The keys of a client's requests: what one must be, and how several must differ
//! (RFC 6455 §4.1).

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::wire::Head;

/// The keys that the cases of one run have seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    seen: Arc<Mutex<Vec<[u8; KEY_BYTES]>>>,
}

impl Keys {
    /// Keeps the key of a request; gives the keys before it.
    pub(super) fn see(&self, request: &Head) -> Vec<[u8; KEY_BYTES]> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let before = seen.clone();
        seen.extend(read_key(request));
        before
    }
}

/// The key of a request, if there is one and it is right.
pub(super) fn read_key(request: &Head) -> Result<[u8; KEY_BYTES], String> {
    let keys: Vec<_> = request.values("Sec-WebSocket-Key").collect();
    let [key] = keys[..] else {
        return Err(format!("it has {} keys", keys.len()));
    };
    // The strict engine takes no other form than the canonical one: padding, and no stray bits.
    let bytes = STANDARD
        .decode(key)
        .map_err(|error| format!("the key {key:?} is not base64: {error}"))?;
    let n_bytes = bytes.len();
    bytes
        .try_into()
        .map_err(|_| format!("the key {key:?} has {n_bytes} bytes"))
}

/// Asks whether the key of a request is none of those before it.
pub(super) fn is_new(request: &Head, before: &[[u8; KEY_BYTES]]) -> Result<(), String> {
    match before.contains(&read_key(request)?) {
        true => Err("its key is that of an earlier connection".into()),
        false => Ok(()),
    }
}

/// Asks whether the key shares no half of its bytes with one before it, as counters and constants
/// do. With random keys that happens once in 10 to the 15th pairs.
pub(super) fn is_random(request: &Head, before: &[[u8; KEY_BYTES]]) -> Result<(), String> {
    let key = read_key(request)?;
    let is_near = |other: &[u8; KEY_BYTES]| {
        let n_same = key.iter().zip(other).filter(|(a, b)| a == b).count();
        n_same >= KEY_BYTES / 2
    };
    match before.iter().any(is_near) {
        true => Err("half of its key is that of an earlier connection".into()),
        false => Ok(()),
    }
}

/// RFC 6455 §4.1: the nonce is a value of 16 bytes.
const KEY_BYTES: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn request(key: &str) -> Head {
        Head {
            fields: vec![("Sec-WebSocket-Key".into(), key.into())],
            ..Head::default()
        }
    }

    #[test]
    fn a_key_is_16_bytes_in_canonical_base64() {
        read_key(&request("dGhlIHNhbXBsZSBub25jZQ==")).unwrap();
        for key in [
            "",
            "dGhlIHNhbXBsZSBub25jZQ",
            "dGhlIHNhbXBsZSBub25jZR==",
            "dGhlIHNhbXBsZSBub25jZSE=",
            "dGhlIHNhbXBsZSBub25jZQ== x",
        ] {
            assert!(read_key(&request(key)).is_err(), "{key}");
        }
    }

    #[test]
    fn keys_are_compared_with_those_before() {
        let (one, near, far) = ([7; 16], [[7; 8], [8; 8]].concat(), [9; 16]);
        let keys = Keys::default();
        assert_eq!(
            keys.see(&request(&STANDARD.encode(one))),
            [] as [[u8; 16]; 0]
        );
        let before = keys.see(&request(&STANDARD.encode(&near)));
        assert_eq!(before, [one]);
        assert!(is_new(&request(&STANDARD.encode(&near)), &before).is_ok());
        assert!(is_random(&request(&STANDARD.encode(&near)), &before).is_err());
        assert!(is_new(&request(&STANDARD.encode(one)), &before).is_err());
        assert!(is_random(&request(&STANDARD.encode(far)), &before).is_ok());
    }
}
