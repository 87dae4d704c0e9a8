//! Chapter 8: large heads (RFC 9110 §5.4, RFC 9112 §3, RFC 6455 §10.4).
//!
//! No standard says how large a head may be. One that is larger than a server likes MUST be
//! answered with a status that says so.

use super::chapter::{Chapter, ERRORS, NO_RESPONSE, Owed, Row};
use super::request::Request;
use crate::script::{Answer, OpeningScript};
use crate::{Case, Verdict};

pub(super) fn cases() -> Vec<Case> {
    let mut chapter = Chapter::new(8);
    chapter.rows(TAKEN);
    for (shows, section, statuses, change) in TOO_LARGE {
        chapter.add(shows, section, move || {
            refuses(change(Request::valid()).script(), statuses)
        });
    }
    for (shows, section, statuses, start) in ENDLESS {
        chapter.add(shows, section, move || {
            let bytes = [start.as_bytes(), &[b'a'; MANY]].concat();
            refuses(OpeningScript::send(bytes), statuses).or(
                Verdict::Informational,
                "it waits for more after 1 MiB",
                Answer::Waits,
            )
        });
    }
    chapter.cases()
}

fn refuses(script: OpeningScript, statuses: &'static [u16]) -> OpeningScript {
    script
        .expect(Answer::Refuses(statuses))
        .or(Verdict::Informational, "it takes this much", Answer::Opens)
        .or(Verdict::NonStrict, STATUS, Answer::Refuses(&[]))
        .or(Verdict::NonStrict, NO_RESPONSE, Answer::Ends)
}

const TAKEN: &[Row] = &[
    (
        "A head of 4 KiB is taken",
        FIELDS,
        |request| request.with(format!("Cookie: a={}", "x".repeat(3840))),
        Owed::MayRefuse("it takes less than 4 KiB"),
    ),
    (
        "A head of 8 KiB is taken",
        FIELDS,
        |request| request.with(format!("Cookie: a={}", "x".repeat(7900))),
        Owed::MayRefuse("it takes less than 8 KiB"),
    ),
    (
        "A head with 50 fields is taken",
        FIELDS,
        |request| request.with(many_fields(45)),
        Owed::MayRefuse("it takes fewer than 50 fields"),
    ),
    (
        "A head with 100 fields is taken",
        FIELDS,
        |request| request.with(many_fields(95)),
        Owed::MayRefuse("it takes fewer than 100 fields"),
    ),
    (
        "A request line of 8000 bytes is taken",
        TARGET,
        // With the path `/`; the rest of the line has 15 bytes.
        |request| request.line(format!("GET %PATH%?{} HTTP/1.1", "a".repeat(8000 - 16))),
        Owed::ShouldOpen("it takes no request line of 8000 bytes"),
    ),
];

/// What it shows, the section, the statuses that say that it is too large, and the request.
type TooLarge = (
    &'static str,
    &'static str,
    &'static [u16],
    fn(Request) -> Request,
);

/// RFC 9112 §3: a target that is too long MUST be answered with 414; a server that counts the
/// bytes of the head alone has 431 for it.
const TOO_LARGE: [TooLarge; 8] = [
    (
        "A target of 64 KiB is refused with 414 or 431",
        TARGET,
        &[414, 431],
        |request| request.line(format!("GET %PATH%?{} HTTP/1.1", "a".repeat(64 * 1024))),
    ),
    (
        "A target of 1 MiB is refused with 414 or 431",
        TARGET,
        &[414, 431],
        |request| request.line(format!("GET %PATH%?{} HTTP/1.1", "a".repeat(MANY))),
    ),
    (
        "A field of 16 KiB is refused, if so with a status of 4xx",
        FIELDS,
        ERRORS,
        |request| request.with(format!("Cookie: a={}", "x".repeat(16 * 1024))),
    ),
    (
        "A field of 64 KiB is refused, if so with a status of 4xx",
        FIELDS,
        ERRORS,
        |request| request.with(format!("Cookie: a={}", "x".repeat(64 * 1024))),
    ),
    (
        "A name of 64 KiB is refused, if so with a status of 4xx",
        FIELDS,
        ERRORS,
        |request| request.with(format!("{}: a", "x".repeat(64 * 1024))),
    ),
    (
        "A head with 1000 fields is refused, if so with a status of 4xx",
        FIELDS,
        ERRORS,
        |request| request.with(many_fields(995)),
    ),
    (
        "A field of 1 MiB is refused, if so with a status of 4xx",
        FIELDS,
        ERRORS,
        |request| request.with(format!("Cookie: a={}", "x".repeat(MANY))),
    ),
    (
        "A head of 1 MiB in fields of 1 KiB is refused, if so with a status of 4xx",
        FIELDS,
        ERRORS,
        |request| {
            let field = format!("X-Filler: {}\r\n", "a".repeat(1012));
            request.with(field.repeat(1024).trim_end())
        },
    ),
];

/// Heads that do not end.
const ENDLESS: [(&str, &str, &[u16], &str); 3] = [
    (
        "A target that does not end is refused before 1 MiB of it",
        "RFC 6455 §10.4",
        ERRORS,
        "GET /",
    ),
    (
        "A field that does not end is refused before 1 MiB of it",
        "RFC 6455 §10.4",
        ERRORS,
        "GET %PATH% HTTP/1.1\r\nHost: %HOST%\r\nCookie: ",
    ),
    (
        "A method that does not end is refused before 1 MiB of it",
        "RFC 6455 §10.4",
        ERRORS,
        "",
    ),
];

fn many_fields(n_fields: usize) -> String {
    let fields: Vec<_> = (0..n_fields).map(|n| format!("X-{n}: {n}")).collect();
    fields.join("\r\n")
}

const MANY: usize = 1024 * 1024;

const FIELDS: &str = "RFC 9110 §5.4";

const TARGET: &str = "RFC 9112 §3";

const STATUS: &str = "its status does not say that this is too large";
