//! Chapter 6: the field `Sec-WebSocket-Version` (RFC 6455 §4.2.1, §4.3, §11.3.5).

use super::chapter::{Chapter, Field, Owed};
use crate::Case;

pub(super) fn cases() -> Vec<Case> {
    let mut chapter = Chapter::new(6);
    chapter.fields("Sec-WebSocket-Version", ROWS);
    chapter.cases()
}

/// RFC 6455 §4.2.2: a version that a server does not understand MUST be refused. Drafts of the
/// RFC had versions of their own, which a server may understand.
const ROWS: &[Field] = &[
    (
        "White space around the version means nothing",
        "RFC 9110 §5.5",
        b"Sec-WebSocket-Version: \t 13 \t",
        Owed::Opens,
    ),
    (
        "A request without a version is refused",
        VERSION,
        b"",
        Owed::Refuses,
    ),
    (
        "An empty version is refused",
        GRAMMAR,
        b"Sec-WebSocket-Version:",
        Owed::Refuses,
    ),
    (
        "Version 0 is refused",
        UNKNOWN,
        b"Sec-WebSocket-Version: 0",
        Owed::Refuses,
    ),
    (
        "Version 7 is refused",
        UNKNOWN,
        b"Sec-WebSocket-Version: 7",
        Owed::MayOpen(DRAFT),
    ),
    (
        "Version 8 is refused",
        UNKNOWN,
        b"Sec-WebSocket-Version: 8",
        Owed::MayOpen(DRAFT),
    ),
    (
        "Version 12 is refused",
        "RFC 6455 §11.6",
        b"Sec-WebSocket-Version: 12",
        Owed::Refuses,
    ),
    (
        "Version 14 is refused",
        UNKNOWN,
        b"Sec-WebSocket-Version: 14",
        Owed::Refuses,
    ),
    (
        "Version 99 is refused",
        UNKNOWN,
        b"Sec-WebSocket-Version: 99",
        Owed::Refuses,
    ),
    (
        "Version 256 is refused",
        GRAMMAR,
        b"Sec-WebSocket-Version: 256",
        Owed::Refuses,
    ),
    (
        "Version 269, which is 13 in eight bits, is refused",
        GRAMMAR,
        b"Sec-WebSocket-Version: 269",
        Owed::Refuses,
    ),
    (
        "A version with a plus sign is refused",
        GRAMMAR,
        b"Sec-WebSocket-Version: +13",
        Owed::Refuses,
    ),
    (
        "A version with a zero before it is refused",
        GRAMMAR,
        b"Sec-WebSocket-Version: 013",
        Owed::Refuses,
    ),
    (
        "A version with a fraction is refused",
        GRAMMAR,
        b"Sec-WebSocket-Version: 13.0",
        Owed::Refuses,
    ),
    (
        "A version in hexadecimal digits is refused",
        GRAMMAR,
        b"Sec-WebSocket-Version: 0xd",
        Owed::Refuses,
    ),
    (
        "A version with a word behind it is refused",
        GRAMMAR,
        b"Sec-WebSocket-Version: 13 draft",
        Owed::Refuses,
    ),
    (
        "A list of versions is refused",
        GRAMMAR,
        b"Sec-WebSocket-Version: 13, 8",
        Owed::Refuses,
    ),
    (
        "The same version twice is refused",
        "RFC 6455 §11.3.5",
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 13",
        Owed::Refuses,
    ),
    (
        "Two versions that differ are refused",
        "RFC 6455 §11.3.5",
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 8",
        Owed::Refuses,
    ),
];

const VERSION: &str = "RFC 6455 §4.2.1";

const UNKNOWN: &str = "RFC 6455 §4.2.2";

const GRAMMAR: &str = "RFC 6455 §4.3";

const DRAFT: &str = "it speaks the version of a draft";
