//! Chapter 25: the field `Sec-WebSocket-Accept` of an answer.

use super::chapter::{Chapter, Owed, Row};
use crate::Case;

pub(super) fn cases() -> Vec<Case> {
    let mut chapter = Chapter::new(25);
    chapter.fields("Sec-WebSocket-Accept", ROWS);
    chapter.cases()
}

/// RFC 6455 §4.1, check 4: a field that is missing or has another value than the one that answers
/// the key, white space around it apart, MUST fail the connection.
const ROWS: &[Row] = &[
    (
        "The name of Sec-WebSocket-Accept is taken in any case",
        "RFC 9110 §5.1",
        b"sec-websocket-ACCEPT: %ACCEPT%",
        Owed::Opens,
    ),
    (
        "White space around the accept value means nothing",
        CHECK,
        b"Sec-WebSocket-Accept: \t %ACCEPT% \t ",
        Owed::Opens,
    ),
    (
        "The accept value may stand right behind the colon",
        "RFC 9112 §5.1",
        b"Sec-WebSocket-Accept:%ACCEPT%",
        Owed::Opens,
    ),
    (
        "An answer without Sec-WebSocket-Accept is refused",
        CHECK,
        b"",
        Owed::Ends,
    ),
    (
        "An empty accept value is refused",
        CHECK,
        b"Sec-WebSocket-Accept:",
        Owed::Ends,
    ),
    (
        "The accept value of another key is refused",
        CHECK,
        b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
        Owed::Ends,
    ),
    (
        "The key itself is refused",
        CHECK,
        b"Sec-WebSocket-Accept: %KEY%",
        Owed::Ends,
    ),
    (
        "The digest of the key without the GUID is refused",
        CHECK,
        b"Sec-WebSocket-Accept: %ACCEPT_KEY%",
        Owed::Ends,
    ),
    (
        "The digest in hexadecimal digits is refused",
        CHECK,
        b"Sec-WebSocket-Accept: %ACCEPT_HEX%",
        Owed::Ends,
    ),
    (
        "An accept value without its padding is refused",
        CHECK,
        b"Sec-WebSocket-Accept: %ACCEPT_CUT%",
        Owed::Ends,
    ),
    (
        "An accept value with a character too many is refused",
        CHECK,
        b"Sec-WebSocket-Accept: %ACCEPT%=",
        Owed::Ends,
    ),
    (
        "An accept value in the other case is refused",
        CHECK,
        b"Sec-WebSocket-Accept: %ACCEPT_CASE%",
        Owed::Ends,
    ),
    (
        "An accept value in quotes is refused",
        CHECK,
        b"Sec-WebSocket-Accept: \"%ACCEPT%\"",
        Owed::Ends,
    ),
    (
        "An accept value with a parameter is refused",
        CHECK,
        b"Sec-WebSocket-Accept: %ACCEPT%; a=b",
        Owed::Ends,
    ),
    (
        "A no-break space before the accept value is not white space",
        CHECK,
        b"Sec-WebSocket-Accept: \xa0%ACCEPT%",
        Owed::Ends,
    ),
    (
        "The accept value twice in one field is refused",
        CHECK,
        b"Sec-WebSocket-Accept: %ACCEPT%, %ACCEPT%",
        Owed::Ends,
    ),
    (
        "A second, wrong accept value is refused",
        CHECK,
        b"Sec-WebSocket-Accept: %ACCEPT%\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
        Owed::Ends,
    ),
    (
        "A first, wrong accept value is refused",
        CHECK,
        b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Accept: %ACCEPT%",
        Owed::Ends,
    ),
    (
        "The right accept value in two fields is once too often",
        "RFC 6455 §11.3.3",
        b"Sec-WebSocket-Accept: %ACCEPT%\r\nSec-WebSocket-Accept: %ACCEPT%",
        Owed::MayOpen("it takes the field twice with the same value"),
    ),
    (
        "The accept value in a field of another name is none",
        CHECK,
        b"Sec-WebSocket-Accepted: %ACCEPT%\r\nX-Sec-WebSocket-Accept: %ACCEPT%",
        Owed::Ends,
    ),
];

const CHECK: &str = "RFC 6455 §4.1";
