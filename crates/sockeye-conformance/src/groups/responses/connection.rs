//! Chapter 24: the field `Connection` of an answer.

use super::chapter::{Chapter, Owed, Row};
use crate::Case;

pub(super) fn cases() -> Vec<Case> {
    let mut chapter = Chapter::new(24);
    chapter.fields("Connection", ROWS);
    chapter.cases()
}

/// RFC 6455 §4.1, check 3: a field that is missing or has no such token MUST fail the connection.
const ROWS: &[Row] = &[
    (
        "`upgrade` is taken for `Upgrade`",
        CHECK,
        b"Connection: upgrade",
        Owed::Opens,
    ),
    (
        "`UPGRADE` is taken for `Upgrade`",
        CHECK,
        b"Connection: UPGRADE",
        Owed::Opens,
    ),
    (
        "The name of Connection is taken in any case",
        "RFC 9110 §5.1",
        b"cONNECTION: Upgrade",
        Owed::Opens,
    ),
    (
        "`Upgrade` may be the last of a list",
        CHECK,
        b"Connection: keep-alive, Upgrade",
        Owed::Opens,
    ),
    (
        "`Upgrade` may be the first of a list",
        CHECK,
        b"Connection: Upgrade, keep-alive",
        Owed::Opens,
    ),
    (
        "A list needs no white space",
        "RFC 9110 §5.6.1",
        b"Connection: keep-alive,Upgrade,x-a",
        Owed::Opens,
    ),
    (
        "A list may have tabs and spaces",
        "RFC 9110 §5.6.1",
        b"Connection: keep-alive\t ,\t Upgrade\t , x-a",
        Owed::Opens,
    ),
    (
        "Empty elements of a list mean nothing",
        "RFC 9110 §5.6.1.2",
        b"Connection: , Upgrade,, ,",
        Owed::Opens,
    ),
    (
        "A list may be spread over several fields",
        "RFC 9110 §5.3",
        b"Connection: keep-alive\r\nConnection: Upgrade",
        Owed::Opens,
    ),
    (
        "Connection twice is one list",
        "RFC 9110 §5.3",
        b"Connection: Upgrade\r\nConnection: Upgrade",
        Owed::Opens,
    ),
    (
        "`close` beside `Upgrade` leaves the token there",
        CHECK,
        b"Connection: close, Upgrade",
        Owed::MayEnd("it refuses a list with `close`"),
    ),
    (
        "An answer without Connection is refused",
        CHECK,
        b"",
        Owed::Ends,
    ),
    (
        "An answer with an empty Connection is refused",
        CHECK,
        b"Connection:",
        Owed::Ends,
    ),
    (
        "`keep-alive` alone is refused",
        CHECK,
        b"Connection: keep-alive",
        Owed::Ends,
    ),
    (
        "`close` alone is refused",
        CHECK,
        b"Connection: close",
        Owed::Ends,
    ),
    (
        "A token that only begins with `Upgrade` is refused",
        CHECK,
        b"Connection: Upgraded",
        Owed::Ends,
    ),
    (
        "A token that only ends in `Upgrade` is refused",
        CHECK,
        b"Connection: no-Upgrade",
        Owed::Ends,
    ),
    (
        "`Up grade` is refused",
        CHECK,
        b"Connection: Up grade",
        Owed::Ends,
    ),
    (
        "`Upgrade` in quotes is refused",
        CHECK,
        b"Connection: \"Upgrade\"",
        Owed::Ends,
    ),
    (
        "A list that is parted by semicolons is refused",
        CHECK,
        b"Connection: keep-alive; Upgrade",
        Owed::Ends,
    ),
    (
        "A no-break space around the token is not white space",
        CHECK,
        b"Connection: \xa0Upgrade",
        Owed::Ends,
    ),
];

const CHECK: &str = "RFC 6455 §4.1";
