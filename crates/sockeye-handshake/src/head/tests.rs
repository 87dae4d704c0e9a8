//! Where heads end, what is refused on the way there, and at which byte.

use super::*;
use crate::testing::cut_in_all_ways;

type Outcome = Result<Option<Vec<u8>>, HeadFault>;

fn feed(mut reader: HeadReader, pieces: &mut dyn Iterator<Item = &[u8]>) -> Outcome {
    let mut rest: Option<Vec<u8>> = None;
    for piece in pieces {
        match &mut rest {
            Some(rest) => rest.extend_from_slice(piece),
            None => rest = reader.read(piece)?.map(<[u8]>::to_vec),
        }
    }
    Ok(rest)
}

/// Feeds a request head in all ways, and complete ones with bytes trailing, too.
#[track_caller]
fn check(input: impl AsRef<[u8]>, expected: Result<Option<&str>, HeadFault>) {
    let expected = expected.map(|rest| rest.map(|rest| rest.as_bytes().to_vec()));
    let limits = HeadLimits::default();
    for outcome in cut_in_all_ways(input.as_ref(), |p| feed(HeadReader::for_request(limits), p)) {
        assert_eq!(outcome, expected);
    }
}

fn malformed(input: impl AsRef<[u8]>) {
    check(input, Err(HeadFault::Malformed));
}

#[test]
fn a_head_ends_with_an_empty_line() {
    check("", Ok(None));
    check("GET / HTTP/1.1\r\nHost: h\r\n", Ok(None));
    check("GET / HTTP/1.1\r\nHost: h\r\n\r", Ok(None));
    check("GET / HTTP/1.1\r\nHost: h\r\n\r\n", Ok(Some("")));
    check(
        "GET / HTTP/1.1\r\nHost: h\r\n\r\nframes",
        Ok(Some("frames")),
    );
    check("GET / HTTP/1.1\r\n\r\n\r\n\r\n", Ok(Some("\r\n\r\n")));
    check(b"GET / HTTP/1.1\r\nx: \tb\xe9\r\n\r\n", Ok(Some("")));
}

#[test]
fn line_ends_other_than_crlf_are_refused_where_they_stand() {
    malformed("GET / HTTP/1.1\n");
    malformed("GET / HTTP/1.1\r\nHost: h\n");
    malformed("GET / HTTP/1.1\r\nHost: h\r\n\n");
    malformed("GET / HTTP/1.1\r\nHost: h\rX");
    malformed("GET / HTTP/1.1\r\nHost: h\r\r\n");
    malformed("GET / HTTP/1.1\r\nHost: h\r\n\rx");
    malformed("\r\n\r\nGET / HTTP/1.1\r\n");
    malformed("\nGET / HTTP/1.1\r\n");
}

#[test]
fn one_empty_line_before_a_request_is_skipped() {
    check("\r\n", Ok(None));
    check("\r\nGET / HTTP/1.1\r\n\r\nx", Ok(Some("x")));
    let mut reader = HeadReader::for_request(HeadLimits::default());
    reader.read(b"\r\nGET / HTTP/1.1\r\n\r\n").unwrap();
    assert_eq!(reader.head(), b"GET / HTTP/1.1\r\n\r\n");
    assert_eq!(reader.n_fields(), 0);
}

#[test]
fn folded_lines_of_a_response_become_one_however_they_are_cut() {
    let input = b"HTTP/1.1 101 \r\nA:\r\n b\r\n\tc\r\nD: e\r\n\r\n";
    let expected = b"HTTP/1.1 101 \r\nA:   b  \tc\r\nD: e\r\n\r\n";
    for cut in 0..input.len() {
        let mut reader = HeadReader::for_response(HeadLimits::default());
        assert_eq!(reader.read(&input[..cut]), Ok(None));
        assert_eq!(reader.read(&input[cut..]), Ok(Some(&b""[..])));
        assert_eq!(reader.head(), expected);
        assert_eq!(reader.n_fields(), 2);
    }
    let mut reader = HeadReader::for_response(HeadLimits::default());
    for byte in input {
        reader.read(&[*byte]).unwrap();
    }
    assert_eq!(reader.head(), expected);
    let mut reader = HeadReader::for_response(HeadLimits::default());
    assert_eq!(
        reader.read(b"HTTP/1.1 101 \r\n A: b\r\n"),
        Err(HeadFault::Malformed)
    );
}

#[test]
fn folded_lines_and_leading_spaces_of_a_request_are_refused() {
    malformed(" GET / HTTP/1.1\r\n");
    malformed("GET / HTTP/1.1\r\n Host: h\r\n");
    malformed("GET / HTTP/1.1\r\n\tHost: h\r\n");
    malformed("GET / HTTP/1.1\r\nHost: h\r\n ");
    malformed("GET / HTTP/1.1\r\nHost: h\r\n\tx");
}

