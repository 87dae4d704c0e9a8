//! Chapter 23: the field `Upgrade` of an answer.

use super::chapter::{Chapter, Owed, Row};
use crate::Case;

pub(super) fn cases() -> Vec<Case> {
    let mut chapter = Chapter::new(23);
    chapter.fields("Upgrade", ROWS);
    chapter.cases()
}

/// RFC 6455 §4.1, check 2: a field that is missing or has another value MUST fail the connection.
const ROWS: &[Row] = &[
    (
        "`WebSocket` is taken for `websocket`",
        CHECK,
        b"Upgrade: WebSocket",
        Owed::Opens,
    ),
    (
        "`WEBSOCKET` is taken for `websocket`",
        CHECK,
        b"Upgrade: WEBSOCKET",
        Owed::Opens,
    ),
    (
        "The name of Upgrade is taken in any case",
        "RFC 9110 §5.1",
        b"uPGRADE: websocket",
        Owed::Opens,
    ),
    (
        "White space around the value of Upgrade means nothing",
        "RFC 9112 §5.1",
        b"Upgrade: \t websocket\t ",
        Owed::Opens,
    ),
    (
        "An empty element beside `websocket` means nothing",
        "RFC 9110 §5.6.1.2",
        b"Upgrade: websocket,",
        Owed::MayEnd("it takes the value as one word, not as a list"),
    ),
    (
        "An answer without Upgrade is refused",
        CHECK,
        b"",
        Owed::Ends,
    ),
    (
        "An answer with an empty Upgrade is refused",
        CHECK,
        b"Upgrade:",
        Owed::Ends,
    ),
    (
        "An upgrade to another protocol is refused",
        CHECK,
        b"Upgrade: h2c",
        Owed::Ends,
    ),
    (
        "A value that only begins with `websocket` is refused",
        CHECK,
        b"Upgrade: websocketx",
        Owed::Ends,
    ),
    (
        "A value that only ends in `websocket` is refused",
        CHECK,
        b"Upgrade: xwebsocket",
        Owed::Ends,
    ),
    (
        "`web socket` is refused",
        CHECK,
        b"Upgrade: web socket",
        Owed::Ends,
    ),
    (
        "`websocket` with a version is refused",
        CHECK,
        b"Upgrade: websocket/13",
        Owed::Ends,
    ),
    (
        "`websocket` in quotes is refused",
        CHECK,
        b"Upgrade: \"websocket\"",
        Owed::Ends,
    ),
    (
        "A no-break space around the value is not white space",
        CHECK,
        b"Upgrade: \xa0websocket\xa0",
        Owed::Ends,
    ),
    (
        "A list with another protocol behind `websocket` is refused",
        CHECK,
        b"Upgrade: websocket, h2c",
        Owed::Ends,
    ),
    (
        "A list with another protocol before `websocket` is refused",
        CHECK,
        b"Upgrade: h2c, websocket",
        Owed::Ends,
    ),
    (
        "A second Upgrade with another protocol is refused",
        CHECK,
        b"Upgrade: websocket\r\nUpgrade: h2c",
        Owed::Ends,
    ),
    (
        "A first Upgrade with another protocol is refused",
        CHECK,
        b"Upgrade: h2c\r\nUpgrade: websocket",
        Owed::Ends,
    ),
    (
        "Upgrade twice is no upgrade to one protocol",
        CHECK,
        b"Upgrade: websocket\r\nUpgrade: websocket",
        Owed::MayOpen("it takes the field twice with the same value"),
    ),
];

const CHECK: &str = "RFC 6455 §4.1";
