//! Chapters 1 to 4: offers to a server (RFC 6455 §9.1, RFC 7692 §5.1 and §7.1).
//!
//! What a 101 says of extensions is judged with every request: whatever a server agrees to must fit
//! an offer. The message that shows an open WebSocket goes through what was agreed on.

use super::fields::{has_deflate, has_none, has_one_at_most, request};
use super::parameters::{MALFORMED, WRONG};
use crate::script::{Answer, OpeningScript};
use crate::{Case, Verdict};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (index, (what, parameters)) in (1..).zip(RIGHT) {
        let offer = with(parameters);
        let shows = format!("An offer with {what} is agreed to or declined");
        cases.push(Case::new(
            format!("X.1.{index}"),
            shows,
            PARAMETERS,
            move || agrees(&[offer.as_bytes()]),
        ));
    }
    for (index, (what, parameters)) in (1..).zip(WRONG) {
        let offer = with(parameters);
        let shows = format!("An offer with {what} is declined");
        cases.push(Case::new(
            format!("X.2.{index}"),
            shows,
            DECLINE,
            move || declines(&[offer.as_bytes()]),
        ));
    }
    for (index, (what, offers)) in (1..).zip(MALFORMED) {
        let shows = format!("Offers with {what} are refused");
        cases.push(Case::new(
            format!("X.3.{index}"),
            shows,
            GRAMMAR,
            move || refuses(offers),
        ));
    }
    for (index, (shows, section, owed, offers)) in (1..).zip(LISTS) {
        let id = format!("X.4.{index}");
        cases.push(Case::new(id, *shows, section, move || match owed {
            Owed::Agrees => agrees(offers),
            Owed::Declines => declines(offers),
            Owed::Open => open(offers),
        }));
    }
    let n_lists = LISTS.len();
    cases.push(Case::new(
        format!("X.4.{}", n_lists + 1),
        "An offer behind two hundred that are unknown is found",
        "RFC 6455 §9.1",
        || {
            let offers = "x-unknown; a=1; b=\"c\", ".repeat(200) + "permessage-deflate";
            agrees(&[offers.as_bytes()])
        },
    ));
    cases.push(Case::new(
        format!("X.4.{}", n_lists + 2),
        "A quoted value of six thousand escapes that does not end is refused at once",
        "RFC 6455 §9.1",
        || {
            let offer = "x-unknown; a=\"".to_owned() + &"\\\\".repeat(3000);
            refuses(offer.as_bytes())
        },
    ));
    cases
}

fn with(parameters: &str) -> String {
    match parameters {
        "" => "permessage-deflate".to_owned(),
        parameters => format!("permessage-deflate; {parameters}"),
    }
}

/// A server may decline anything.
fn agrees(offers: &[&[u8]]) -> OpeningScript {
    OpeningScript::send(request(offers))
        .expect(Answer::OpensWith(has_deflate()))
        .or(
            Verdict::Unimplemented,
            "the server does not agree to permessage-deflate",
            Answer::OpensWith(has_none()),
        )
        .or(Verdict::Informational, REFUSES, Answer::Refuses(&[]))
}

fn declines(offers: &[&[u8]]) -> OpeningScript {
    OpeningScript::send(request(offers))
        .expect(Answer::OpensWith(has_none()))
        .or(Verdict::Informational, REFUSES, Answer::Refuses(&[]))
}

/// RFC 6455 §9.1: who receives what is against the grammar MUST fail the connection. A server that
/// has no extensions may not read the field at all.
fn refuses(offers: &[u8]) -> OpeningScript {
    OpeningScript::send(request(&[offers]))
        .expect(Answer::Refuses(&[]))
        .or(
            Verdict::NonStrict,
            "it passes over a malformed field",
            Answer::OpensWith(has_none()),
        )
        .or(
            Verdict::NonStrict,
            "it ends without a response",
            Answer::Ends,
        )
}

