//! Chapter 15: what no client sends, and attackers do: requests that two readers may read in two
//! ways, and bytes that are no requests.

use super::chapter::{Chapter, Owed, Row};
use crate::script::{Answer, OpeningScript};
use crate::{Case, Verdict};

pub(super) fn cases() -> Vec<Case> {
    let mut chapter = Chapter::new(15);
    chapter.rows(ROWS);
    for (shows, bytes) in NO_REQUESTS {
        chapter.add(shows, "RFC 9112 §2.2", move || {
            // Nothing says that the sender speaks HTTP, so no response is owed.
            let script = OpeningScript::send(bytes).expect(Answer::Ends);
            Owed::Refuses.answers(script)
        });
    }
    chapter.add("The preface of HTTP/2 is refused", "RFC 9113 §3.4", || {
        let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
        let script = OpeningScript::send(preface).expect(Answer::Ends);
        let speaks = "it sends no HTTP/1.1, as of a server that speaks HTTP/2";
        Owed::Refuses
            .answers(script)
            .or(Verdict::Informational, speaks, Answer::Waits)
    });
    chapter.cases()
}

const ROWS: &[Row] = &[
    (
        "A target with a NUL in it is refused",
        "RFC 9112 §3",
        |request| request.line("GET %PATH%?a\0b HTTP/1.1"),
        Owed::ShouldRefuse(CONTROL),
    ),
    (
        "A target with a delete in it is refused",
        "RFC 9112 §3",
        |request| request.line("GET %PATH%?a\x7fb HTTP/1.1"),
        Owed::ShouldRefuse(CONTROL),
    ),
    (
        "A target with a carriage return in it is refused",
        "RFC 9112 §2.2",
        |request| request.line("GET %PATH%?a\rb HTTP/1.1"),
        Owed::ShouldRefuse(CONTROL),
    ),
    (
        "A target with encoded line ends adds no field",
        "RFC 3986 §2.1",
        |request| {
            let request = request.without("Sec-WebSocket-Key");
            request.line("GET %PATH%?%0d%0aSec-WebSocket-Key:%20%KEY% HTTP/1.1")
        },
        Owed::Refuses,
    ),
    (
        "A method with a NUL in it is refused",
        "RFC 9110 §9.1",
        |request| request.line("GET\0 %PATH% HTTP/1.1"),
        Owed::Refuses,
    ),
    (
        "A version with a NUL behind it is refused",
        "RFC 9112 §2.3",
        |request| request.line("GET %PATH% HTTP/1.1\0"),
        Owed::Refuses,
    ),
    (
        "A name with a space in the place of its dash is another",
        "RFC 9112 §5",
        |request| {
            let request = request.without("Sec-WebSocket-Key");
            request.with("Sec-WebSocket Key: %KEY%")
        },
        Owed::Refuses,
    ),
    (
        "A name with an underscore in the place of its dash is another",
        "RFC 9110 §5.1",
        |request| {
            let request = request.without("Sec-WebSocket-Key");
            request.with("Sec_WebSocket_Key: %KEY%")
        },
        Owed::Refuses,
    ),
    (
        "A name with a space before its colon is refused beside the right one",
        "RFC 9112 §5.1",
        |request| request.with("Sec-WebSocket-Key : %KEY%"),
        Owed::Refuses400,
    ),
    (
        "A transfer coding with a space before its colon is refused",
        "RFC 9112 §5.1",
        |request| request.with("Transfer-Encoding : chunked"),
        Owed::Refuses400,
    ),
    (
        "A transfer coding with a control character before it is refused",
        "RFC 9112 §6.1",
        |request| request.with("Transfer-Encoding: \x0bchunked"),
        Owed::Refuses,
    ),
    (
        "A second head behind a line feed alone is not read as fields",
        "RFC 9112 §2.2",
        |request| {
            let request = request.without("Sec-WebSocket-Key");
            request.with("X-One: a\n\nSec-WebSocket-Key: %KEY%")
        },
        Owed::Refuses,
    ),
    (
        "The upgrade to HTTP/2 opens no WebSocket",
        "RFC 9110 §7.8",
        |request| {
            request
                .set("Upgrade: h2c")
                .set("Connection: Upgrade, HTTP2-Settings")
                .with("HTTP2-Settings: AAMAAABkAAQAAP__")
        },
        Owed::Plain,
    ),
    (
        "The first draft's handshake opens no WebSocket",
        "RFC 6455 §4.2.1",
        |request| {
            let request = request
                .without("Sec-WebSocket-Key")
                .without("Sec-WebSocket-Version");
            request
                .with(
                    "Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5\r\nSec-WebSocket-Key2: 12998 5 Y3 1",
                )
                .behind("^n:ds[4U")
        },
        Owed::Refuses,
    ),
];

/// What it shows, and the bytes.
const NO_REQUESTS: [(&str, &[u8]); 5] = [
    (
        "The first bytes of TLS are refused",
        b"\x16\x03\x01\x00\x31\x01\x00\x00\x2d\x03\x03ABCDEFGHIJKLMNOPQRSTUVWXYZ012345\
          \x00\x00\x02\x13\x01\x01\x00\x00\x02\x00\x00\r\n\r\n",
    ),
    (
        "A frame in the place of a request is refused",
        b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58\r\n\r\n",
    ),
    (
        "A line of another protocol is refused",
        b"EHLO other.example\r\n\r\n",
    ),
    (
        "A response in the place of a request is refused",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
    ),
    ("Zeros are refused", b"\0\0\0\0\0\0\0\0\r\n\r\n"),
];

const CONTROL: &str = "it takes a control character in a target";
