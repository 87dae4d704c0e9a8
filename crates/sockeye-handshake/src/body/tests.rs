//! What is kept of bodies of known length, in chunks, without end, and damaged.

use http::header::{CONTENT_LENGTH, HeaderName, TRANSFER_ENCODING};

use super::*;
use crate::testing::cut_in_all_ways;

fn response(status: u16, field: Option<(HeaderName, &'static str)>) -> Response<()> {
    let mut response = Response::builder().status(status);
    if let Some((name, value)) = field {
        response = response.header(name, value);
    }
    response.body(()).unwrap()
}

/// Feeds a body in all ways; gives what is kept and whether it is known to be all.
#[track_caller]
fn check(response: &Response<()>, input: impl AsRef<[u8]>, expected: (&[u8], bool)) {
    let kept = cut_in_all_ways(input.as_ref(), |pieces| {
        let mut reader = BodyReader::new(response, 100);
        pieces.for_each(|piece| reader.read(piece));
        (reader.is_complete(), reader.into_bytes())
    });
    for (is_complete, body) in kept {
        assert_eq!((body.as_ref(), is_complete), expected);
    }
}

#[test]
fn a_body_of_known_length() {
    let five = response(404, Some((CONTENT_LENGTH, "5")));
    check(&five, "", (b"", false));
    check(&five, "abcd", (b"abcd", false));
    check(&five, "abcde", (b"abcde", true));
    check(&five, "abcdef", (b"abcde", true));
    check(
        &response(404, Some((CONTENT_LENGTH, "0"))),
        "abc",
        (b"", true),
    );
    let long = response(404, Some((CONTENT_LENGTH, "18446744073709551615")));
    check(&long, "a".repeat(99), (&[b'a'; 99], false));
    check(&long, "a".repeat(1000), (&[b'a'; 100], true));
}

#[test]
fn a_body_that_ends_with_the_stream() {
    let unsaid = response(500, None);
    check(&unsaid, "", (b"", false));
    check(&unsaid, "abc", (b"abc", false));
    check(&unsaid, "a".repeat(101), (&[b'a'; 100], true));
    check(
        &response(500, Some((CONTENT_LENGTH, "x"))),
        "abc",
        (b"abc", false),
    );
    check(
        &response(500, Some((TRANSFER_ENCODING, "gzip"))),
        "abc",
        (b"abc", false),
    );
}

#[test]
fn a_response_without_a_body() {
    for status in [204, 304] {
        check(
            &response(status, Some((CONTENT_LENGTH, "5"))),
            "abcde",
            (b"", true),
        );
    }
}

#[test]
fn a_body_in_chunks() {
    let chunked = response(401, Some((TRANSFER_ENCODING, "chunked")));
    check(&chunked, "", (b"", false));
    check(&chunked, "0\r\n\r\n", (b"", true));
    check(&chunked, "3\r\nabc\r\n0\r\n", (b"abc", true));
    check(
        &chunked,
        "3\r\nabc\r\n2\r\nde\r\n0\r\nx: y\r\n\r\n",
        (b"abcde", true),
    );
    check(
        &chunked,
        "3;name=\"value\"\r\nabc\r\n00\r\n\r\n",
        (b"abc", true),
    );
    check(&chunked, "3\r\nab", (b"ab", false));
    check(&chunked, "3\r\nabc", (b"abc", false));
    check(&chunked, "3\r\nabc\r\n", (b"abc", false));
    check(
        &chunked,
        format!("1F\r\n{}\r\n0\r\n", "a".repeat(31)),
        (&[b'a'; 31], true),
    );
    check(
        &chunked,
        format!("ff\r\n{}\r\n0\r\n", "a".repeat(255)),
        (&[b'a'; 100], true),
    );
    check(&chunked, "1\r\na\r\n".repeat(100), (&[b'a'; 100], true));
}

#[test]
fn a_damaged_chunk_ends_the_body() {
    let chunked = response(401, Some((TRANSFER_ENCODING, "chunked")));
    check(&chunked, "x\r\nabc", (b"", true));
    check(&chunked, "\r\nabc", (b"", true));
    check(&chunked, "-1\r\nabc", (b"", true));
    check(&chunked, "3\r\nabcd\r\n", (b"abc", true));
    check(&chunked, "3\r\nabc\r\n;\r\n", (b"abc", true));
    check(&chunked, "10000000000000000\r\nabc", (b"", true));
    check(&chunked, "ffffffffffffffff\r\nabc", (b"abc", false));
}

#[test]
fn chunk_extensions_without_end_are_cut_off() {
    let chunked = response(401, Some((TRANSFER_ENCODING, "chunked")));
    check(&chunked, format!("1;{}", "x".repeat(500)), (b"", false));
    check(&chunked, format!("1;{}", "x".repeat(5000)), (b"", true));
}