#[test]
fn controls_are_refused() {
    for control in (0..=8).chain(11..=12).chain(14..=31).chain([127_u8]) {
        let mut input = b"GET / HTTP/1.1\r\nHost: h".to_vec();
        input.push(control);
        malformed(input);
    }
    malformed("\x16\x03\x01\x02\x00");
}

#[test]
fn the_head_may_have_16_kib_and_no_byte_more() {
    let start = "GET / HTTP/1.1\r\nx: ";
    let filled = |len: usize| format!("{start}{}", "a".repeat(len - start.len()));
    let complete = |len: usize| format!("{}\r\n\r\n", filled(len - 4));
    check(complete(16 * 1024), Ok(Some("")));
    check(format!("{}x", complete(16 * 1024)), Ok(Some("x")));
    check(complete(16 * 1024 + 1), Err(HeadFault::HeadTooLarge));
    check(filled(16 * 1024), Ok(None));
    check(filled(16 * 1024 + 1), Err(HeadFault::HeadTooLarge));
    check("A".repeat(16 * 1024 + 1), Err(HeadFault::HeadTooLarge));
}

#[test]
fn the_target_may_have_8_kib_and_no_byte_more() {
    let target = |len: usize| format!("GET {}", "/".repeat(len));
    check(target(8 * 1024), Ok(None));
    check(target(8 * 1024) + " HTTP/1.1\r\n\r\n", Ok(Some("")));
    check(target(8 * 1024 + 1), Err(HeadFault::TargetTooLong));
    check(target(1024 * 1024), Err(HeadFault::TargetTooLong));
    // Only the second word of the first line is the target.
    let long = "x".repeat(9000);
    check(format!("GET / {long}\r\n\r\n"), Ok(Some("")));
    check(
        format!("GET / HTTP/1.1\r\nx: a {long} b\r\n\r\n"),
        Ok(Some("")),
    );
    let response = format!("HTTP/1.1 {long}\r\n\r\n");
    let reader = HeadReader::for_response(HeadLimits::default());
    assert_eq!(
        feed(reader, &mut [response.as_bytes()].into_iter()),
        Ok(Some(vec![]))
    );
}

#[test]
fn there_may_be_100_fields_and_none_more() {
    let fields = |n: usize| format!("GET / HTTP/1.1\r\n{}", "a: b\r\n".repeat(n));
    check(fields(100), Ok(None));
    check(fields(100) + "\r\n", Ok(Some("")));
    check(fields(101), Err(HeadFault::TooManyFields));
    check(fields(2000), Err(HeadFault::TooManyFields));
    let mut reader = HeadReader::for_request(HeadLimits::default());
    assert_eq!(reader.n_fields(), 0);
    assert_eq!(
        reader.read((fields(100) + "\r\n").as_bytes()),
        Ok(Some(&[][..]))
    );
    assert_eq!(reader.n_fields(), 100);
}

#[test]
fn memory_stays_below_twice_the_limit() {
    let input = [b"GET / HTTP/1.1\r\nx: ".to_vec(), vec![b'a'; 1024 * 1024]].concat();
    let limits = HeadLimits::default();
    for size in [1, 1000, input.len()] {
        let mut reader = HeadReader::for_request(limits);
        let fault = input
            .chunks(size)
            .find_map(|piece| reader.read(piece).err());
        assert_eq!(fault, Some(HeadFault::HeadTooLarge));
        assert!(reader.head.capacity() <= 2 * limits.max_head_bytes);
    }
}

#[test]
fn long_lines_are_looked_at_in_blocks_of_16() {
    let mut reader = HeadReader::for_request(HeadLimits::default());
    assert_eq!(reader.read(b"GET / HTTP/1.1\r\nx: "), Ok(None));
    let n_before = reader.n_steps;
    assert_eq!(reader.read(&[b' '; 1 + 16 * 1000 + 5]), Ok(None));
    // The first byte, the blocks, then what is left: as a whole, and byte by byte.
    assert_eq!(reader.n_steps - n_before, 1 + 1000 + 1 + 5);
}

#[test]
fn more_steps_than_four_for_each_byte_are_a_panic() {
    let mut reader = HeadReader::for_request(HeadLimits::default());
    reader.n_steps = 4 * 10 + 64;
    reader.check_steps(10);
    reader.n_steps += 1;
    assert!(std::panic::catch_unwind(|| reader.check_steps(10)).is_err());
}

#[test]
fn steps_are_linear_in_the_input_when_it_comes_byte_by_byte() {
    // A reader that began anew with each byte would look at 10^13 of them. This one counts its steps
    // itself, and panics above four for each byte.
    let len = 4 * 1024 * 1024;
    let limits = HeadLimits {
        max_head_bytes: len + 100,
        ..HeadLimits::default()
    };
    let mut reader = HeadReader::for_request(limits);
    assert_eq!(reader.read(b"GET / HTTP/1.1\r\nx: "), Ok(None));
    for _ in 0..len {
        assert_eq!(reader.read(b"a"), Ok(None));
    }
    assert_eq!(reader.read(b"\r\n\r\n"), Ok(Some(&[][..])));
}
