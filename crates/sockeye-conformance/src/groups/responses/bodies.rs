//! Chapter 31: what a 101 says of a body, which it cannot have.
//!
//! RFC 9112 §6.3: an answer of class 1xx ends at the empty line, whatever its fields say. What
//! comes behind is frames, even for a client that lets such a server pass.

use super::chapter::{Chapter, Owed, Row};
use crate::Case;

pub(super) fn cases() -> Vec<Case> {
    let mut chapter = Chapter::new(31);
    chapter.fields("", ROWS);
    chapter.cases()
}

const ROWS: &[Row] = &[
    (
        "A 101 announces a body of no bytes",
        LENGTH,
        b"Content-Length: 0",
        REFUSES_LENGTH,
    ),
    (
        "A 101 announces a body of five bytes",
        LENGTH,
        b"Content-Length: 5",
        REFUSES_LENGTH,
    ),
    (
        "A 101 announces a body of more bytes than can be counted",
        LENGTH,
        b"Content-Length: 99999999999999999999999",
        REFUSES_LENGTH,
    ),
    (
        "A 101 announces a body of a length that is no number",
        LENGTH,
        b"Content-Length: many",
        REFUSES_LENGTH,
    ),
    (
        "A 101 announces a body in chunks",
        CODING,
        b"Transfer-Encoding: chunked",
        REFUSES_CODING,
    ),
    (
        "A 101 announces a body in chunks and its length",
        CODING,
        b"Content-Length: 5\r\nTransfer-Encoding: chunked",
        REFUSES_CODING,
    ),
    (
        "A 101 names the type of a body",
        "RFC 9110 §8.3",
        b"Content-Type: text/html; charset=utf-8",
        Owed::MayEnd("it refuses a 101 with Content-Type"),
    ),
];

const REFUSES_LENGTH: Owed =
    Owed::MayEnd("it refuses a 101 with Content-Length, which none may have");

const REFUSES_CODING: Owed =
    Owed::MayEnd("it refuses a 101 with Transfer-Encoding, which none may have");

/// A server MUST NOT send Content-Length with such a status.
const LENGTH: &str = "RFC 9110 §8.6";

/// A server MUST NOT send Transfer-Encoding with such a status.
const CODING: &str = "RFC 9112 §6.1";
