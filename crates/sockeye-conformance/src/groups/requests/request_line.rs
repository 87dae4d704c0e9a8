//! Chapter 1: the request line: method and version (RFC 6455 §4.1, RFC 9112 §3); the target has a
//! table of its own.

use super::chapter::{Chapter, NO_RESPONSE, Owed, Row};
use super::request::Request;
use super::target;
use crate::script::{Answer, OpeningScript};
use crate::{Case, Verdict};

pub(super) fn cases() -> Vec<Case> {
    let mut chapter = Chapter::new(1);
    chapter.rows(ROWS);
    for (shows, section, line) in METHODS {
        chapter.add(shows, section, move || other_method(line));
    }
    chapter.add(
        "A request line without a version opens no WebSocket",
        "RFC 6455 §4.2.1",
        || {
            // A response of HTTP/0.9 has no head: what it says cannot be told from nothing.
            let script = Request::valid().line("GET %PATH%").script();
            Owed::Refuses.answers(script.expect(Answer::Ends))
        },
    );
    chapter.rows(target::ROWS);
    chapter.cases()
}

fn other_method(line: &str) -> OpeningScript {
    let script = Request::valid().line(line).script();
    script
        .expect(Answer::Refuses(&[405, 501]))
        .or(
            Verdict::NonStrict,
            "it answers another method with neither 405 nor 501",
            Answer::Responds,
        )
        .or(Verdict::NonStrict, NO_RESPONSE, Answer::Ends)
}

const ROWS: &[Row] = &[
    (
        "A request with all that is asked for and no more opens the WebSocket",
        "RFC 6455 §4.2.1",
        |request| request,
        Owed::Opens,
    ),
    (
        "A request of HTTP/1.0 opens no WebSocket",
        "RFC 9110 §7.8",
        |request| request.line("GET %PATH% HTTP/1.0"),
        Owed::Plain,
    ),
    (
        "A request of HTTP/1.2 is taken as one of HTTP/1.1",
        "RFC 9110 §6.2",
        |request| request.line("GET %PATH% HTTP/1.2"),
        Owed::ShouldOpen("it refuses a higher minor version"),
    ),
    (
        "A request of HTTP/0.9 is refused",
        "RFC 6455 §4.2.1",
        |request| request.line("GET %PATH% HTTP/0.9"),
        Owed::Refuses,
    ),
    (
        "A request of HTTP/2.0 in the form of HTTP/1.1 is refused",
        "RFC 9110 §15.6.6",
        |request| request.line("GET %PATH% HTTP/2.0"),
        Owed::MayOpen("it takes the major version 2"),
    ),
    (
        "A version of HTTP in lower case is refused",
        "RFC 9112 §2.3",
        |request| request.line("GET %PATH% http/1.1"),
        Owed::Refuses,
    ),
    (
        "A version of HTTP with two digits behind the dot is refused",
        "RFC 9112 §2.3",
        |request| request.line("GET %PATH% HTTP/1.10"),
        Owed::Refuses,
    ),
    (
        "A version of HTTP with two digits before the dot is refused",
        "RFC 9112 §2.3",
        |request| request.line("GET %PATH% HTTP/01.1"),
        Owed::Refuses,
    ),
    (
        "A version of HTTP without a dot is refused",
        "RFC 9112 §2.3",
        |request| request.line("GET %PATH% HTTP/1"),
        Owed::Refuses,
    ),
    (
        "A protocol that is not HTTP is refused",
        "RFC 9112 §2.3",
        |request| request.line("GET %PATH% WS/1.1"),
        Owed::Refuses,
    ),
    (
        "An empty line before the request line is skipped",
        "RFC 9112 §2.2",
        |request| request.line("\r\nGET %PATH% HTTP/1.1"),
        Owed::ShouldOpen("it takes no empty line before the request line"),
    ),
    (
        "A request line with two spaces before the target is refused",
        "RFC 9112 §3",
        |request| request.line("GET  %PATH% HTTP/1.1"),
        Owed::MayOpen(SPLITS_AT_SPACE),
    ),
    (
        "A request line with a tab in the place of a space is refused",
        "RFC 9112 §3",
        |request| request.line("GET %PATH%\tHTTP/1.1"),
        Owed::MayOpen(SPLITS_AT_SPACE),
    ),
    (
        "A request line with a space at its end is refused",
        "RFC 9112 §3",
        |request| request.line("GET %PATH% HTTP/1.1 "),
        Owed::MayOpen(SPLITS_AT_SPACE),
    ),
    (
        "A request line with a space before the method is refused",
        "RFC 9112 §3",
        |request| request.line(" GET %PATH% HTTP/1.1"),
        Owed::MayOpen(SPLITS_AT_SPACE),
    ),
];

/// RFC 9110 §9.1: a method that is not known SHOULD be answered with 501, one that is not allowed
/// with 405.
const METHODS: [(&str, &str, &str); 6] = [
    (
        "POST opens no WebSocket",
        "RFC 6455 §4.1",
        "POST %PATH% HTTP/1.1",
    ),
    (
        "PUT opens no WebSocket",
        "RFC 6455 §4.1",
        "PUT %PATH% HTTP/1.1",
    ),
    (
        "OPTIONS opens no WebSocket",
        "RFC 6455 §4.1",
        "OPTIONS %PATH% HTTP/1.1",
    ),
    (
        "HEAD opens no WebSocket",
        "RFC 6455 §4.1",
        "HEAD %PATH% HTTP/1.1",
    ),
    (
        "A method that nobody knows opens no WebSocket",
        "RFC 9110 §9.1",
        "WEBSOCKET %PATH% HTTP/1.1",
    ),
    (
        "GET in lower case is another method",
        "RFC 9110 §9.1",
        "get %PATH% HTTP/1.1",
    ),
];

const SPLITS_AT_SPACE: &str = "it splits the request line at any white space";
