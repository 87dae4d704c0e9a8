//! Masking: any key, payload, alignment and cuts, against one byte after another (RFC 6455 §5.3).

use alloc::vec;
use alloc::vec::Vec;

use super::Choices;
use crate::MaskKey;

/// Four bytes of key; how much stands before the payload in memory; how long pieces are; how often
/// the payload is there, which is the rest.
///
/// # Panics
///
/// When a promise is broken.
pub fn mask(data: &[u8]) {
    let mut choices = Choices::new(data);
    let key = [
        choices.byte(),
        choices.byte(),
        choices.byte(),
        choices.byte(),
    ];
    let n_before = usize::from(choices.byte() % 64);
    let piece_len = choices.number() % 1500 + 1;
    let n_times = usize::from(choices.byte() % 16) + 1;
    let payload = choices.rest.repeat(n_times);
    let payload = &payload[..payload.len().min(MAX_BYTES)];
    let expected: Vec<u8> = (0..)
        .zip(payload)
        .map(|(at, byte)| byte ^ key[at % 4])
        .collect();
    let key = MaskKey::from(key);

    // Whole, wherever it lies.
    let mut memory = vec![0xa5; n_before];
    memory.extend_from_slice(payload);
    memory.extend_from_slice(&[0x5a; 16]);
    key.apply(0, &mut memory[n_before..n_before + payload.len()]);
    let (before, rest) = memory.split_at(n_before);
    let (masked, behind) = rest.split_at(payload.len());
    assert_eq!(masked, expected);
    assert!(before.iter().all(|byte| *byte == 0xa5), "nothing before");
    assert_eq!(behind, [0x5a; 16], "nothing behind");

    // In pieces, and back.
    let mut pieces = payload.to_vec();
    let mut offset = 0;
    for piece in pieces.chunks_mut(piece_len) {
        key.apply(offset, piece);
        offset += piece.len();
    }
    assert_eq!(pieces, expected);
    key.apply(0, &mut pieces);
    assert_eq!(pieces, payload);

    // While it is copied.
    let mut out = vec![0xa5; n_before];
    key.append_masked(payload, &mut out);
    assert_eq!(&out[n_before..], expected);
}

/// So that one run stays short.
const MAX_BYTES: usize = 8192;
