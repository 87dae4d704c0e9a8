//! Folded lines, and white space where a field should begin (RFC 9112 §2.2, §5.2).
//!
//! No sender may fold; a user agent is to put spaces in the place of a fold. What then stands in a
//! field must count, and nothing else.

use crate::groups::responses::chapter::{Chapter, Owed, Row};
use crate::groups::responses::response::Response;

pub(super) fn add(chapter: &mut Chapter) {
    chapter.fields("", UNNEEDED);
    chapter.fields("Upgrade", UPGRADE);
    chapter.fields("Sec-WebSocket-Accept", ACCEPT);
    let shows = "White space is before the first field";
    let owed = Owed::MayOpen("it passes over a line with white space before the first field");
    chapter.add(shows, LEADING, owed, || {
        Response::valid().with_first(b" X-A: b").script()
    });
    let shows = "A field that is needed does not count with white space before it";
    chapter.add(shows, LEADING, Owed::Ends, || {
        let response = Response::valid().without("Upgrade");
        response.with_first(b" Upgrade: websocket").script()
    });
}

const UNNEEDED: &[Row] = &[
    ("A field is folded", FOLD, b"X-A: b\r\n c", MENDED),
    (
        "A field is folded twice, with tabs",
        FOLD,
        b"X-A: b\r\n\tc\r\n\t\td",
        MENDED,
    ),
];

const UPGRADE: &[Row] = &[
    (
        "The value of Upgrade is in a folded line",
        FOLD,
        b"Upgrade:\r\n websocket",
        MENDED,
    ),
    (
        "`web` and `socket` in two lines are no `websocket`",
        FOLD,
        b"Upgrade: web\r\n socket",
        Owed::Ends,
    ),
    (
        "Upgrade goes on in a folded line with something else",
        FOLD,
        b"Upgrade: websocket\r\n , h2c",
        Owed::Ends,
    ),
];

const ACCEPT: &[Row] = &[
    (
        "The accept value goes on in a folded line",
        FOLD,
        b"Sec-WebSocket-Accept: %ACCEPT%\r\n x",
        Owed::Ends,
    ),
    (
        "The accept value in the folded line of another field is none",
        FOLD,
        b"X-A: b\r\n Sec-WebSocket-Accept: %ACCEPT%",
        Owed::Ends,
    ),
];

const MENDED: Owed =
    Owed::ShouldOpen("it refuses a folded line, which a user agent is to mend (§5.2)");

const FOLD: &str = "RFC 9112 §5.2";

/// A recipient MUST either reject the message or pass over such lines.
const LEADING: &str = "RFC 9112 §2.2";
