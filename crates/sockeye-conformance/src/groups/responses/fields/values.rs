//! Names and values of fields (RFC 9110 §5, RFC 9112 §5.1).

use crate::groups::responses::chapter::{Chapter, Owed, Row};
use crate::groups::responses::response::Response;

pub(super) fn add(chapter: &mut Chapter) {
    chapter.fields("", UNNEEDED);
    chapter.fields("Upgrade", NEEDED);
    let shows = "The order of fields means nothing";
    chapter.add(shows, "RFC 9110 §5.3", Owed::Opens, || {
        let others = b"Connection: Upgrade\r\nUpgrade: websocket";
        let response = Response::valid().without("Upgrade").without("Connection");
        response.with(others).script()
    });
    let shows = "All lines are without white space behind the colon";
    chapter.add(shows, "RFC 9112 §5.1", Owed::Opens, || {
        let lines = b"Upgrade:websocket\r\nConnection:Upgrade\r\nSec-WebSocket-Accept:%ACCEPT%";
        Response::refusal(b"HTTP/1.1 101 Switching Protocols")
            .with(lines)
            .script()
    });
}

/// Behind all that a 101 needs.
const UNNEEDED: &[Row] = &[
    (
        "Fields that servers and proxies add mean nothing",
        FIELDS,
        b"Server: nginx\r\nDate: Wed, 25 Nov 2026 15:00:00 GMT\r\nVia: 1.1 a, 1.1 b\r\n\
        Set-Cookie: a=b; Path=/\r\nSet-Cookie: c=d\r\nCache-Control: no-cache\r\nVary: Origin",
        Owed::Opens,
    ),
    (
        "A field that nobody knows means nothing",
        FIELDS,
        b"X-Unknown: y",
        Owed::Opens,
    ),
    (
        "A field of the WebSocket protocol that no 101 needs means nothing",
        FIELDS,
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Location: ws://127.0.0.1/",
        Owed::Opens,
    ),
    (
        "A value may be empty",
        VALUE,
        b"X-A:\r\nX-B: \r\nX-C:\t",
        Owed::Opens,
    ),
    (
        "A value may have tabs, colons and quotes within",
        VALUE,
        b"X-A: a\tb: \"c, d\" (e) ;=\\",
        Owed::Opens,
    ),
    (
        "A name may have every character of a token",
        FIELDS,
        b"!#$%&'*+-.^_`|~09azAZ: x",
        Owed::Opens,
    ),
    (
        "A value may have bytes above 127",
        VALUE,
        b"X-A: caf\xe9 \xff\x80\xfe",
        Owed::ShouldOpen("it refuses bytes above 127 (SHOULD be taken as they are)"),
    ),
    (
        "A value may have UTF-8",
        VALUE,
        b"X-A: caf\xc3\xa9 \xf0\x9f\x90\x9f",
        Owed::ShouldOpen("it refuses bytes above 127 (SHOULD be taken as they are)"),
    ),
    (
        "A zero byte is in a value",
        VALUE,
        b"X-A: b\0c",
        Owed::MayOpen("it takes a zero byte, or puts a space in its place"),
    ),
    (
        "A control character is in a value",
        VALUE,
        b"X-A: b\x01c",
        Owed::MayOpen("it takes a control character in a value"),
    ),
    (
        "A delete character is in a value",
        VALUE,
        b"X-A: b\x7fc",
        Owed::MayOpen("it takes a control character in a value"),
    ),
    (
        "A vertical tab and a form feed are in a value",
        VALUE,
        b"X-A: b\x0bc\x0cd",
        Owed::MayOpen("it takes a control character in a value"),
    ),
    (
        "A space is before the colon",
        NAME,
        b"X-A : b",
        Owed::MayOpen("it takes white space before the colon"),
    ),
    (
        "A tab is before the colon",
        NAME,
        b"X-A\t: b",
        Owed::MayOpen("it takes white space before the colon"),
    ),
    (
        "A space is in a name",
        NAME,
        b"X A: b",
        Owed::MayOpen("it takes a name that is no token"),
    ),
    (
        "A parenthesis is in a name",
        NAME,
        b"X(A): b",
        Owed::MayOpen("it takes a name that is no token"),
    ),
    (
        "A byte above 127 is in a name",
        NAME,
        b"X-\xe9: b",
        Owed::MayOpen("it takes a name that is no token"),
    ),
    (
        "A zero byte is in a name",
        NAME,
        b"X-\0A: b",
        Owed::MayOpen("it takes a name that is no token"),
    ),
    (
        "A name is empty",
        NAME,
        b": b",
        Owed::MayOpen("it takes a field without a name"),
    ),
    (
        "A line has no colon",
        NAME,
        b"no field at all",
        Owed::MayOpen("it takes a line without a colon"),
    ),
];

/// In the place of Upgrade: whatever a client makes of these, it must not be `websocket`.
const NEEDED: &[Row] = &[
    (
        "Upgrade with a space before the colon",
        NAME,
        b"Upgrade : websocket",
        Owed::MayOpen("it takes white space before the colon"),
    ),
    (
        "Upgrade with an equals sign in the place of the colon is refused",
        NAME,
        b"Upgrade= websocket",
        Owed::Ends,
    ),
    (
        "Upgrade with a zero byte in its value is refused",
        VALUE,
        b"Upgrade: web\0socket",
        Owed::Ends,
    ),
    (
        "Upgrade with a zero byte and more behind its value is refused",
        VALUE,
        b"Upgrade: websocket\0x",
        Owed::Ends,
    ),
    (
        "Upgrade with a zero byte in its name is refused",
        NAME,
        b"Upgrade\0: websocket",
        Owed::Ends,
    ),
];

const FIELDS: &str = "RFC 9110 §5.1";

const VALUE: &str = "RFC 9110 §5.5";

const NAME: &str = "RFC 9112 §5.1";