fn open(offers: &[&[u8]]) -> OpeningScript {
    OpeningScript::send(request(offers))
        .check(has_one_at_most())
        .expect(Answer::OpensWith(has_none()))
        .or(
            Verdict::Informational,
            "it agrees to the offer",
            Answer::Opens,
        )
        .or(Verdict::Informational, REFUSES, Answer::Refuses(&[]))
}

/// What a server does with offers.
enum Owed {
    Agrees,
    Declines,
    Open,
}

const REFUSES: &str = "it refuses the whole handshake";

const PARAMETERS: &str = "RFC 7692 §7.1";
const DECLINE: &str = "RFC 7692 §7.1";
const GRAMMAR: &str = "RFC 6455 §9.1";

/// Parameters that an offer may have.
const RIGHT: &[(&str, &str)] = &[
    ("no parameters", ""),
    (
        "no context takeover of the server",
        "server_no_context_takeover",
    ),
    (
        "no context takeover of the client",
        "client_no_context_takeover",
    ),
    (
        "no context takeover",
        "server_no_context_takeover; client_no_context_takeover",
    ),
    ("a server's window of 8 bits", "server_max_window_bits=8"),
    ("a server's window of 9 bits", "server_max_window_bits=9"),
    ("a server's window of 10 bits", "server_max_window_bits=10"),
    ("a server's window of 11 bits", "server_max_window_bits=11"),
    ("a server's window of 12 bits", "server_max_window_bits=12"),
    ("a server's window of 13 bits", "server_max_window_bits=13"),
    ("a server's window of 14 bits", "server_max_window_bits=14"),
    ("a server's window of 15 bits", "server_max_window_bits=15"),
    ("a client's window of any size", "client_max_window_bits"),
    ("a client's window of 8 bits", "client_max_window_bits=8"),
    ("a client's window of 9 bits", "client_max_window_bits=9"),
    ("a client's window of 12 bits", "client_max_window_bits=12"),
    ("a client's window of 15 bits", "client_max_window_bits=15"),
    (
        "all parameters",
        "server_no_context_takeover; client_no_context_takeover; server_max_window_bits=12; \
         client_max_window_bits=12",
    ),
    (
        "all parameters in another order",
        "client_max_window_bits; server_max_window_bits=10; client_no_context_takeover; \
         server_no_context_takeover",
    ),
    ("a quoted window", "server_max_window_bits=\"15\""),
    (
        "an escape in a quoted window",
        "server_max_window_bits=\"1\\5\"",
    ),
    (
        "a quoted window of the client",
        "client_max_window_bits=\"10\"",
    ),
    (
        "much white space",
        "  server_no_context_takeover\t ;\tclient_max_window_bits  ",
    ),
    (
        "white space around an equals sign",
        "server_max_window_bits = 15",
    ),
];

