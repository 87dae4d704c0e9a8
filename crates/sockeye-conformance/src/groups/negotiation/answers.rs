//! Chapters 5 to 7: answers that a client must not take (RFC 6455 §4.1 and §9.1, RFC 7692 §7.1).
//!
//! A client that offers nothing must not take them either, so that it can be judged all the same.

use super::fields::{has_deflate, offers_client_window, response};
use super::parameters::{MALFORMED, WRONG};
use crate::script::{Answer, OpeningScript};
use crate::{Case, Verdict};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let alone = (
        "a client's window without a value",
        "client_max_window_bits",
    );
    for (index, (what, parameters)) in (1..).zip(WRONG.iter().chain([&alone])) {
        let answer = format!("permessage-deflate; {parameters}");
        let shows = format!("An answer with {what} is refused");
        cases.push(Case::new(
            format!("X.5.{index}"),
            shows,
            "RFC 7692 §7.1",
            move || refuses(&[answer.as_bytes()]),
        ));
    }
    for (index, (what, answer)) in (1..).zip(MALFORMED) {
        let shows = format!("An answer with {what} is refused");
        cases.push(Case::new(
            format!("X.6.{index}"),
            shows,
            "RFC 6455 §9.1",
            move || refuses(&[answer]),
        ));
    }
    for (index, (shows, answers)) in (1..).zip(NOT_OFFERED) {
        let id = format!("X.7.{index}");
        cases.push(Case::new(id, *shows, "RFC 6455 §4.1", || refuses(answers)));
    }
    for (index, (shows, answers)) in (NOT_OFFERED.len() + 1..).zip(TWICE) {
        cases.push(Case::new(
            format!("X.7.{index}"),
            *shows,
            "RFC 7692 §5.3",
            || {
                let why = "it takes one of the two";
                refuses(answers).or(Verdict::NonStrict, why, Answer::Opens)
            },
        ));
    }
    cases.extend(if_offered());
    cases
}

/// Answers that depend on what the client has offered.
fn if_offered() -> [Case; 3] {
    let id = |index| format!("X.7.{}", NOT_OFFERED.len() + TWICE.len() + index);
    let response_with = |answer: &[u8]| OpeningScript::send(response(&[answer]));
    [
        Case::new(
            id(1),
            "permessage-deflate is taken by who offered it, and refused by who did not",
            "RFC 6455 §4.1",
            move || {
                let script = response_with(b"permessage-deflate");
                or_refuses(script.expect(Answer::OpensWith(has_deflate())))
            },
        ),
        Case::new(
            id(2),
            "A limit of its window is taken by a client that offered to have one, and by no other",
            "RFC 7692 §7.1.2.2",
            move || {
                let script = response_with(b"permessage-deflate; client_max_window_bits=15");
                or_refuses(script.expect(Answer::OpensWith(offers_client_window())))
            },
        ),
        Case::new(
            id(3),
            "A name in other case is refused or taken for ours",
            "RFC 6455 §9.1",
            move || {
                let script = or_refuses(response_with(b"PERMESSAGE-DEFLATE"));
                let opens = Answer::OpensWith(has_deflate());
                script.or(Verdict::Informational, "it takes the name for ours", opens)
            },
        ),
    ]
}

fn refuses(answers: &[&[u8]]) -> OpeningScript {
    or_refuses(OpeningScript::send(response(answers)))
}

/// RFC 6455 §4.1: the client MUST fail the connection. There is no WebSocket yet that a Close could
/// end, but one does no harm.
fn or_refuses(script: OpeningScript) -> OpeningScript {
    let why = "it opens the WebSocket before it fails it";
    script
        .expect(Answer::Ends)
        .or(Verdict::NonStrict, why, Answer::Closes)
}

/// Answers with something that no client offers, or that is wrong beside what it offers.
const NOT_OFFERED: &[(&str, &[&[u8]])] = &[
    ("An unknown extension is refused", &[b"x-unknown"]),
    (
        "An unknown extension with parameters is refused",
        &[b"x-unknown; a; b=1; c=\"d\""],
    ),
    (
        "An unknown extension behind ours is refused",
        &[b"permessage-deflate, x-unknown"],
    ),
    (
        "An unknown extension before ours is refused",
        &[b"x-unknown, permessage-deflate"],
    ),
    (
        "An unknown extension in a second field is refused",
        &[b"permessage-deflate", b"x-unknown"],
    ),
    (
        "Two answers of which the second is wrong are refused",
        &[b"permessage-deflate, permessage-deflate; server_max_window_bits=7"],
    ),
    (
        "A name that begins as ours is refused",
        &[b"permessage-deflate-x"],
    ),
    (
        "A name that ends as ours is refused",
        &[b"x-permessage-deflate"],
    ),
    (
        "An extension of an older draft is refused",
        &[b"permessage-compress; method=deflate"],
    ),
    ("The name of the algorithm is refused", &[b"deflate"]),
];

/// Two answers to one offer: both would have the same bit of each frame. No sentence of the
/// standard forbids a client to take one of them.
const TWICE: &[(&str, &[&[u8]])] = &[
    (
        "The same extension twice is refused",
        &[b"permessage-deflate, permessage-deflate"],
    ),
    (
        "The same extension in two fields is refused",
        &[b"permessage-deflate", b"permessage-deflate"],
    ),
];
