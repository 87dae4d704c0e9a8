//! Chapter 11: the field `Sec-WebSocket-Protocol` (RFC 6455 §4.2.2, §4.3, §11.3.4).
//!
//! Which subprotocols a server speaks is its own affair. What it answers is one of those offered,
//! or nothing.

use super::chapter::{Chapter, NO_RESPONSE};
use super::request::Request;
use crate::script::{Answer, Check, OpeningScript};
use crate::{Case, Verdict};

pub(super) fn cases() -> Vec<Case> {
    let mut chapter = Chapter::new(11);
    for (shows, section, lines, offered) in OFFERS {
        chapter.add(shows, section, move || {
            let script = offer(lines).expect(Answer::OpensWith(one_of(offered)));
            match section {
                // RFC 9110 §5.6.1.2: a recipient MUST ignore empty elements.
                EMPTY => script,
                _ => script.or(Verdict::Informational, NONE, Answer::Refuses(&[])),
            }
        });
    }
    chapter.add("A hundred subprotocols may be offered", ANSWER, || {
        let names: Vec<_> = (0..100).map(|n| format!("chat.v{n}")).collect();
        offer(format!("Sec-WebSocket-Protocol: {}", names.join(", ")))
            .expect(Answer::OpensWith(Check::new(|head| {
                match &head.list("Sec-WebSocket-Protocol")[..] {
                    [] => Ok(()),
                    [name] if name.starts_with("chat.v") => Ok(()),
                    names => Err(format!("its 101 has the subprotocols {names:?}")),
                }
            })))
            .or(Verdict::Informational, NONE, Answer::Refuses(&[]))
    });
    for (shows, lines) in REPEATED {
        chapter.add(shows, "RFC 6455 §4.1", move || {
            let opens = Answer::OpensWith(one_of(&["chat.v1", "chat.v2"]));
            let reason = "it takes a subprotocol that is offered twice";
            refuses(offer(lines)).or(Verdict::Informational, reason, opens)
        });
    }
    for (shows, lines) in MALFORMED {
        chapter.add(shows, GRAMMAR, move || {
            refuses(offer(lines)).or(Verdict::NonStrict, UNREAD, Answer::OpensWith(one_of(&[])))
        });
    }
    chapter.add(
        "A name with 12000 spaces in it costs no time",
        GRAMMAR,
        || {
            let spaces = " ".repeat(12_000);
            let opens = Answer::OpensWith(one_of(&[]));
            refuses(offer(format!("Sec-WebSocket-Protocol: b{spaces}x"))).or(
                Verdict::NonStrict,
                UNREAD,
                opens,
            )
        },
    );
    chapter.cases()
}

fn offer(lines: impl AsRef<[u8]>) -> OpeningScript {
    Request::valid().with(lines).script()
}

fn refuses(script: OpeningScript) -> OpeningScript {
    script
        .expect(Answer::Refuses(&[]))
        .or(Verdict::NonStrict, NO_RESPONSE, Answer::Ends)
}

/// Whether a 101 has one of these subprotocols, or none.
fn one_of(offered: &'static [&str]) -> Check {
    Check::new(move |head| {
        let answered: Vec<_> = head.values("Sec-WebSocket-Protocol").collect();
        match &answered[..] {
            [] => Ok(()),
            [name] if offered.contains(name) => Ok(()),
            names => Err(format!("its 101 has the subprotocols {names:?}")),
        }
    })
}

/// What it shows, the section, what is offered, and what may be answered.
const OFFERS: [(&str, &str, &str, &[&str]); 8] = [
    (
        "Without an offer no subprotocol is answered",
        ANSWER,
        "",
        &[],
    ),
    (
        "One subprotocol is offered: it is answered, or none",
        ANSWER,
        "Sec-WebSocket-Protocol: chat.v1",
        &["chat.v1"],
    ),
    (
        "Two subprotocols are offered: one is answered, or none",
        ANSWER,
        "Sec-WebSocket-Protocol: chat.v1, chat.v2",
        &["chat.v1", "chat.v2"],
    ),
    (
        "Subprotocols are offered without a space between them",
        GRAMMAR,
        "Sec-WebSocket-Protocol: chat.v1,chat.v2",
        &["chat.v1", "chat.v2"],
    ),
    (
        "Subprotocols are offered in two fields",
        "RFC 6455 §11.3.4",
        "Sec-WebSocket-Protocol: chat.v1\r\nSec-WebSocket-Protocol: chat.v2",
        &["chat.v1", "chat.v2"],
    ),
    (
        "Empty elements among subprotocols mean nothing",
        EMPTY,
        "Sec-WebSocket-Protocol: , chat.v1,\t, chat.v2,",
        &["chat.v1", "chat.v2"],
    ),
    (
        "A subprotocol has all characters of a token",
        GRAMMAR,
        "Sec-WebSocket-Protocol: !#$%&'*+-.^_`|~09azAZ",
        &["!#$%&'*+-.^_`|~09azAZ"],
    ),
    (
        "Subprotocols that differ in case are two",
        GRAMMAR,
        "Sec-WebSocket-Protocol: chat.v1, CHAT.V1",
        &["chat.v1", "CHAT.V1"],
    ),
];

/// RFC 6455 §4.1: the names that a client offers MUST all be unique.
const REPEATED: [(&str, &str); 2] = [
    (
        "A subprotocol that is offered twice may be refused",
        "Sec-WebSocket-Protocol: chat.v1, chat.v2, chat.v1",
    ),
    (
        "A subprotocol that is offered in two fields may be refused",
        "Sec-WebSocket-Protocol: chat.v1\r\nSec-WebSocket-Protocol: chat.v1",
    ),
];

/// RFC 6455 §4.2.1: a server that finds a violation of the grammar MUST refuse. This field is
/// optional, so one without subprotocols may never look at it.
const MALFORMED: [(&str, &str); 8] = [
    (
        "An empty list of subprotocols is refused",
        "Sec-WebSocket-Protocol:",
    ),
    (
        "A list of nothing but commas is refused",
        "Sec-WebSocket-Protocol: , ,",
    ),
    (
        "A subprotocol with a space in it is refused",
        "Sec-WebSocket-Protocol: chat room",
    ),
    (
        "A subprotocol with a separator in it is refused",
        "Sec-WebSocket-Protocol: chat/v1",
    ),
    (
        "A subprotocol in quotes is refused",
        "Sec-WebSocket-Protocol: \"chat.v1\"",
    ),
    (
        "A subprotocol with a parameter is refused",
        "Sec-WebSocket-Protocol: chat.v1;q=1",
    ),
    (
        "A subprotocol with bytes above 127 is refused",
        "Sec-WebSocket-Protocol: café",
    ),
    (
        "A wrong subprotocol behind a right one is refused",
        "Sec-WebSocket-Protocol: chat.v1, chat room",
    ),
];

const ANSWER: &str = "RFC 6455 §4.2.2";

const GRAMMAR: &str = "RFC 6455 §4.3";

const EMPTY: &str = "RFC 9110 §5.6.1.2";

const NONE: &str = "it refuses when it speaks none of the subprotocols";

const UNREAD: &str = "it does not read the list of subprotocols";
