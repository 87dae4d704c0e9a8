//! The ends of lines (RFC 9112 §2.2).
//!
//! A recipient may take a line feed alone for the end of a line. It must take a carriage return
//! alone for a space or refuse it.

use crate::Verdict;
use crate::groups::responses::chapter::{Chapter, Owed, Row};
use crate::groups::responses::response::Response;
use crate::script::{Answer, OpeningScript, Piece};

pub(super) fn add(chapter: &mut Chapter) {
    chapter.fields("", UNNEEDED);
    chapter.fields("Sec-WebSocket-Accept", ACCEPT);
    let shows = "All lines end in a line feed alone";
    chapter.add(shows, SECTION, LINE_FEED, || {
        let head = String::from_utf8_lossy(&Response::valid().bytes()).replace("\r\n", "\n");
        or_waits(OpeningScript::send(head))
    });
    let shows = "All lines end in a carriage return alone, so that no head comes";
    chapter.add(shows, SECTION, Owed::Ends, || {
        let head = String::from_utf8_lossy(&Response::valid().bytes()).replace("\r\n", "\r");
        OpeningScript::pieces(vec![Piece::Send(head.into()), Piece::HalfClose]).quiet()
    });
    let shows = "The status line ends in a line feed alone";
    chapter.add(shows, SECTION, LINE_FEED, || {
        let head = String::from_utf8_lossy(&Response::valid().bytes()).replacen("\r\n", "\n", 1);
        OpeningScript::send(head)
    });
    let shows = "The empty line is a line feed alone";
    chapter.add(shows, SECTION, LINE_FEED, || {
        let mut head = Response::valid().bytes();
        head.truncate(head.len() - 2);
        head.push(b'\n');
        or_waits(OpeningScript::send(head))
    });
}

/// A client that knows only CRLF has not seen the end of the head.
fn or_waits(script: OpeningScript) -> OpeningScript {
    let why = "it waits for an empty line that ends in CRLF";
    script.or(Verdict::Informational, why, Answer::Waits)
}

const UNNEEDED: &[Row] = &[
    (
        "A field ends in a line feed alone",
        SECTION,
        b"X-A: b\nX-C: d",
        LINE_FEED,
    ),
    (
        "A carriage return is in a value",
        SECTION,
        b"X-A: b\rc",
        Owed::MayOpen("it takes a carriage return, or puts a space in its place"),
    ),
    (
        "A field ends in two carriage returns and a line feed",
        SECTION,
        b"X-A: b\r\r\nX-C: d",
        Owed::MayOpen("it takes a carriage return before the end of a line"),
    ),
];

const ACCEPT: &[Row] = &[
    (
        "A carriage return alone does not end a line",
        SECTION,
        b"X-A: b\rSec-WebSocket-Accept: %ACCEPT%",
        Owed::Ends,
    ),
    (
        "A carriage return within the accept value is refused",
        SECTION,
        b"Sec-WebSocket-Accept: %ACCEPT%\rx",
        Owed::Ends,
    ),
];

const LINE_FEED: Owed =
    Owed::MayOpen("it takes a line feed alone for the end of a line, as it may");

const SECTION: &str = "RFC 9112 §2.2";
