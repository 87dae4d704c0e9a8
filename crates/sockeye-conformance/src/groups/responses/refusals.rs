//! Chapter 30: refusals with bodies, which may hide something or never end.
//!
//! RFC 9112 §6.3 says where a body ends; a client that refuses anyway need not read it.

use std::time::Duration;

use super::chapter::{Chapter, Owed};
use super::response::Response;
use crate::script::{Answer, OpeningScript, Piece};
use crate::{Case, Verdict};

pub(super) fn cases() -> Vec<Case> {
    let mut chapter = Chapter::new(30);
    for &(shows, lines, body) in BODIES {
        chapter.add(shows, BODY, Owed::Ends, move || {
            OpeningScript::send(Response::refusal(lines).then(body)).quiet()
        });
    }
    for &(shows, lines, body) in ENDED {
        chapter.add(shows, BODY, Owed::Ends, move || {
            let answer = Piece::Send(Response::refusal(lines).then(body));
            OpeningScript::pieces(vec![answer, Piece::HalfClose]).quiet()
        });
    }
    for &(shows, lines) in HIDING {
        chapter.add(shows, "RFC 6455 §4.1", Owed::Ends, move || {
            let hidden = Response::valid().then(b"%MESSAGE%");
            let answer = Response::refusal(lines).then(&hidden);
            OpeningScript::pieces(vec![Piece::Send(answer), Piece::HalfClose]).quiet()
        });
    }
    let shows = "A refusal has a body of 1 MiB";
    chapter.add(shows, BODY, Owed::Ends, || {
        let head = Response::refusal(b"HTTP/1.1 500 Oops\r\nContent-Length: 1048576");
        OpeningScript::send(head.then(&b"x".repeat(1024 * 1024))).quiet()
    });
    for &(shows, lines, unit) in ENDLESS {
        chapter.add(shows, BODY, Owed::Ends, move || {
            let head = Piece::Send(Response::refusal(lines).bytes());
            let body = Piece::Repeat(unit.to_vec(), 32 * 1024 * 1024 / unit.len());
            or_waits(OpeningScript::pieces(vec![head, body]).quiet())
        });
    }
    for &(shows, lines, body) in SILENT {
        chapter.add(shows, BODY, Owed::Ends, move || {
            let script = OpeningScript::send(Response::refusal(lines).then(body));
            or_waits(script.quiet().patience(Duration::from_secs(22)))
        });
    }
    chapter.cases()
}

fn or_waits(script: OpeningScript) -> OpeningScript {
    let why = "it waits for the end of the body, as long as that takes";
    script.or(Verdict::Informational, why, Answer::Waits)
}

/// The lines of a head, and a body that is whole.
const BODIES: &[(&str, &[u8], &[u8])] = &[
    (
        "A refusal has a body of a known length",
        b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: 5",
        b"hello",
    ),
    (
        "A refusal has a body in chunks",
        b"HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked",
        b"5\r\nhello\r\n6;a=b\r\n world\r\n0\r\n\r\n",
    ),
    (
        "A refusal has a body in chunks with a trailer",
        b"HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\nTrailer: X-A",
        b"5\r\nhello\r\n0\r\nX-A: b\r\n\r\n",
    ),
    (
        "A refusal has a longer body than it says",
        b"HTTP/1.1 403 Forbidden\r\nContent-Length: 5",
        b"hello, and much more than that",
    ),
    (
        "A refusal that can have no body has one",
        b"HTTP/1.1 204 No Content",
        b"hello",
    ),
];

/// The same, with an end of the connection that a body ends with or is cut by.
const ENDED: &[(&str, &[u8], &[u8])] = &[
    (
        "A refusal has a body up to the end of the connection",
        b"HTTP/1.1 403 Forbidden\r\nConnection: close",
        b"hello",
    ),
    (
        "A refusal of HTTP/1.0 has a body up to the end of the connection",
        b"HTTP/1.0 403 Forbidden",
        b"hello",
    ),
    (
        "A refusal has a shorter body than it says",
        b"HTTP/1.1 403 Forbidden\r\nContent-Length: 5000",
        b"hello",
    ),
    (
        "A refusal ends within a chunk",
        b"HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked",
        b"ff\r\nhello",
    ),
    (
        "A refusal has a chunk of a size that is no number",
        b"HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked",
        b"size\r\nhello\r\n0\r\n\r\n",
    ),
    (
        "A refusal has a chunk of a size that cannot be counted",
        b"HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked",
        b"fffffffffffffffffffff\r\nhello\r\n0\r\n\r\n",
    ),
    (
        "A refusal has a length that is no number",
        b"HTTP/1.1 403 Forbidden\r\nContent-Length: -5",
        b"hello",
    ),
    (
        "A refusal has two lengths that differ",
        b"HTTP/1.1 403 Forbidden\r\nContent-Length: 5\r\nContent-Length: 6",
        b"hello",
    ),
    (
        "A refusal has a length and chunks",
        b"HTTP/1.1 403 Forbidden\r\nContent-Length: 5\r\nTransfer-Encoding: chunked",
        b"5\r\nhello\r\n0\r\n\r\n",
    ),
    (
        "A refusal has a body that is not what its coding says",
        b"HTTP/1.1 403 Forbidden\r\nContent-Encoding: gzip\r\nContent-Length: 5",
        b"hello",
    ),
];

/// With a 101 behind, as a body or as another answer.
const HIDING: &[(&str, &[u8])] = &[
    (
        "A 101 in the body of a refusal is no answer",
        b"HTTP/1.1 403 Forbidden\r\nContent-Length: 200",
    ),
    (
        "A 101 in a body up to the end of the connection is no answer",
        b"HTTP/1.1 403 Forbidden",
    ),
    (
        "A 101 behind a refusal without a body is no answer",
        b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0",
    ),
    (
        "A 101 behind a 204 is no answer",
        b"HTTP/1.1 204 No Content",
    ),
    (
        "A 101 behind a redirection is no answer",
        b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0",
    ),
    (
        "A 101 behind a 200 that has the fields of one is no answer",
        b"HTTP/1.1 200 OK\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 0",
    ),
];

const ENDLESS: &[(&str, &[u8], &[u8])] = &[
    (
        "A refusal has a body without end",
        b"HTTP/1.1 403 Forbidden\r\nConnection: close",
        b"xxxxxxxxxxxxxxxx",
    ),
    (
        "A refusal has chunks without end",
        b"HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked",
        b"9\r\nxxxxxxxxx\r\n",
    ),
];

/// Bodies that never come to their end; the connection stays.
const SILENT: &[(&str, &[u8], &[u8])] = &[(
    "The body of a refusal does not come to its end",
    b"HTTP/1.1 403 Forbidden\r\nContent-Length: 5000",
    b"hello",
)];

const BODY: &str = "RFC 9112 §6.3";
