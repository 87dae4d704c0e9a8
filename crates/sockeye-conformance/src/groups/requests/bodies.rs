//! Chapter 10: requests with bodies, and requests behind requests (RFC 9112 §6, §9.3).
//!
//! A body belongs to its request: whoever takes it for frames, or for the next request, reads
//! something else than the proxy before it.

use super::chapter::{Chapter, IT_OPENS, NO_RESPONSE, Owed, Row};
use super::request::Request;
use crate::script::{Answer, OpeningScript};
use crate::{Case, Verdict};

pub(super) fn cases() -> Vec<Case> {
    let mut chapter = Chapter::new(10);
    chapter.rows(ROWS);
    for (shows, section, statuses, fields) in AMBIGUOUS {
        chapter.add(shows, section, move || {
            let request = Request::valid().with(fields).behind("0\r\n\r\n");
            refuses_for_good(request.script(), statuses)
        });
    }
    for (shows, change) in REFUSED {
        chapter.add(shows, "RFC 6455 §4.2.1", move || {
            refuses_once(change(Request::valid()).behind(SECOND).script())
        });
    }
    chapter.add(
        "A request right behind a request that opens is never answered",
        "RFC 9110 §7.8",
        || {
            let script = Request::valid().behind(SECOND).script().quiet();
            let reason = "it refuses what comes before its 101";
            script
                .expect(Answer::Upgrades)
                .or(Verdict::Informational, reason, Answer::RefusesOnce(&[]))
                .or(Verdict::NonStrict, NO_RESPONSE, Answer::Ends)
        },
    );
    chapter.cases()
}

const ROWS: &[Row] = &[
    (
        "A Content-Length of 0 is no body",
        LENGTH,
        |request| request.with("Content-Length: 0"),
        Owed::MayRefuse("it refuses a length even of nothing"),
    ),
    (
        "A request with a body is refused",
        GET,
        |request| request.with("Content-Length: 5").behind("Hello"),
        Owed::MayOpen(BODY),
    ),
    (
        "A request with a body that looks like a frame is refused",
        GET,
        |request| {
            let frame = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
            request.with("Content-Length: 11").behind(frame)
        },
        Owed::MayOpen(BODY),
    ),
    (
        "A request with a body in chunks is refused",
        GET,
        |request| {
            let request = request.with("Transfer-Encoding: chunked");
            request.behind("5\r\nHello\r\n0\r\n\r\n")
        },
        Owed::MayOpen(BODY),
    ),
    (
        "A request with an empty body in chunks is refused",
        GET,
        |request| {
            let request = request.with("Transfer-Encoding: chunked");
            request.behind("0\r\n\r\n")
        },
        Owed::MayOpen(BODY),
    ),
    (
        "The same Content-Length twice may be refused",
        LENGTH,
        |request| request.with("Content-Length: 0, 0"),
        Owed::MayOpen("it takes a length that is written twice"),
    ),
    (
        "An expectation of 100 is no hindrance",
        "RFC 9110 §10.1.1",
        |request| request.with("Expect: 100-continue"),
        Owed::MayRefuse("it refuses an expectation without a body"),
    ),
    (
        "An expectation that nobody knows may be refused",
        "RFC 9110 §10.1.1",
        |request| request.with("Expect: the unexpected"),
        Owed::MayRefuse("it refuses an expectation that it does not know"),
    ),
];

/// RFC 9112 §6.1, §6.3: requests whose end is in doubt MUST be the last of their connection.
const AMBIGUOUS: [(&str, &str, &[u16], &str); 9] = [
    (
        "Content-Length and chunks at once end the connection",
        "RFC 9112 §6.1",
        &[400],
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
    ),
    (
        "A transfer coding that is not chunked ends the connection",
        LENGTH,
        &[400, 501],
        "Transfer-Encoding: gzip",
    ),
    (
        "A transfer coding behind chunked ends the connection",
        LENGTH,
        &[400, 501],
        "Transfer-Encoding: chunked, gzip",
    ),
    (
        "A transfer coding that nobody knows ends the connection",
        LENGTH,
        &[400, 501],
        "Transfer-Encoding: xchunked",
    ),
    (
        "A Content-Length that is no number ends the connection",
        LENGTH,
        &[400],
        "Content-Length: five",
    ),
    (
        "A Content-Length with a plus sign ends the connection",
        LENGTH,
        &[400],
        "Content-Length: +5",
    ),
    (
        "A Content-Length below 0 ends the connection",
        LENGTH,
        &[400],
        "Content-Length: -5",
    ),
    (
        "A Content-Length beyond 64 bits ends the connection",
        LENGTH,
        // A number it is, and a body this long may be refused as such.
        &[400, 413],
        "Content-Length: 18446744073709551621",
    ),
    (
        "Two values of Content-Length that differ end the connection",
        LENGTH,
        &[400],
        "Content-Length: 5\r\nContent-Length: 0",
    ),
];

fn refuses_for_good(script: OpeningScript, statuses: &'static [u16]) -> OpeningScript {
    let other_status = "it refuses with another status than the standard says";
    script
        .expect(Answer::RefusesOnce(statuses))
        .or(Verdict::NonStrict, other_status, Answer::RefusesOnce(&[]))
        .or(Verdict::NonStrict, NO_RESPONSE, Answer::Ends)
}

type Change = fn(Request) -> Request;

/// What it shows, and why the first request is refused.
const REFUSED: [(&str, Change); 4] = [
    (
        "A request right behind one with another version is never answered",
        |request| request.set("Sec-WebSocket-Version: 99"),
    ),
    (
        "A request right behind one without a key is never answered",
        |request| request.without("Sec-WebSocket-Key"),
    ),
    (
        "A request right behind one with POST is never answered",
        |request| request.line("POST %PATH% HTTP/1.1"),
    ),
    (
        "A request right behind one with a malformed field is never answered",
        |request| request.with("X-Space : a"),
    ),
];

/// RFC 9112 §9.3 lets a server go on with the next request. A proxy that has begun to tunnel does
/// not look at that one any more.
fn refuses_once(script: OpeningScript) -> OpeningScript {
    let goes_on = "it goes on with the request behind the one it refuses";
    script
        .expect(Answer::RefusesOnce(&[]))
        .or(Verdict::Informational, goes_on, Answer::Refuses(&[]))
        .or(Verdict::Informational, IT_OPENS, Answer::Upgrades)
        .or(Verdict::NonStrict, NO_RESPONSE, Answer::Ends)
}

const SECOND: &str = "GET %PATH% HTTP/1.1\r\nHost: %HOST%\r\n\r\n";

const LENGTH: &str = "RFC 9112 §6.3";

const GET: &str = "RFC 9110 §9.3.1";

const BODY: &str = "it takes a request with a body";
