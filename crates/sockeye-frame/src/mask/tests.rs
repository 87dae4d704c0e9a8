//! Masking against the naive loop, for every length, phase and split that the fast one treats apart.

use std::vec;
use std::vec::Vec;

use proptest::prelude::*;

use super::MaskKey;

const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// RFC 6455 §5.3 to the letter: octet i is combined with octet i MOD 4 of the key.
fn naive(key: [u8; 4], offset: usize, data: &[u8]) -> Vec<u8> {
    data.iter()
        .enumerate()
        .map(|(i, byte)| byte ^ key[(offset + i) % 4])
        .collect()
}

fn payload(len: usize) -> Vec<u8> {
    (0..len)
        .map(|i| (i as u8).wrapping_mul(167) ^ (i >> 8) as u8)
        .collect()
}

#[test]
fn the_example_of_the_rfc() {
    // RFC 6455 §5.7: a single-frame masked text message "Hello"
    let mut data = [0x7f, 0x9f, 0x4d, 0x51, 0x58];
    MaskKey::from(KEY).apply(0, &mut data);
    assert_eq!(&data, b"Hello");
    let mut out = Vec::new();
    MaskKey::from(KEY).append_masked(b"Hello", &mut out);
    assert_eq!(out, [0x7f, 0x9f, 0x4d, 0x51, 0x58]);
}

#[test]
fn every_short_length_and_phase_and_split_agrees_with_the_naive_way() {
    for len in 0..=257 {
        let payload = payload(len);
        for phase in 0..4 {
            let expected = naive(KEY, phase, &payload);
            for split in 0..=len {
                let mut data = payload.clone();
                let (head, tail) = data.split_at_mut(split);
                MaskKey::from(KEY).apply(phase, head);
                MaskKey::from(KEY).apply(phase + split, tail);
                assert_eq!(
                    data, expected,
                    "{len} bytes from phase {phase}, split at {split}"
                );
            }
        }
    }
}

#[test]
fn every_alignment_agrees_with_the_naive_way() {
    // From 512 bytes on the address is looked at.
    let lens = (0..=257).step_by(3).chain(511..=514).chain([700]);
    let payload = payload(700 + 64);
    for start in 0..64 {
        for len in lens.clone() {
            let mut data = payload.clone();
            MaskKey::from(KEY).apply(start, &mut data[start..start + len]);
            assert_eq!(data[..start], payload[..start]);
            assert_eq!(
                data[start..start + len],
                naive(KEY, start, &payload[start..start + len])
            );
            assert_eq!(data[start + len..], payload[start + len..]);
        }
    }
}

#[test]
fn long_payloads_agree_with_the_naive_way() {
    for len in [4095, 4096, 4097, 4100, 65_533, 65_536, 65_540, 1 << 20] {
        let payload = payload(len);
        let expected = naive(KEY, 0, &payload);
        for split in [0, 1, 3, 4, 7, 8, 4093, len / 2 + 1, len] {
            let split = split.min(len);
            let mut data = payload.clone();
            let (head, tail) = data.split_at_mut(split);
            MaskKey::from(KEY).apply(0, head);
            MaskKey::from(KEY).apply(split, tail);
            assert!(data == expected, "{len} bytes, split at {split}");
        }
    }
}

#[test]
fn an_offset_may_be_as_large_as_the_type_allows() {
    let mut data = payload(9);
    MaskKey::from(KEY).apply(usize::MAX, &mut data);
    assert_eq!(data, naive(KEY, 3, &payload(9)));
}

#[test]
fn appending_masks_what_is_appended_and_nothing_else() {
    for len in (0..=257).chain([4095, 4096, 4097, 65_540]) {
        let payload = payload(len);
        for present in [0, 1, 2, 14, 63] {
            let mut out = vec![0xee; present];
            MaskKey::from(KEY).append_masked(&payload, &mut out);
            assert!(out[..present].iter().all(|&byte| byte == 0xee));
            assert!(
                out[present..] == naive(KEY, 0, &payload),
                "{len} bytes after {present}"
            );
        }
    }
}

#[test]
fn appending_where_there_is_room_does_not_reallocate() {
    let mut out = Vec::with_capacity(10_000);
    MaskKey::from(KEY).append_masked(&payload(10_000), &mut out);
    assert_eq!((out.len(), out.capacity()), (10_000, 10_000));
}

proptest! {
    #[test]
    fn any_key_on_any_pieces_agrees_with_the_naive_way(
        key: [u8; 4],
        pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..8),
    ) {
        let expected = naive(key, 0, &pieces.concat());
        let mut masked = Vec::new();
        for mut piece in pieces {
            MaskKey::from(key).apply(masked.len(), &mut piece);
            masked.extend(piece);
        }
        prop_assert_eq!(masked, expected);
    }
}
