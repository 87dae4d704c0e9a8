//! Chapter 32: the field `Sec-WebSocket-Extensions` in an answer to a client that does not offer
//! what is in it.
//!
//! What may be agreed on and how is another group's.

use super::chapter::{Chapter, Owed, Row};
use crate::Case;
use crate::script::Check;

pub(super) fn cases() -> Vec<Case> {
    let mut chapter = Chapter::new(32);
    chapter.fields("", ROWS);
    let not_offered = Check::new(|request| {
        let offers = request.list("Sec-WebSocket-Extensions");
        let is_deflate = |offer: &String| offer.starts_with("permessage-deflate");
        match offers.iter().any(is_deflate) {
            true => Err("the client offers permessage-deflate".into()),
            false => Ok(()),
        }
    });
    chapter.fields_if(&not_offered, "", IF_NOT_OFFERED);
    chapter.cases()
}

/// RFC 6455 §4.1, check 5: an extension that was not requested MUST fail the connection, and so
/// MUST one that is not in form (§9.1).
const ROWS: &[Row] = &[
    (
        "An extension that was not offered is refused",
        CHECK,
        b"Sec-WebSocket-Extensions: x-never-offered",
        Owed::Ends,
    ),
    (
        "An extension with parameters that was not offered is refused",
        CHECK,
        b"Sec-WebSocket-Extensions: x-never-offered; a; b=1; c=\"2\"",
        Owed::Ends,
    ),
    (
        "Several extensions that were not offered are refused",
        CHECK,
        b"Sec-WebSocket-Extensions: x-never-offered\r\nSec-WebSocket-Extensions: x-neither",
        Owed::Ends,
    ),
    (
        "The name of the field is read in any case",
        "RFC 9110 §5.1",
        b"sec-websocket-EXTENSIONS: x-never-offered",
        Owed::Ends,
    ),
    (
        "The older name of a compression is not what is offered today",
        CHECK,
        b"Sec-WebSocket-Extensions: x-webkit-deflate-frame",
        Owed::Ends,
    ),
    (
        "An extension without a name is refused",
        GRAMMAR,
        b"Sec-WebSocket-Extensions: ; a=1",
        Owed::Ends,
    ),
    (
        "An extension of two words is refused",
        GRAMMAR,
        b"Sec-WebSocket-Extensions: x never offered",
        Owed::Ends,
    ),
    (
        "A quote that does not end is refused",
        GRAMMAR,
        b"Sec-WebSocket-Extensions: x-never-offered; a=\"1",
        Owed::Ends,
    ),
    (
        "Bytes above 127 are no extension",
        GRAMMAR,
        b"Sec-WebSocket-Extensions: \xe9\xff",
        Owed::Ends,
    ),
    (
        "A list without an element is not in form",
        GRAMMAR,
        b"Sec-WebSocket-Extensions:",
        Owed::Ends,
    ),
    (
        "A list of empty elements is not in form",
        GRAMMAR,
        b"Sec-WebSocket-Extensions: , ,",
        Owed::Ends,
    ),
];

const IF_NOT_OFFERED: &[Row] = &[
    (
        "permessage-deflate without an offer is refused",
        CHECK,
        b"Sec-WebSocket-Extensions: permessage-deflate",
        Owed::Ends,
    ),
    (
        "permessage-deflate with parameters and without an offer is refused",
        CHECK,
        b"Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; \
        server_max_window_bits=10",
        Owed::Ends,
    ),
];

const CHECK: &str = "RFC 6455 §4.1";

const GRAMMAR: &str = "RFC 6455 §9.1";
