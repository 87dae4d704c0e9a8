//! Chapter 7, continued: where lines end, and lines that go on in the next (RFC 9112 §2.2, §5.2).

use super::chapter::{Owed, Row};

pub(super) const ROWS: &[Row] = &[
    (
        "Lines that end in a line feed alone may be refused",
        LINE,
        |request| request.line_end(b"\n"),
        Owed::MayOpen(BARE_LF),
    ),
    (
        "One field that ends in a line feed alone may be refused",
        LINE,
        |request| request.with("X-One: a\nX-Two: b"),
        Owed::MayOpen(BARE_LF),
    ),
    (
        "A head whose empty line is a line feed alone may be refused",
        LINE,
        |request| request.empty_line(b"\n"),
        Owed::MayOpen(BARE_LF),
    ),
    (
        "Lines that end in a carriage return alone are refused",
        LINE,
        // The line feeds at the end let the head end for everybody.
        |request| request.line_end(b"\r").behind("\r\n\r\n"),
        Owed::Refuses,
    ),
    (
        "A carriage return within a value is refused",
        LINE,
        |request| request.with("X-Return: a\rb"),
        Owed::MayOpen("it takes a carriage return within a value"),
    ),
    (
        "Two carriage returns at the end of a line are refused",
        LINE,
        |request| request.with("X-Return: a\r"),
        Owed::MayOpen("it takes two carriage returns at the end of a line"),
    ),
    (
        "A carriage return does not end a field",
        LINE,
        |request| {
            let request = request.without("Sec-WebSocket-Key");
            request.with("X-Return: a\rSec-WebSocket-Key: %KEY%")
        },
        Owed::Refuses,
    ),
    (
        "A folded line in a field that means nothing is refused",
        FOLD,
        |request| request.with("X-Folded: a\r\n b"),
        Owed::MayOpen(UNFOLDS),
    ),
    (
        "A line folded with a tab is refused",
        FOLD,
        |request| request.with("X-Folded: a\r\n\tb"),
        Owed::MayOpen(UNFOLDS),
    ),
    (
        "A folded line in a field that is needed is refused",
        FOLD,
        |request| request.set("Connection: keep-alive,\r\n Upgrade"),
        Owed::MayOpen(UNFOLDS),
    ),
    (
        "A field is not found in a folded line",
        FOLD,
        |request| {
            let request = request.without("Sec-WebSocket-Key");
            request.with("X-Folded: a\r\n Sec-WebSocket-Key: %KEY%")
        },
        Owed::Refuses,
    ),
    (
        "A space before the first field is refused",
        LINE,
        |request| request.first(" X-Space: a"),
        Owed::MayOpen("it skips a line with a space before the first field"),
    ),
    (
        "A field is not found in a line with a space before the first field",
        LINE,
        |request| {
            let request = request.without("Sec-WebSocket-Key");
            request.first(" Sec-WebSocket-Key: %KEY%")
        },
        Owed::Refuses,
    ),
];

const LINE: &str = "RFC 9112 §2.2";

const FOLD: &str = "RFC 9112 §5.2";

const BARE_LF: &str = "it takes a line feed alone for the end of a line";

const UNFOLDS: &str = "it puts folded lines together";
