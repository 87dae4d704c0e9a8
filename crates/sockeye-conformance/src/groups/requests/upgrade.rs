//! Chapter 3: the field `Upgrade` (RFC 6455 §4.2.1, RFC 9110 §7.8).

use super::chapter::{Chapter, Field, Owed};
use crate::Case;

pub(super) fn cases() -> Vec<Case> {
    let mut chapter = Chapter::new(3);
    chapter.fields("Upgrade", ROWS);
    chapter.cases()
}

/// RFC 9110 §7.8: a list of protocols, and a server MAY ignore it. Without `websocket` among them
/// a request is no opening handshake.
const ROWS: &[Field] = &[
    (
        "`WebSocket` is taken for `websocket`",
        UPGRADE,
        b"Upgrade: WebSocket",
        Owed::Opens,
    ),
    (
        "`WEBSOCKET` is taken for `websocket`",
        UPGRADE,
        b"Upgrade: WEBSOCKET",
        Owed::Opens,
    ),
    (
        "White space around Upgrade means nothing",
        "RFC 9110 §5.5",
        b"Upgrade: \t websocket \t",
        Owed::Opens,
    ),
    (
        "`websocket` is found behind another protocol",
        LIST,
        b"Upgrade: h2c, websocket",
        Owed::MayRefuse(ALONE),
    ),
    (
        "`websocket` is found before another protocol",
        LIST,
        b"Upgrade: websocket, h2c",
        Owed::MayRefuse(ALONE),
    ),
    (
        "`websocket` is found behind a protocol with a version",
        LIST,
        b"Upgrade: HTTP/3.0, websocket",
        Owed::MayRefuse(ALONE),
    ),
    (
        "`websocket` is found in a second field",
        "RFC 9110 §5.3",
        b"Upgrade: h2c\r\nUpgrade: websocket",
        Owed::MayRefuse(ALONE),
    ),
    (
        "`websocket` may stand there twice",
        LIST,
        b"Upgrade: websocket\r\nUpgrade: websocket",
        Owed::MayRefuse(ALONE),
    ),
    (
        "Empty elements in Upgrade mean nothing",
        "RFC 9110 §5.6.1.2",
        b"Upgrade: , websocket,",
        Owed::Opens,
    ),
    (
        "A request without Upgrade opens no WebSocket",
        UPGRADE,
        b"",
        Owed::Plain,
    ),
    (
        "An empty Upgrade opens no WebSocket",
        UPGRADE,
        b"Upgrade:",
        Owed::Plain,
    ),
    (
        "Another protocol alone opens no WebSocket",
        UPGRADE,
        b"Upgrade: h2c",
        Owed::Plain,
    ),
    (
        "A protocol that begins like `websocket` is another",
        UPGRADE,
        b"Upgrade: websocketx",
        Owed::Plain,
    ),
    (
        "A protocol that ends like `websocket` is another",
        UPGRADE,
        b"Upgrade: xwebsocket",
        Owed::Plain,
    ),
    (
        "`websocket` in two words is another protocol",
        UPGRADE,
        b"Upgrade: web socket",
        Owed::Plain,
    ),
    (
        "`websocket` in quotes is no protocol",
        LIST,
        b"Upgrade: \"websocket\"",
        Owed::Plain,
    ),
    (
        "`websocket` with a parameter is no protocol",
        LIST,
        b"Upgrade: websocket; version=13",
        Owed::Plain,
    ),
    (
        "`websocket` with a version of its own may be another protocol",
        LIST,
        b"Upgrade: websocket/13",
        Owed::MayOpen("it takes `websocket` with a version"),
    ),
];

const UPGRADE: &str = "RFC 6455 §4.2.1";

const LIST: &str = "RFC 9110 §7.8";

const ALONE: &str = "it wants `websocket` alone in Upgrade";
