//! Chapter 12: the field `Origin` (RFC 6455 §4.2.2, §10.2, RFC 6454 §7).
//!
//! Which origins a server lets in is its own affair: one that has no policy lets in every page
//! that its user looks at. So refusing a foreign page is right here, and letting it in is said.

use super::chapter::{Chapter, Field, Owed};
use crate::Case;

pub(super) fn cases() -> Vec<Case> {
    let mut chapter = Chapter::new(12);
    chapter.fields("Origin", ROWS);
    chapter.cases()
}

const ROWS: &[Field] = &[
    (
        "A page of the same origin is let in",
        ORIGIN,
        b"Origin: %ORIGIN%",
        Owed::MayRefuse("it refuses its own origin"),
    ),
    (
        "A page of another origin is kept out",
        ORIGIN,
        b"Origin: http://other.example",
        Owed::MayOpen(ANYBODY),
    ),
    (
        "A page of another port is kept out",
        ORIGIN,
        b"Origin: http://127.0.0.1:1",
        Owed::MayOpen(ANYBODY),
    ),
    (
        "A page of a name that begins like the own is kept out",
        ORIGIN,
        b"Origin: %ORIGIN%.other.example",
        Owed::MayOpen(ANYBODY),
    ),
    (
        "A page of a name that ends like the own is kept out",
        ORIGIN,
        b"Origin: http://other%HOST%",
        Owed::MayOpen(ANYBODY),
    ),
    (
        "A page of no origin is kept out",
        "RFC 6454 §7.3",
        b"Origin: null",
        Owed::MayOpen("it lets the origin `null` in"),
    ),
    (
        "An origin without a scheme is kept out",
        GRAMMAR,
        b"Origin: %HOST%",
        Owed::MayOpen(MALFORMED),
    ),
    (
        "An origin with a path is kept out",
        GRAMMAR,
        b"Origin: http://other.example/%HOST%",
        Owed::MayOpen(MALFORMED),
    ),
    (
        "An origin with a user in it is kept out",
        GRAMMAR,
        b"Origin: %ORIGIN%@other.example",
        Owed::MayOpen(MALFORMED),
    ),
    (
        "An origin with a port that is no number is kept out",
        GRAMMAR,
        b"Origin: http://localhost:http",
        Owed::MayOpen(MALFORMED),
    ),
    (
        "An origin with bytes above 127 is kept out",
        GRAMMAR,
        b"Origin: http://b\xfccher.example",
        Owed::MayOpen(MALFORMED),
    ),
    (
        "An empty origin is kept out",
        GRAMMAR,
        b"Origin:",
        Owed::MayOpen(MALFORMED),
    ),
    (
        "The same origin in two fields is kept out",
        "RFC 6454 §7.3",
        b"Origin: %ORIGIN%\r\nOrigin: %ORIGIN%",
        Owed::MayOpen(TWO),
    ),
    (
        "Two origins in two fields are kept out",
        "RFC 6454 §7.3",
        b"Origin: %ORIGIN%\r\nOrigin: http://other.example",
        Owed::MayOpen(TWO),
    ),
    (
        "Two origins in one field are kept out",
        GRAMMAR,
        b"Origin: %ORIGIN% http://other.example",
        Owed::MayOpen(TWO),
    ),
];

const ORIGIN: &str = "RFC 6455 §10.2";

const GRAMMAR: &str = "RFC 6454 §7.1";

const ANYBODY: &str = "it lets pages of any origin in";

const MALFORMED: &str = "it lets a malformed origin in";

const TWO: &str = "it lets a request with two origins in";
