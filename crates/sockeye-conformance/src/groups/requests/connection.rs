//! Chapter 4: the field `Connection` (RFC 6455 §4.2.1, RFC 9110 §7.6.1).

use super::chapter::{Chapter, Field, Owed, Row};
use crate::Case;

pub(super) fn cases() -> Vec<Case> {
    let mut chapter = Chapter::new(4);
    chapter.fields("Connection", FIELDS);
    chapter.rows(ROWS);
    chapter.cases()
}

/// RFC 9110 §7.8: an Upgrade that no connection option names is for somebody else.
const FIELDS: &[Field] = &[
    (
        "`upgrade` is taken for `Upgrade`",
        CONNECTION,
        b"Connection: upgrade",
        Owed::Opens,
    ),
    (
        "`UPGRADE` is taken for `Upgrade`",
        CONNECTION,
        b"Connection: UPGRADE",
        Owed::Opens,
    ),
    (
        "`Upgrade` is found behind `keep-alive`, as Firefox writes it",
        CONNECTION,
        b"Connection: keep-alive, Upgrade",
        Owed::Opens,
    ),
    (
        "`Upgrade` is found before `keep-alive`",
        CONNECTION,
        b"Connection: Upgrade, keep-alive",
        Owed::Opens,
    ),
    (
        "Elements of a list need no space between them",
        LIST,
        b"Connection: keep-alive,Upgrade",
        Owed::Opens,
    ),
    (
        "Elements of a list may have spaces around them",
        LIST,
        b"Connection:   keep-alive  ,  Upgrade  ",
        Owed::Opens,
    ),
    (
        "Elements of a list may have tabs around them",
        LIST,
        b"Connection:\tkeep-alive\t,\tUpgrade\t",
        Owed::Opens,
    ),
    (
        "Empty elements in Connection mean nothing",
        LIST,
        b"Connection: ,, keep-alive, , Upgrade,",
        Owed::Opens,
    ),
    (
        "`Upgrade` is found in a second field",
        "RFC 9110 §5.3",
        b"Connection: keep-alive\r\nConnection: Upgrade",
        Owed::Opens,
    ),
    (
        "`Upgrade` is found in the first of two fields",
        "RFC 9110 §5.3",
        b"Connection: Upgrade\r\nConnection: keep-alive",
        Owed::Opens,
    ),
    (
        "`Upgrade` may stand there twice",
        LIST,
        b"Connection: Upgrade, upgrade",
        Owed::Opens,
    ),
    (
        "Options that nobody knows mean nothing",
        LIST,
        b"Connection: x-one, x-two, Upgrade",
        Owed::Opens,
    ),
    (
        "`close` beside `Upgrade` is about plain HTTP",
        "RFC 9112 §9.6",
        b"Connection: close, Upgrade",
        Owed::MayRefuse("it takes `close` for a wish not to upgrade"),
    ),
    (
        "A request without Connection opens no WebSocket",
        CONNECTION,
        b"",
        Owed::Plain,
    ),
    (
        "An empty Connection opens no WebSocket",
        CONNECTION,
        b"Connection:",
        Owed::Plain,
    ),
    (
        "`keep-alive` alone opens no WebSocket",
        CONNECTION,
        b"Connection: keep-alive",
        Owed::Plain,
    ),
    (
        "An option that ends like `upgrade` is another",
        CONNECTION,
        b"Connection: notupgrade",
        Owed::Plain,
    ),
    (
        "An option that begins like `upgrade` is another",
        CONNECTION,
        b"Connection: Upgrade-Insecure-Requests",
        Owed::Plain,
    ),
    (
        "`Upgrade` in quotes is no option",
        LIST,
        b"Connection: \"Upgrade\"",
        Owed::Plain,
    ),
    (
        "`Upgrade` with a parameter is no option",
        LIST,
        b"Connection: Upgrade;q=1",
        Owed::Plain,
    ),
    (
        "Elements of a list without a comma between them are no list",
        LIST,
        b"Connection: keep-alive Upgrade",
        Owed::Plain,
    ),
];

const ROWS: &[Row] = &[(
    "A request without Upgrade and Connection opens no WebSocket",
    CONNECTION,
    |request| request.without("Upgrade").without("Connection"),
    Owed::Plain,
)];

const CONNECTION: &str = "RFC 6455 §4.2.1";

const LIST: &str = "RFC 9110 §5.6.1";
