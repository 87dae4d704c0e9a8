//! Another implementation of DEFLATE, and a small stack: what a fault in zlib would show.
//!
//! `miniz_oxide` shares no code with zlib-rs or zlib-ng. What is read is what it reads, also of
//! messages that were damaged.

extern crate std;

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress as inflate, inflate_flags};

use super::*;

/// The message by `miniz_oxide`, or `None` where it finds none within `max_bytes`.
///
/// Streams follow each other, as after final blocks, and refer to nothing before them.
fn by_miniz(wire: &[u8], max_bytes: usize) -> Option<Vec<u8>> {
    let flags = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let mut rest = wire;
    let mut message = Vec::new();
    // A message that ends behind a final block needs no tail.
    while !rest.is_empty() {
        // Where the tail ends a stored block, the message was cut off within it.
        let more = flags | inflate_flags::TINFL_FLAG_HAS_MORE_INPUT;
        let mut out = vec![0; max_bytes + 1 - message.len()];
        let (_, _, n_without_tail) =
            inflate(&mut DecompressorOxide::new(), rest, &mut out, 0, more);
        // The tail, and a final block that shows whether the message ended where a block may begin.
        let input = [rest, &TAIL, &[0x03, 0x00]].concat();
        let mut out = vec![0; max_bytes + 1 - message.len()];
        let mut state = DecompressorOxide::new();
        let (status, n_taken, n_given) = inflate(&mut state, &input, &mut out, 0, flags);
        // Or the tail was the rest of a final block.
        let n_behind = n_taken.saturating_sub(rest.len());
        let is_whole = [0, TAIL.len(), TAIL.len() + 2].contains(&n_behind);
        if status != TINFLStatus::Done || !is_whole || n_given > n_without_tail {
            return None;
        }
        message.extend_from_slice(&out[..n_given]);
        if message.len() > max_bytes {
            return None;
        }
        rest = rest.get(n_taken..).unwrap_or_default();
    }
    Some(message)
}

/// Messages of every kind of block, whole and damaged, the same each time.
fn messages() -> Vec<Vec<u8>> {
    let mut messages = Vec::new();
    for (at, len) in [0, 1, 10, 300, 5000, 40_000].into_iter().enumerate() {
        for level in [1, 3, 6, 9] {
            for payload in [prose(len, 7), noise(len, 9), vec![b'a'; len]] {
                let mut compressor = Compressor::new(shape(level, 9 + at as u8), false);
                let (start, end) = payload.split_at(len / 3);
                messages.push(compress(&mut compressor, &[&payload]));
                messages.push(compress(&mut compressor, &[start, end]));
            }
        }
        messages.push([&stored(true, &prose(len.min(5000), 1))[..], &[0x00]].concat());
    }
    let mut seed = 1_u64;
    let mut below = |n: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % n
    };
    let n_whole = messages.len();
    for _ in 0..6000 {
        let mut damaged = messages[below(n_whole)].clone();
        for _ in 0..=below(2) {
            if damaged.is_empty() {
                break;
            }
            // Near the start, where the codes are, more often than not.
            let near = damaged.len().min(80);
            let at = [below(near), below(damaged.len())][below(2)];
            match below(3) {
                0 => damaged.truncate(at),
                _ => damaged[at] ^= 1 << below(8),
            }
        }
        messages.push(damaged);
    }
    messages
}

#[test]
fn another_implementation_reads_the_same() {
    const LIMIT: usize = 200_000;
    let (mut n_read, mut n_refused) = (0, 0);
    for wire in messages() {
        let given = decompress(&mut Decompressor::new(false), &wire, usize::MAX, LIMIT);
        match &given {
            Ok(_) => n_read += 1,
            Err(_) => n_refused += 1,
        }
        assert!(given.ok() == by_miniz(&wire, LIMIT), "{wire:02x?}");
    }
    assert!(n_read > 1000 && n_refused > 1000, "{n_read}, {n_refused}");
}

#[test]
fn a_stack_of_64_kib_is_enough() {
    let messages = messages();
    let thread = std::thread::Builder::new().stack_size(64 * 1024);
    let work = move || {
        let mut n_read = 0;
        for wire in &messages {
            for n_bytes in [100, usize::MAX] {
                let mut decompressor = Decompressor::new(true);
                n_read +=
                    usize::from(decompress(&mut decompressor, wire, n_bytes, 1 << 20).is_ok());
            }
        }
        let payload = prose(40_000, 5);
        for level in 1..=9 {
            compress(&mut Compressor::new(shape(level, 15), false), &[&payload]);
        }
        n_read
    };
    let n_read = thread.spawn(work).expect("a thread starts").join();
    assert!(n_read.expect("it did not panic") > 1000);
}
