//! Data of the RFC, of zlib, and wrong ones.

use super::*;
use crate::wire::{Blocks, Deflater};

#[track_caller]
fn check(messages: &[(&[u8], &[u8])]) {
    let mut inflater = Inflater::new(15, false);
    for (compressed, payload) in messages {
        assert_eq!(inflater.message(compressed).unwrap(), *payload);
    }
}

#[test]
fn examples_of_the_rfc() {
    // RFC 7692 §7.2.3.1 and §7.2.3.2: the second message refers to the first.
    let hello = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
    let again = [0xf2, 0x00, 0x11, 0x00, 0x00];
    check(&[(&hello, b"Hello"), (&again, b"Hello")]);
    // §7.2.3.3: without compression.
    let stored = [
        0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00,
    ];
    check(&[(&stored, b"Hello")]);
    // §7.2.3.4: a final block.
    let last = [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00];
    check(&[(&last, b"Hello"), (&hello, b"Hello")]);
    // §7.2.3.5: two blocks.
    let two = [
        0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00,
    ];
    check(&[(&two, b"Hello")]);
    // §7.2.3.6: an empty message.
    check(&[(&[0x00], b"")]);
}

#[test]
fn words_of_all_lengths_are_read() {
    // Bytes that are each about half as frequent as the one before have words up to the longest.
    let mut payload = Vec::new();
    for index in 0..60_000u32 {
        payload.push((index + 1).trailing_zeros() as u8);
        payload.push((index.wrapping_mul(2_654_435_761) >> 13).trailing_zeros() as u8 | 0x80);
    }
    let compressed = Deflater::new(15, false).message(&payload);
    check(&[(&compressed, &payload)]);
}

#[test]
fn a_distance_beyond_the_window_is_an_error() {
    for window_bits in 8..=14 {
        let window_bytes = 1 << window_bits;
        let message = |distance| {
            let start = Blocks::new().stored(false, &[7; 40_000]);
            start.fixed(false).copy(3, distance).end().message()
        };
        let mut inflater = Inflater::new(window_bits, false);
        assert!(inflater.message(&message(window_bytes)).is_ok());
        assert!(inflater.message(&message(window_bytes + 1)).is_err());
    }
}

#[test]
fn a_distance_into_an_earlier_message_needs_context_takeover() {
    let again = Blocks::new().fixed(false).copy(3, 3).end().message();
    for (no_context_takeover, expected) in [(false, Some(&b"abc"[..])), (true, None)] {
        let mut inflater = Inflater::new(15, no_context_takeover);
        let first = Blocks::new().stored(false, b"abc").message();
        assert_eq!(inflater.message(&first).unwrap(), b"abc");
        assert_eq!(inflater.message(&again).ok().as_deref(), expected);
    }
}

#[test]
fn wrong_data_are_errors() {
    let cases = [
        ("a block of type 3", vec![0x06]),
        ("the two lengths", vec![0x00, 0x05, 0x00, 0x00, 0x00]),
        ("in the middle of a block", vec![0xf2, 0x48]),
        ("a distance of 9", {
            let blocks = Blocks::new().fixed(false).literals(b"abc");
            blocks.copy(3, 9).end().message()
        }),
        ("a reserved symbol of a length", {
            Blocks::new().fixed(false).symbol(286).end().message()
        }),
        ("a reserved symbol of a distance", {
            let blocks = Blocks::new().fixed(false).literals(b"abc").symbol(257);
            blocks.code(30, 5).end().message()
        }),
        ("too many symbols", vec![0xfc, 0x00, 0x00]),
    ];
    for (expected, message) in cases {
        let error = Inflater::new(15, false).message(&message).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
}