/// Offers that are about more than one, or none of ours; one item for each field.
const LISTS: &[(&str, &str, Owed, &[&[u8]])] = &[
    (
        "An offer without any white space is read",
        "RFC 6455 §9.1",
        Owed::Agrees,
        &[b"permessage-deflate;server_no_context_takeover;client_max_window_bits"],
    ),
    (
        "The second offer is taken when the first has an unknown parameter",
        "RFC 7692 §5.1",
        Owed::Agrees,
        &[b"permessage-deflate; x-unknown, permessage-deflate"],
    ),
    (
        "The second offer is taken when the first has a wrong value",
        "RFC 7692 §5.1",
        Owed::Agrees,
        &[b"permessage-deflate; server_max_window_bits=16, permessage-deflate"],
    ),
    (
        "The third offer is taken when those before are wrong",
        "RFC 7692 §5.1",
        Owed::Agrees,
        &[b"permessage-deflate; client_max_window_bits=7, \
            permessage-deflate; server_no_context_takeover=0, \
            permessage-deflate; client_max_window_bits"],
    ),
    (
        "One of three offers is agreed to",
        "RFC 7692 §5.1",
        Owed::Agrees,
        &[b"permessage-deflate; server_max_window_bits=8, \
            permessage-deflate; server_max_window_bits=10, permessage-deflate"],
    ),
    (
        "The same offer twice is agreed to once",
        "RFC 7692 §5.1",
        Owed::Agrees,
        &[b"permessage-deflate, permessage-deflate"],
    ),
    (
        "An offer behind an unknown extension is found",
        "RFC 6455 §9.1",
        Owed::Agrees,
        &[b"x-unknown; a; b=1, permessage-deflate"],
    ),
    (
        "An offer before an unknown extension is found",
        "RFC 6455 §9.1",
        Owed::Agrees,
        &[b"permessage-deflate, x-unknown; a=\"b\""],
    ),
    (
        "An offer in the second field is found",
        "RFC 6455 §9.1",
        Owed::Agrees,
        &[b"x-unknown", b"permessage-deflate"],
    ),
    (
        "Offers in two fields are agreed to once",
        "RFC 6455 §9.1",
        Owed::Agrees,
        &[
            b"permessage-deflate; client_max_window_bits",
            b"permessage-deflate",
        ],
    ),
    (
        "The offer in the second field is taken when the first is wrong",
        "RFC 6455 §9.1",
        Owed::Agrees,
        &[b"permessage-deflate; x-unknown=1", b"permessage-deflate"],
    ),
    (
        "Empty elements of the list count for nothing",
        "RFC 9110 §5.6.1.2",
        Owed::Agrees,
        &[b", ,permessage-deflate,,"],
    ),
    (
        "An extension between two offers of ours is passed over",
        "RFC 7692 §5.1",
        Owed::Agrees,
        &[b"permessage-deflate; server_max_window_bits=99, x-unknown, permessage-deflate"],
    ),
    (
        "A request without offers gets no extension",
        "RFC 6455 §9.1",
        Owed::Declines,
        &[],
    ),
    (
        "An unknown extension is declined",
        "RFC 6455 §9.1",
        Owed::Declines,
        &[b"x-unknown"],
    ),
    (
        "Unknown extensions with parameters are declined",
        "RFC 6455 §9.1",
        Owed::Declines,
        &[b"x-unknown; a; b=1; c=\"d\"", b"x-other"],
    ),
    (
        "A name that begins as ours is another",
        "RFC 6455 §9.1",
        Owed::Declines,
        &[b"permessage-deflate-x, permessage-deflate2"],
    ),
    (
        "A name that ends as ours is another",
        "RFC 6455 §9.1",
        Owed::Declines,
        &[b"x-permessage-deflate, deflate"],
    ),
    (
        "Extensions of older drafts are declined",
        "RFC 6455 §9.1",
        Owed::Declines,
        &[b"permessage-compress; method=deflate, deflate-frame, permessage-bzip2, mux"],
    ),
    (
        "Offers that are all wrong are all declined",
        "RFC 7692 §7.1",
        Owed::Declines,
        &[
            b"permessage-deflate; server_max_window_bits=7, permessage-deflate; x-unknown, \
            permessage-deflate; client_max_window_bits=16",
        ],
    ),
    (
        "An extension that parameters mention is not offered",
        "RFC 6455 §9.1",
        Owed::Declines,
        &[b"x-unknown; permessage-deflate; client_max_window_bits"],
    ),
    (
        "The frame-wise compression of old browsers is declined or known",
        "RFC 6455 §9.1",
        Owed::Open,
        &[b"x-webkit-deflate-frame"],
    ),
    (
        "The old compression and ours are not agreed to together",
        "RFC 6455 §9.1",
        Owed::Open,
        &[b"x-webkit-deflate-frame, permessage-deflate; client_max_window_bits"],
    ),
    (
        "A name in other case is declined or taken for ours",
        "RFC 6455 §9.1",
        Owed::Open,
        &[b"Permessage-Deflate"],
    ),
];
