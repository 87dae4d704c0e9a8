//! Examples of the RFC, cuts, limits, final blocks and windows.

mod distances;
mod other;
mod work;

use alloc::vec::Vec;
use alloc::{format, vec};

use proptest::prelude::*;

use super::decompressor::Decompressor;
use super::*;
use crate::extension::DecodeError;

const HELLO: &[u8] = &[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];

fn shape(level: u8, bits: u8) -> Shape {
    Shape {
        level: CompressionLevel::new(level).expect("a level"),
        window: WindowBits::new(bits).expect("window bits"),
    }
}

/// Compresses one message, one frame for each of `frames`.
fn compress(compressor: &mut Compressor, frames: &[&[u8]]) -> Vec<u8> {
    let mut out = b"before".to_vec();
    for (at, frame) in frames.iter().enumerate() {
        compressor
            .compress(frame, at + 1 == frames.len(), &mut out)
            .expect("compresses");
    }
    out.drain(..6);
    out
}

/// Decompresses one message that arrives in pieces of `n_bytes`.
fn decompress(
    decompressor: &mut Decompressor,
    input: &[u8],
    n_bytes: usize,
    max_bytes: usize,
) -> Result<Vec<u8>, DecodeError> {
    let mut out = b"before".to_vec();
    let mut rest = input;
    loop {
        let (piece, behind) = rest.split_at(n_bytes.min(rest.len()));
        let room = max_bytes + 6 - out.len();
        decompressor.decompress(piece, behind.is_empty(), room, &mut out)?;
        if behind.is_empty() {
            out.drain(..6);
            return Ok(out);
        }
        rest = behind;
    }
}

/// The messages decompress to the payloads, in turn, however they are cut and within their length.
#[track_caller]
fn check(messages: &[(&[u8], &[u8])]) {
    for takeover in [true, false] {
        check_with(takeover, messages);
    }
}

#[track_caller]
fn check_with(takeover: bool, messages: &[(&[u8], &[u8])]) {
    for n_bytes in [1, 2, 3, usize::MAX] {
        let mut decompressor = Decompressor::new(takeover);
        for (input, payload) in messages {
            let given = decompress(&mut decompressor, input, n_bytes, payload.len());
            assert_eq!(given.as_deref(), Ok(*payload), "in pieces of {n_bytes}");
        }
    }
}

#[track_caller]
fn check_error(takeover: bool, input: &[u8]) {
    for n_bytes in [1, 2, 3, usize::MAX] {
        let given = decompress(&mut Decompressor::new(takeover), input, n_bytes, 1 << 20);
        assert_eq!(
            given,
            Err(DecodeError::InvalidData),
            "{input:02x?} in {n_bytes}"
        );
    }
}

#[test]
fn what_was_said_is_not_printed() {
    let mut compressor = Compressor::new(shape(3, 9), true);
    compress(&mut compressor, &[b"Hello"]);
    assert_eq!(
        format!("{compressor:?}"),
        "Compressor { shape: Shape { level: CompressionLevel(3), window: WindowBits(9) }, \
         takeover: true, has_state: true, .. }"
    );
    let mut decompressor = Decompressor::new(true);
    assert!(decompress(&mut decompressor, HELLO, 1, 5).is_ok());
    assert_eq!(
        format!("{decompressor:?}"),
        "Decompressor { takeover: true, has_state: true, .. }"
    );
}

#[test]
fn examples_of_the_rfc_are_read() {
    // RFC 7692 §7.2.3.2: the second message refers to the first
    let again = [0xf2, 0x00, 0x11, 0x00, 0x00];
    check_with(true, &[(HELLO, b"Hello"), (&again, b"Hello")]);
    // RFC 7692 §7.2.3.3: a block with no compression
    let stored = [
        0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00,
    ];
    check(&[(&stored, b"Hello"), (HELLO, b"Hello")]);
    // RFC 7692 §7.2.3.4: a block with BFINAL set to 1
    let last = [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00];
    check(&[(&last, b"Hello"), (HELLO, b"Hello"), (&last, b"Hello")]);
    // RFC 7692 §7.2.3.5: two blocks in one message
    let two = [
        0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00,
    ];
    check(&[(&two, b"Hello"), (HELLO, b"Hello")]);
    // RFC 7692 §7.2.3.6: an empty message
    check(&[(&[0x00], b""), (HELLO, b"Hello"), (&[0x00], b"")]);
}

