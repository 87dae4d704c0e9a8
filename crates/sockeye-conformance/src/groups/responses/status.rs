//! Chapter 22: the status line of an answer, and the answers before the last one.

mod interim;
mod line;

use super::chapter::{Chapter, Owed};
use super::response::Response;
use crate::Case;
use crate::script::{OpeningScript, Piece};

pub(super) fn cases() -> Vec<Case> {
    let mut chapter = Chapter::new(22);
    line::add(&mut chapter);
    interim::add(&mut chapter);
    for &(status, fields) in REFUSALS {
        let shows = format!("{status} is no WebSocket");
        chapter.add(&shows, "RFC 6455 §4.1", Owed::Ends, move || {
            let head = format!("HTTP/1.1 {status}\r\n{fields}Content-Length: 0");
            Response::refusal(head.as_bytes()).script()
        });
    }
    for status in DISGUISED {
        let shows = format!("{status} is no WebSocket, though all fields of a 101 are there");
        chapter.add(&shows, "RFC 6455 §4.1", Owed::Ends, move || {
            let line = format!("HTTP/1.1 {status}");
            let response = Response::valid().status(line.as_bytes());
            response.with(b"Content-Length: 0").script()
        });
    }
    for &(what, bytes) in OTHERS {
        let shows = format!("{what} is no answer");
        chapter.add(&shows, "RFC 9112 §2.1", Owed::Ends, move || {
            // Nothing more comes, so that a client need not wait for the end of a line.
            let pieces = vec![Piece::Send(bytes.to_vec()), Piece::HalfClose];
            OpeningScript::pieces(pieces).quiet()
        });
    }
    chapter.cases()
}

/// Statuses, and lines that go with them. RFC 6455 §4.1: a client handles them as HTTP says, and
/// need not follow a redirection.
const REFUSALS: &[(&str, &str)] = &[
    ("200 OK", ""),
    ("204 No Content", ""),
    ("301 Moved Permanently", "Location: /elsewhere\r\n"),
    ("302 Found", "Location: /elsewhere\r\n"),
    ("307 Temporary Redirect", "Location: /elsewhere\r\n"),
    ("308 Permanent Redirect", ""),
    ("304 Not Modified", ""),
    ("400 Bad Request", ""),
    (
        "401 Unauthorized",
        "WWW-Authenticate: Basic realm=\"x\"\r\n",
    ),
    ("403 Forbidden", ""),
    ("404 Not Found", ""),
    (
        "407 Proxy Authentication Required",
        "Proxy-Authenticate: Basic realm=\"x\"\r\n",
    ),
    (
        "426 Upgrade Required",
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 8, 7\r\n",
    ),
    ("429 Too Many Requests", "Retry-After: 1\r\n"),
    ("500 Internal Server Error", ""),
    ("503 Service Unavailable", "Retry-After: 1\r\n"),
    ("999 Of Its Own", ""),
];

/// Statuses that come with all fields of a 101.
const DISGUISED: [&str; 5] = [
    "200 OK",
    "201 Created",
    "302 Found",
    "403 Forbidden",
    "500 Internal Server Error",
];

/// What is not HTTP/1.1 at all.
const OTHERS: &[(&str, &[u8])] = &[
    ("A line of another protocol", b"SSH-2.0-OpenSSH_9.2\r\n"),
    ("A TLS alert", b"\x15\x03\x01\x00\x02\x02\x28"),
    ("A frame without a head", b"\x81\x17Is this WebSocket open?"),
    (
        "A page of HTTP/0.9",
        b"<html><body>hello</body></html>\r\n\r\n",
    ),
    (
        "The preface of HTTP/2",
        b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80",
    ),
    (
        "A request instead of an answer",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Accept: %ACCEPT%\r\n\r\n",
    ),
    ("Nothing but an empty line", b"\r\n\r\n"),
    ("A row of zeros", &[0; 512]),
];
