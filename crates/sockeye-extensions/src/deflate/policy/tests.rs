//! What shrinks and what does not, at every length that is judged.

use alloc::vec::Vec;
use alloc::{format, vec};
use std::string::String;

use super::*;

struct Noise(u64);

impl Noise {
    fn bytes(&mut self, n_bytes: usize) -> Vec<u8> {
        (0..n_bytes).map(|_| (self.next() >> 56) as u8).collect()
    }

    fn next(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }
}

const LENS: [usize; 9] = [64, 100, 128, 250, 500, 1000, 4000, 65_536, 300_000];

/// How many of 100 payloads of each length are found worth a try.
#[track_caller]
fn check(
    what: &str,
    mut payload: impl FnMut(&mut Noise, usize) -> Vec<u8>,
    n_expected: [usize; 2],
) {
    for n_bytes in LENS {
        let mut noise = Noise(n_bytes as u64);
        let n_tries = if n_bytes > 10_000 { 5 } else { 100 };
        let n_worth = (0..n_tries)
            .filter(|_| may_shrink(&payload(&mut noise, n_bytes)[..n_bytes]))
            .count();
        let percent = 100 * n_worth / n_tries;
        let [least, most] = n_expected;
        assert!(
            (least..=most).contains(&percent),
            "{what} of {n_bytes} bytes: {percent} %"
        );
    }
}

#[test]
fn text_and_json_are_worth_a_try() {
    let json = |noise: &mut Noise, n_bytes| {
        let mut text = String::new();
        while text.len() < n_bytes {
            let (id, price) = (noise.next() >> 32, noise.next() % 10_000);
            text += &format!("{{\"id\":{id},\"name\":\"salmon\",\"price\":{price}}},");
        }
        text.into_bytes()
    };
    check("JSON", json, [100, 100]);
    let hex = |noise: &mut Noise, n_bytes: usize| {
        let digits = noise.bytes(n_bytes);
        digits
            .iter()
            .map(|b| b"0123456789abcdef"[usize::from(b & 15)])
            .collect()
    };
    check("hexadecimal", hex, [100, 100]);
    check("zeros", |_, n_bytes| vec![0; n_bytes], [100, 100]);
    let greek = |noise: &mut Noise, n_bytes: usize| {
        let letter = |n: u64| char::from_u32(0x3b1 + (n % 24) as u32).expect("a letter");
        let text: String = (0..n_bytes).map(|_| letter(noise.next())).collect();
        text.into_bytes()
    };
    check("Greek", greek, [100, 100]);
    let little_numbers = |noise: &mut Noise, n_bytes: usize| {
        let numbers = (0..n_bytes).map(|_| (noise.next() % 1000) as u32);
        numbers.flat_map(u32::to_le_bytes).collect()
    };
    check("numbers", little_numbers, [100, 100]);
}

#[test]
fn base64_is_worth_a_try() {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let base64 = |noise: &mut Noise, n_bytes: usize| {
        let bytes = noise.bytes(n_bytes);
        bytes
            .iter()
            .map(|b| alphabet[usize::from(b & 63)])
            .collect()
    };
    check("base64", base64, [95, 100]);
}

#[test]
fn compressed_data_are_not_worth_a_try() {
    check("noise", |noise, n_bytes| noise.bytes(n_bytes), [0, 5]);
    // As in a JPEG: a head of text and tables, then coded data where 0xff is followed by 0.
    let jpeg = |noise: &mut Noise, n_bytes: usize| {
        let mut bytes = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0".to_vec();
        for byte in noise.bytes(n_bytes) {
            bytes.push(byte);
            if byte == 0xff {
                bytes.push(0);
            }
        }
        bytes
    };
    // Shorter ones are all head; there are none in practice.
    let mut noise = Noise(1);
    for n_bytes in [500, 2000, 20_000] {
        for _ in 0..50 {
            assert!(!may_shrink(&jpeg(&mut noise, n_bytes)), "{n_bytes} bytes");
        }
    }
}

#[test]
fn one_pair_of_equal_bytes_in_128_is_enough() {
    // 100 bytes make 4950 pairs.
    let payload = |n_pairs: u8| -> Vec<u8> {
        let bytes = (0..100).map(|at| if at < 2 * n_pairs { at / 2 } else { 100 + at });
        bytes.collect()
    };
    assert!(may_shrink(&payload(39)));
    assert!(!may_shrink(&payload(38)));
}

fn frame(compress: Compress, fin: bool, alone: bool) -> FrameToSend {
    FrameToSend {
        opcode: Opcode::Binary,
        first: true,
        fin,
        compress,
        alone,
    }
}

#[test]
fn a_wish_counts_more_than_the_configuration_and_that_more_than_the_guess() {
    use Compress::{Always, Auto, Never};
    let noise = Noise(1).bytes(1000);
    let long = [b'a'; 1000];
    for (wish, default, payload, expected) in [
        (Auto, Auto, &long[..], true),
        (Auto, Auto, &noise, false),
        (Auto, Auto, b"short", false),
        (Auto, Always, &noise, true),
        (Auto, Always, b"", true),
        (Auto, Never, &long, false),
        (Always, Never, &noise, true),
        (Always, Auto, b"short", true),
        (Never, Always, &long, false),
    ] {
        let policy = Policy {
            default,
            threshold_bytes: 100,
            threshold_bytes_alone: 100,
        };
        let compresses = policy.compresses(&frame(wish, true, false), payload);
        assert_eq!(compresses, expected, "{wish:?} by {default:?}");
    }
}

#[test]
fn text_is_not_judged_by_a_sample() {
    let policy = Policy {
        default: Compress::Auto,
        threshold_bytes: 100,
        threshold_bytes_alone: 100,
    };
    let of_kind = |opcode| FrameToSend {
        opcode,
        ..frame(Compress::Auto, true, false)
    };
    let noise = Noise(1).bytes(1000);
    assert!(!policy.compresses(&of_kind(Opcode::Binary), &noise));
    assert!(policy.compresses(&of_kind(Opcode::Text), &noise));
    assert!(!policy.compresses(&of_kind(Opcode::Text), &noise[..99]));
}

#[test]
fn the_threshold_counts_for_whole_messages_and_is_another_for_those_alone() {
    let policy = Policy {
        default: Compress::Auto,
        threshold_bytes: 10,
        threshold_bytes_alone: 20,
    };
    let compresses = |n_bytes, fin, alone| {
        policy.compresses(&frame(Compress::Auto, fin, alone), &vec![b'a'; n_bytes])
    };
    assert!(!compresses(9, true, false));
    assert!(compresses(10, true, false));
    assert!(!compresses(19, true, true));
    assert!(compresses(20, true, true));
    assert!(compresses(0, false, false));
    assert!(compresses(0, false, true));
}