#[test]
fn examples_of_the_rfc_are_written() {
    // RFC 7692 §7.2.3.1 and §7.2.3.2
    let mut with = Compressor::new(shape(6, 15), true);
    assert_eq!(compress(&mut with, &[b"Hello"]), HELLO);
    assert_eq!(
        compress(&mut with, &[b"Hello"]),
        [0xf2, 0x00, 0x11, 0x00, 0x00]
    );
    let mut without = Compressor::new(shape(6, 15), false);
    assert_eq!(compress(&mut without, &[b"Hello"]), HELLO);
    assert_eq!(compress(&mut without, &[b"Hello"]), HELLO);
    // RFC 7692 §7.2.3.6: an empty message
    assert_eq!(compress(&mut without, &[b""]), [0x00]);
}

#[test]
fn a_message_goes_out_as_it_is_unless_it_becomes_shorter() {
    let mut n_equal = 0;
    for n_bytes in 1..20 {
        let payload = vec![b'a'; n_bytes];
        let mut compressor = Compressor::new(shape(3, 15), false);
        let compressed = compress(&mut compressor, &[&payload]);
        let mut out = b"before".to_vec();
        let is_shorter = compressor.compress_whole(&payload, false, &mut out);
        assert_eq!(is_shorter, Ok(compressed.len() < n_bytes));
        let expected = if compressed.len() < n_bytes {
            &compressed[..]
        } else {
            &[]
        };
        assert_eq!(out.split_off(6), expected);
        n_equal += usize::from(compressed.len() == n_bytes);
    }
    assert!(n_equal > 0, "none became as long as it was");
}

/// Bytes without repetitions, which do not shrink.
fn noise(n_bytes: usize, mut seed: u64) -> Vec<u8> {
    let mut byte = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 56) as u8
    };
    (0..n_bytes).map(|_| byte()).collect()
}

#[test]
fn room_is_made_for_a_part_of_a_long_message_at_a_time() {
    for (n_bytes, most) in [(32 << 10, 40 << 10), (4 << 20, 256 << 10)] {
        let mut out = Vec::new();
        let mut compressor = Compressor::new(shape(3, 15), false);
        let compressed = compressor.compress(&vec![b'a'; n_bytes], true, &mut out);
        assert_eq!(compressed, Ok(()));
        let room = out.capacity();
        assert!(out.len() < 8 << 10 && room < most, "{room} for {n_bytes}");
    }
}

/// Compresses `frames` one after the other, each into a vector of `capacity` bytes.
fn compress_into(capacity: usize, takeover: bool, level: u8, frames: &[&[u8]]) -> Vec<Vec<u8>> {
    let mut compressor = Compressor::new(shape(level, 15), takeover);
    let compressed = frames.iter().enumerate().map(|(at, frame)| {
        let mut out = Vec::with_capacity(capacity);
        let compressed = compressor.compress(frame, at + 1 == frames.len(), &mut out);
        assert_eq!(compressed, Ok(()));
        out
    });
    compressed.collect()
}

