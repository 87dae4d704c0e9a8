//! The status line itself (RFC 9112 §4).

use crate::groups::responses::chapter::{Chapter, Owed, Row};
use crate::groups::responses::response::Response;

pub(super) fn add(chapter: &mut Chapter) {
    for &(shows, section, line, owed) in ROWS {
        chapter.add(shows, section, owed, move || {
            Response::valid().status(line).script()
        });
    }
}

/// With the line in the place of `HTTP/1.1 101 Switching Protocols`.
const ROWS: &[Row] = &[
    (
        "Another reason phrase means nothing",
        LINE,
        b"HTTP/1.1 101 Web Socket Protocol Handshake",
        Owed::ShouldOpen("it heeds the reason phrase (SHOULD be ignored)"),
    ),
    (
        "A reason phrase that speaks of an error means nothing",
        LINE,
        b"HTTP/1.1 101 404 Not Found",
        Owed::ShouldOpen("it heeds the reason phrase (SHOULD be ignored)"),
    ),
    (
        "A reason phrase in bytes above 127 means nothing",
        LINE,
        b"HTTP/1.1 101 Protocole chang\xe9",
        Owed::ShouldOpen("it heeds the reason phrase (SHOULD be ignored)"),
    ),
    (
        "A reason phrase may be empty",
        LINE,
        b"HTTP/1.1 101 ",
        Owed::Opens,
    ),
    (
        "The space before an empty reason phrase is missing",
        LINE,
        b"HTTP/1.1 101",
        Owed::MayOpen("it needs no space behind the status"),
    ),
    (
        "The version is HTTP/1.2",
        "RFC 9110 §6.2",
        b"HTTP/1.2 101 Switching Protocols",
        Owed::ShouldOpen("it does not take a higher minor version for HTTP/1.1 (SHOULD)"),
    ),
    (
        "The version is HTTP/1.0, which has no 101",
        "RFC 9110 §15.2",
        b"HTTP/1.0 101 Switching Protocols",
        Owed::MayOpen("it takes a 101 of HTTP/1.0"),
    ),
    (
        "The version is HTTP/2.0",
        "RFC 9112 §2.3",
        b"HTTP/2.0 101 Switching Protocols",
        Owed::MayOpen("it takes a 101 of HTTP/2.0"),
    ),
    (
        "The version is HTTP/0.9",
        "RFC 9112 §2.3",
        b"HTTP/0.9 101 Switching Protocols",
        Owed::MayOpen("it takes a 101 of HTTP/0.9"),
    ),
    (
        "The version is in lower case",
        "RFC 9112 §2.3",
        b"http/1.1 101 Switching Protocols",
        Owed::MayOpen("it takes the version in any case"),
    ),
    (
        "The version has no minor number",
        "RFC 9112 §2.3",
        b"HTTP/1 101 Switching Protocols",
        Owed::MayOpen("it takes a version without a minor number"),
    ),
    (
        "The protocol has another name",
        "RFC 9112 §2.3",
        b"ICY/1.1 101 Switching Protocols",
        Owed::MayOpen("it does not look at the name of the protocol"),
    ),
    (
        "Two spaces are before the status",
        LINE,
        b"HTTP/1.1  101 Switching Protocols",
        Owed::MayOpen("it parts the line at any white space, as it may"),
    ),
    (
        "A tab is before the status",
        LINE,
        b"HTTP/1.1\t101 Switching Protocols",
        Owed::MayOpen("it parts the line at any white space, as it may"),
    ),
    (
        "A space is before the version",
        LINE,
        b" HTTP/1.1 101 Switching Protocols",
        Owed::MayOpen("it passes over white space before the line"),
    ),
    (
        "An empty line is before the status line",
        "RFC 9112 §2.2",
        b"\r\nHTTP/1.1 101 Switching Protocols",
        Owed::MayOpen("it passes over an empty line"),
    ),
    (
        "A control character is in the reason phrase",
        LINE,
        b"HTTP/1.1 101 Switching\x01Protocols",
        Owed::MayOpen("it takes a control character in the reason phrase"),
    ),
    (
        "No space is behind the status",
        LINE,
        b"HTTP/1.1 101Switching Protocols",
        Owed::MayOpen("it needs no space behind the status"),
    ),
    (
        "A status of two digits is none",
        LINE,
        b"HTTP/1.1 10 Switching Protocols",
        Owed::Ends,
    ),
    (
        "A status of four digits is none",
        LINE,
        b"HTTP/1.1 1010 Switching Protocols",
        Owed::Ends,
    ),
    (
        "A status of letters is none",
        LINE,
        b"HTTP/1.1 abc Switching Protocols",
        Owed::Ends,
    ),
    (
        "A negative status is none",
        LINE,
        b"HTTP/1.1 -101 Switching Protocols",
        Owed::Ends,
    ),
    (
        "A status line without a status is none",
        LINE,
        b"HTTP/1.1 Switching Protocols",
        Owed::Ends,
    ),
    (
        "A status line of the version alone is none",
        LINE,
        b"HTTP/1.1",
        Owed::Ends,
    ),
];

const LINE: &str = "RFC 9112 §4";
