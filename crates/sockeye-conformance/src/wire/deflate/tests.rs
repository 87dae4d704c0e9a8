//! What is deflated can be inflated, within its window.

use super::*;
use crate::wire::Inflater;

#[track_caller]
fn check(window_bits: u8, no_context_takeover: bool, payloads: &[&[u8]]) {
    let mut deflater = Deflater::new(window_bits, no_context_takeover);
    let mut inflater = Inflater::new(window_bits, no_context_takeover);
    for payload in payloads {
        let compressed = deflater.message(payload);
        assert_eq!(inflater.message(&compressed).unwrap(), *payload);
    }
}

#[test]
fn messages_come_back() {
    let counted: Vec<u8> = (0..50_000u32).flat_map(|n| (n / 7).to_be_bytes()).collect();
    let noise: Vec<u8> = (0..70_000u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    for window_bits in 9..=15 {
        let once = &noise[..1 << window_bits];
        let payloads = [
            b"Hello",
            &b"Hello"[..],
            b"",
            b"",
            &counted,
            once,
            once,
            &noise,
            b"end",
        ];
        check(window_bits, false, &payloads);
        check(window_bits, true, &payloads);
    }
}

#[test]
fn the_least_window_is_within_one_of_8_bits() {
    let mut deflater = Deflater::new(9, false);
    let mut inflater = Inflater::new(8, false);
    let period: Vec<u8> = (0..=255).collect();
    let payload = period.repeat(20);
    let compressed = deflater.message(&payload);
    assert_eq!(inflater.message(&compressed).unwrap(), payload);
}

#[test]
fn example_of_the_rfc() {
    // RFC 7692 §7.2.3.1 and §7.2.3.6.
    let mut deflater = Deflater::new(15, false);
    let hello = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
    assert_eq!(deflater.message(b"Hello"), hello);
    assert_eq!(deflater.message(b""), [0x00]);
}