#[test]
fn the_bytes_are_the_same_whatever_room_there_was() {
    // What ends as a flush does, and does not shrink, is told from one.
    let looks_flushed = [&noise(200, 1)[..], &[0x00, 0x00, 0xff, 0xff]].concat();
    // Nine bits for each in a block with the fixed codes.
    let high: Vec<_> = noise(800, 1).iter().map(|byte| byte | 0x90).collect();
    for level in [1, 3, 6, 9] {
        for takeover in [true, false] {
            for payload in [&b"Hello"[..], &prose(300, 2), &looks_flushed, &high] {
                let frames = [payload, payload];
                let expected = compress_into(0, takeover, level, &frames);
                let largest = expected.iter().map(Vec::len).max().expect("two frames");
                for capacity in 0..=largest + 20 {
                    let given = compress_into(capacity, takeover, level, &frames);
                    assert_eq!(given, expected, "level {level}, {capacity} bytes");
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn the_bytes_of_long_messages_are_the_same_whatever_room_there_was(
        parts in prop::collection::vec((any::<bool>(), 0usize..50_000, any::<u64>()), 1..5),
        level in 1u8..=9,
        takeover: bool,
        // How much the room differs from what is needed, and from what is needed for a half.
        differences in prop::collection::vec(-40isize..40, 3),
    ) {
        let parts: Vec<_> = parts
            .into_iter()
            .map(|(shrinks, n_bytes, seed)| match shrinks {
                true => prose(n_bytes, seed),
                false => noise(n_bytes, seed),
            })
            .collect();
        let payload = parts.concat();
        let frames = [&payload[..], b"end"];
        let expected = compress_into(0, takeover, level, &frames);
        for difference in differences {
            for n_needed in [expected[0].len(), expected[0].len() / 2] {
                let capacity = n_needed.saturating_add_signed(difference);
                prop_assert_eq!(&compress_into(capacity, takeover, level, &frames), &expected);
            }
        }
        let mut decompressor = Decompressor::new(takeover);
        let given = decompress(&mut decompressor, &expected.concat(), 4096, payload.len() + 3);
        prop_assert_eq!(given, Ok(frames.concat()));
    }
}

#[test]
fn a_message_without_takeover_does_not_refer_to_the_one_before() {
    let again = [0xf2, 0x00, 0x11, 0x00, 0x00];
    let mut decompressor = Decompressor::new(false);
    assert!(decompress(&mut decompressor, HELLO, 1, 5).is_ok());
    let given = decompress(&mut decompressor, &again, 9, 5);
    assert_eq!(given, Err(DecodeError::InvalidData));
}

/// A block without compression.
fn stored(is_final: bool, payload: &[u8]) -> Vec<u8> {
    let len = u16::try_from(payload.len()).expect("short");
    let [low, high] = len.to_le_bytes();
    [&[is_final.into(), low, high, !low, !high], payload].concat()
}

#[test]
fn what_stands_behind_a_final_block_is_read() {
    let empty = stored(false, b"");
    let hello = stored(true, b"Hello");
    // In one message, three streams and the end of ours.
    let three = [&hello[..], &hello, &[0x03, 0x00], &hello, &empty[..1]].concat();
    check(&[(&three, b"HelloHelloHello"), (HELLO, b"Hello")]);
    // A final block that is itself cut off, and one with nothing behind it.
    check(&[(
        &[&HELLO[..6], &[0x00, 0x00, 0x00, 0xff, 0xff, 0x01]].concat(),
        b"Hello",
    )]);
    check(&[(&hello, b"Hello"), (HELLO, b"Hello")]);
    check(&[(&[], b""), (HELLO, b"Hello"), (&[], b"")]);
    // What is behind it must be DEFLATE too.
    for takeover in [true, false] {
        check_error(takeover, &[&hello[..], b"\x07"].concat());
        check_error(takeover, &[&hello[..], b"\x02\x07"].concat());
        check_error(takeover, &[0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07]);
    }
}

#[test]
fn a_stream_behind_a_final_block_may_refer_to_its_message_with_takeover() {
    // A copy of 5 bytes from 5 bytes back, at the start of a stream.
    let again = [0x02, 0x13, 0x00, 0x00];
    let message = [&stored(true, b"Hello")[..], &again].concat();
    check_with(true, &[(&message, b"HelloHello"), (HELLO, b"Hello")]);
    check_error(false, &message);
    // Longer than a window, over several streams.
    let long: Vec<u8> = (0..30_000u32).map(|n| ((n * n) >> 5) as u8).collect();
    let streams = [
        stored(true, b"Hello"),
        stored(true, &long),
        stored(true, &long[..2758]),
    ];
    let mut message = streams.concat();
    let payload = [b"Hello", &long[..], &long[..2758]].concat();
    message.push(0x00);
    check_with(true, &[(&message, &payload)]);
}

#[test]
fn a_stream_may_refer_to_all_of_a_window_in_whatever_pieces_it_came() {
    // A copy of 258 bytes from 32 768 bytes back, at the start of a stream.
    let again = [0x1a, 0xbd, 0xff, 0x1f, 0x00];
    let payload = noise(100_000, 3);
    let (start, end) = payload.split_at(50_000);
    let message = [&stored(false, start)[..], &stored(true, end), &again].concat();
    let expected = [&payload[..], &payload[100_000 - 32_768..][..258]].concat();
    // What is behind the first stream, and the last byte of it, which has little with it.
    let (before, last) = message.split_at(message.len() - again.len() - 1);
    let mut most = 0;
    for n_bytes in (500..70_000).step_by(700) {
        let mut decompressor = Decompressor::new(true);
        let mut out = Vec::new();
        let pieces = before.chunks(n_bytes).map(|piece| (piece, false));
        for (piece, end_of_message) in pieces.chain([(last, true)]) {
            let given = decompressor.decompress(piece, end_of_message, 200_000, &mut out);
            assert_eq!(given, Ok(()), "in pieces of {n_bytes}");
            most = most.max(decompressor.n_recent_bytes());
        }
        assert!(out == expected, "in pieces of {n_bytes}");
        assert_eq!(decompressor.n_recent_bytes(), 0);
    }
    // Twice the window, so that it is not cut with each piece.
    assert_eq!(most, 64 << 10);
}

#[test]
fn what_a_stream_cannot_refer_to_is_not_kept() {
    let piece = stored(false, &[b'a'; 1000]);
    for (takeover, least, most) in [(true, 4000, 8000), (false, 0, 0)] {
        let mut decompressor = Decompressor::new(takeover);
        for _ in 0..3 {
            let given = decompressor.decompress(&piece, false, 1000, &mut Vec::new());
            assert_eq!(given, Ok(()));
        }
        let n_bytes = decompressor.n_recent_bytes();
        assert!((least..=most).contains(&n_bytes), "{n_bytes}");
    }
}

#[test]
fn data_that_end_within_a_block_are_noticed() {
    for takeover in [true, false] {
        check_error(takeover, &HELLO[..3]);
        check_error(takeover, &stored(false, b"Hello")[..7]);
        check_error(takeover, &stored(false, b"Hello")[..3]);
    }
    // The head of a block with its own codes.
    check_error(false, &[0xec, 0xfd]);
    check_error(false, &[HELLO, &[0x00, 0x00, 0xff, 0xff]].concat());
}

#[test]
fn what_is_not_deflate_is_refused() {
    for takeover in [true, false] {
        check_error(takeover, &[0x07]);
        check_error(takeover, &[0x06]);
        check_error(takeover, b"Hello");
        check_error(takeover, &[0x00, 0x05, 0x00, 0x05, 0x00]);
        // A copy from before the start.
        check_error(takeover, &[0x02, 0x13, 0x00, 0x00]);
    }
}

#[test]
fn no_more_than_allowed_is_given_nor_asked_for() {
    let payload = vec![b'a'; 1 << 20];
    let bomb = compress(&mut Compressor::new(shape(9, 15), false), &[&payload]);
    assert!(bomb.len() < 1100);
    for n_bytes in [1, 7, 100, usize::MAX] {
        for (max_bytes, expected) in [
            (payload.len(), Ok(())),
            (payload.len() - 1, Err(DecodeError::TooBig)),
            (1000, Err(DecodeError::TooBig)),
            (1, Err(DecodeError::TooBig)),
            (0, Err(DecodeError::TooBig)),
        ] {
            let mut out = Vec::new();
            let mut decompressor = Decompressor::new(false);
            let mut given = Ok(());
            for (at, piece) in bomb.chunks(n_bytes.min(bomb.len())).enumerate() {
                let end = (at + 1).saturating_mul(n_bytes) >= bomb.len();
                given = decompressor.decompress(piece, end, max_bytes - out.len(), &mut out);
                if given.is_err() {
                    break;
                }
            }
            assert_eq!(given, expected, "{max_bytes} bytes, pieces of {n_bytes}");
            assert!(out.capacity() <= max_bytes.max(8), "{}", out.capacity());
        }
    }
}

#[test]
fn room_grows_with_what_there_is_and_at_last_to_the_limit() {
    let bomb = compress(
        &mut Compressor::new(shape(9, 15), false),
        &[&vec![0; 4 << 20]],
    );
    for limit in [100_000, 700_000, 1 << 20, 3 << 20] {
        let mut out = Vec::new();
        let mut decompressor = Decompressor::new(false);
        for byte in bomb.chunks(1) {
            let given = decompressor.decompress(byte, false, limit - out.len(), &mut out);
            // Not much less than the limit: the old room is there beside the new one.
            let room = out.capacity();
            assert!(room < limit - limit / 3 || room == limit, "{room}");
            if given.is_err() {
                break;
            }
        }
        assert_eq!(out.capacity(), limit);
    }
    let mut out = Vec::new();
    let given = Decompressor::new(false).decompress(HELLO, true, 64 << 20, &mut out);
    assert_eq!(given, Ok(()));
    assert!(out.capacity() < 512, "{}", out.capacity());
}

#[test]
fn what_comes_at_once_is_decompressed_in_one_step() {
    let mut decompressor = Decompressor::new(false);
    let mut out = Vec::new();
    let given = decompressor.decompress(&stored(false, &[7; 20_000]), false, 1 << 20, &mut out);
    assert_eq!((given, out.len()), (Ok(()), 20_000));
    assert_eq!(decompressor.n_steps(), 1);
}

#[test]
fn room_that_was_there_does_not_raise_the_limit() {
    let payload = [b'a'; 1000];
    let bomb = compress(&mut Compressor::new(shape(9, 15), false), &[&payload]);
    for (max_bytes, expected) in [(1000, Ok(())), (999, Err(DecodeError::TooBig))] {
        let mut out = Vec::with_capacity(5000);
        let mut decompressor = Decompressor::new(false);
        assert_eq!(
            decompressor.decompress(&bomb, true, max_bytes, &mut out),
            expected
        );
    }
}

#[test]
fn blocks_that_give_nothing_are_read_at_the_limit() {
    let flood = stored(false, b"").repeat(10_000);
    let finals = [0x03, 0x00].repeat(10_000);
    for takeover in [true, false] {
        for input in [&flood, &finals] {
            let message = [HELLO, &[0x00, 0x00, 0xff, 0xff], &input[..], &[0x00]].concat();
            let mut decompressor = Decompressor::new(takeover);
            let given = decompress(&mut decompressor, &message, 1000, 5);
            assert_eq!(given.as_deref(), Ok(&b"Hello"[..]));
            assert!(decompress(&mut decompressor, &message, 1000, 4).is_err());
        }
    }
}

/// Words in random order, so that there is something to find at every distance.
fn prose(n_bytes: usize, mut seed: u64) -> Vec<u8> {
    let words = [
        "sea",
        "eye",
        "salmon",
        "river",
        "stream",
        "window",
        "frame",
        "\u{1f988}",
        " ",
    ];
    let mut text = Vec::new();
    while text.len() < n_bytes {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let word = words[(seed >> 33) as usize % words.len()];
        text.extend_from_slice(word.as_bytes());
        text.push((seed >> 60) as u8 + b'0');
    }
    text.truncate(n_bytes);
    text
}

#[test]
fn distances_keep_to_the_window_at_every_level() {
    for bits in 8..=15 {
        let window_bytes = 1 << bits;
        for level in 1..=9 {
            let mut compressor = Compressor::new(shape(level, bits), true);
            let mut decompressor = Decompressor::new(true);
            let mut largest = 0;
            // The same again at a distance just within the window, and just beyond it.
            for (n_bytes, seed) in [
                (2 * window_bytes, 1),
                (window_bytes, 2),
                (window_bytes, 2),
                (300, 3),
            ] {
                let payload = match seed {
                    2 => [prose(100, 7), prose(window_bytes - 98, seed)].concat(),
                    seed => prose(n_bytes, seed),
                };
                let half = payload.len() / 2;
                let frames = [&payload[..half], &payload[half..]];
                let compressed = compress(&mut compressor, &frames);
                largest = largest.max(distances::largest(&[&compressed[..], &TAIL].concat()));
                let given = decompress(&mut decompressor, &compressed, 999, payload.len());
                assert_eq!(given, Ok(payload));
            }
            assert!(
                largest <= window_bytes,
                "{largest}, window {bits}, level {level}"
            );
            assert!(
                largest > window_bytes / 4,
                "{largest}, window {bits}, level {level}"
            );
            if bits == 8 {
                assert!(largest <= 250);
            }
        }
    }
}

#[test]
fn empty_frames_within_a_message_are_nothing() {
    for takeover in [true, false] {
        let mut compressor = Compressor::new(shape(3, 15), takeover);
        let mut decompressor = Decompressor::new(takeover);
        for frames in [
            &[&b""[..], b"Hello", b"", b""][..],
            &[b"Hello", b"", b"Hello", b""],
            &[b"", b""],
            &[b"", b"", b"H"],
            &[b"Hello", b"Hello"],
        ] {
            let compressed = compress(&mut compressor, frames);
            for n_bytes in [1, 2, usize::MAX] {
                let given = match takeover {
                    true if n_bytes < usize::MAX => continue,
                    true | false => decompress(&mut decompressor, &compressed, n_bytes, 10),
                };
                assert_eq!(given, Ok(frames.concat()));
            }
        }
    }
}

#[test]
fn what_follows_a_forgotten_message_stands_alone() {
    for release in [true, false] {
        let mut compressor = Compressor::new(shape(6, 15), true);
        assert_eq!(compress(&mut compressor, &[b"Hello"]), HELLO);
        match release {
            true => compressor.release(),
            false => compressor.forget(),
        }
        assert_eq!(compress(&mut compressor, &[b"Hello"]), HELLO);
        assert_ne!(compress(&mut compressor, &[b"Hello"]), HELLO);
    }
}

#[test]
fn without_takeover_there_is_no_state_between_messages() {
    let mut compressor = Compressor::new(shape(3, 15), false);
    let mut decompressor = Decompressor::new(false);
    for _ in 0..3 {
        let compressed = compress(&mut compressor, &[b"Hello", b"Hello"]);
        assert!(!compressor.has_state());
        assert!(decompress(&mut decompressor, &compressed, 1, 10).is_ok());
        assert!(!decompressor.has_state());
    }
}

#[test]
fn a_thread_keeps_no_more_states_than_it_may() {
    // A thread of its own: others of this test's thread would be counted.
    let counted = std::thread::spawn(|| {
        let mut n_waiting = Vec::new();
        for (n_shapes, n_each) in [(1, 4), (1, 5), (4, 4), (5, 4), (9, 5)] {
            let mut compressors = Vec::new();
            let mut decompressors = Vec::new();
            for level in 1..=n_shapes {
                for _ in 0..n_each {
                    let mut compressor = Compressor::new(shape(level, 15), false);
                    compressor
                        .compress(b"Hello", false, &mut Vec::new())
                        .expect("compresses");
                    compressors.push(compressor);
                    let mut decompressor = Decompressor::new(false);
                    decompressor
                        .decompress(&HELLO[..3], false, 5, &mut Vec::new())
                        .expect("decompresses");
                    decompressors.push(decompressor);
                }
            }
            for compressor in &mut compressors {
                compressor
                    .compress(b"", true, &mut Vec::new())
                    .expect("compresses");
            }
            for decompressor in &mut decompressors {
                decompressor
                    .decompress(&HELLO[3..], true, 5, &mut Vec::new())
                    .expect("decompresses");
            }
            n_waiting.push(pool::n_waiting());
        }
        n_waiting
    });
    let n_waiting = counted.join().expect("counts");
    assert_eq!(n_waiting, [[4, 4], [4, 4], [16, 4], [16, 4], [16, 4]]);
}

#[test]
fn no_more_than_16_streams_of_a_message_may_refer_over_their_start() {
    // `Hello`, then streams of their own that repeat it.
    let again = [0x03, 0x13, 0x00];
    for (n_streams, is_read) in [(1, true), (16, true), (17, false)] {
        let message = [stored(true, b"Hello"), again.repeat(n_streams)].concat();
        let payload = b"Hello".repeat(1 + n_streams);
        let mut decompressor = Decompressor::new(true);
        // The limit is for each message.
        for _ in 0..2 {
            let given = decompress(&mut decompressor, &message, 2, payload.len());
            if is_read {
                assert_eq!(given.as_deref(), Ok(&payload[..]));
            } else {
                assert_eq!(given, Err(DecodeError::InvalidData));
                break;
            }
        }
    }
}

#[test]
fn a_state_of_the_pool_refers_to_no_message_before() {
    for level in 1..=9 {
        let mut compressor = Compressor::new(shape(level, 15), false);
        let text = b"the same text, the same text".repeat(40);
        let first = compress(&mut compressor, &[&text]);
        // A message that ends in its last frame, and one that ends after it.
        for frames in [[&text[..700], &text[700..]], [&text[..], b""]] {
            compress(&mut compressor, &frames);
            assert_eq!(compress(&mut compressor, &[&text]), first, "level {level}");
        }
    }
}
