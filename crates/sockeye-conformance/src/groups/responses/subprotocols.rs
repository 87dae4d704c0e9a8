//! Chapter 26: the field `Sec-WebSocket-Protocol` of an answer.

use super::chapter::{Chapter, Owed, Row};
use crate::Case;
use crate::script::Check;

pub(super) fn cases() -> Vec<Case> {
    let mut chapter = Chapter::new(26);
    chapter.fields("", ALWAYS);
    chapter.fields_if(&offers(1), "", IF_OFFERED);
    chapter.fields_if(&offers(2), "", IF_TWO_ARE_OFFERED);
    chapter.cases()
}

/// Asks whether a client offers so many subprotocols.
fn offers(n_wanted: usize) -> Check {
    Check::new(
        move |request| match request.list("Sec-WebSocket-Protocol").len() {
            n if n >= n_wanted => Ok(()),
            0 => Err("the client offers no subprotocol".into()),
            n => Err(format!("the client offers {n} subprotocol")),
        },
    )
}

/// RFC 6455 §4.1, check 6: a subprotocol that was not requested MUST fail the connection.
const ALWAYS: &[Row] = &[
    (
        "A subprotocol that was not offered is refused",
        CHECK,
        b"Sec-WebSocket-Protocol: x-never-offered",
        Owed::Ends,
    ),
    (
        "Several subprotocols that were not offered are refused",
        CHECK,
        b"Sec-WebSocket-Protocol: x-never-offered, x-neither",
        Owed::Ends,
    ),
    (
        "A subprotocol that is no token is refused",
        CHECK,
        b"Sec-WebSocket-Protocol: x never@offered",
        Owed::Ends,
    ),
    (
        "An empty subprotocol is none that can be chosen",
        "RFC 6455 §4.3",
        b"Sec-WebSocket-Protocol:",
        Owed::MayOpen("it takes an empty field for none"),
    ),
];

const IF_OFFERED: &[Row] = &[
    (
        "The client's first subprotocol can be chosen",
        "RFC 6455 §4.2.2",
        b"Sec-WebSocket-Protocol: %SUBPROTOCOL%",
        Owed::Opens,
    ),
    (
        "White space around the subprotocol means nothing",
        "RFC 9112 §5.1",
        b"sec-websocket-protocol:\t%SUBPROTOCOL% \t",
        Owed::Opens,
    ),
    (
        "A server may choose none of the subprotocols",
        "RFC 6455 §4.2.2",
        b"",
        Owed::MayEnd("it insists on a subprotocol, as browsers do"),
    ),
    (
        "A subprotocol in the other case is another one",
        CHECK,
        b"Sec-WebSocket-Protocol: %SUBPROTOCOL_CASE%",
        Owed::Ends,
    ),
    (
        "A subprotocol that only begins as an offered one is refused",
        CHECK,
        b"Sec-WebSocket-Protocol: %SUBPROTOCOL%x",
        Owed::Ends,
    ),
    (
        "A subprotocol in quotes is refused",
        CHECK,
        b"Sec-WebSocket-Protocol: \"%SUBPROTOCOL%\"",
        Owed::Ends,
    ),
    (
        "A list of an offered subprotocol and another one is refused",
        CHECK,
        b"Sec-WebSocket-Protocol: %SUBPROTOCOL%, x-never-offered",
        Owed::Ends,
    ),
    (
        "An offered subprotocol and another one in a second field are refused",
        CHECK,
        b"Sec-WebSocket-Protocol: %SUBPROTOCOL%\r\nSec-WebSocket-Protocol: x-never-offered",
        Owed::Ends,
    ),
    (
        "The same subprotocol in two fields is once too often",
        "RFC 6455 §11.3.4",
        b"Sec-WebSocket-Protocol: %SUBPROTOCOL%\r\nSec-WebSocket-Protocol: %SUBPROTOCOL%",
        Owed::MayOpen("it takes the field twice with the same value"),
    ),
];

const IF_TWO_ARE_OFFERED: &[Row] = &[
    (
        "The client's last subprotocol can be chosen",
        "RFC 6455 §4.2.2",
        b"Sec-WebSocket-Protocol: %SUBPROTOCOL_LAST%",
        Owed::Opens,
    ),
    (
        "Two offered subprotocols in a list are no choice",
        "RFC 6455 §4.3",
        b"Sec-WebSocket-Protocol: %SUBPROTOCOL%, %SUBPROTOCOL_LAST%",
        Owed::MayOpen("it takes a list of subprotocols that it offers"),
    ),
    (
        "Two offered subprotocols in two fields are no choice",
        "RFC 6455 §11.3.4",
        b"Sec-WebSocket-Protocol: %SUBPROTOCOL%\r\nSec-WebSocket-Protocol: %SUBPROTOCOL_LAST%",
        Owed::MayOpen("it takes two fields with subprotocols that it offers"),
    ),
];

const CHECK: &str = "RFC 6455 §4.1";
