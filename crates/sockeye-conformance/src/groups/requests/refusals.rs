//! Chapter 13: what a server says to a request that opens no WebSocket (RFC 6455 §4.2.2, §4.4,
//! RFC 9110 §15, RFC 9112).

use super::chapter::{Chapter, IT_OPENS, NO_RESPONSE};
use super::request::Request;
use crate::script::{Answer, Check, OpeningScript};
use crate::wire::Head;
use crate::{Case, Verdict};

pub(super) fn cases() -> Vec<Case> {
    let mut chapter = Chapter::new(13);
    for (shows, request) in RESPONSES {
        chapter.add(shows, "RFC 9112 §6.3", move || {
            let script = request().script().expect(Answer::RespondsWell);
            script
                .or(Verdict::Informational, IT_OPENS, Answer::Upgrades)
                .or(Verdict::NonStrict, NO_RESPONSE, Answer::Ends)
        });
    }
    chapter.add(
        "A refused version is answered with the one that is spoken",
        "RFC 6455 §4.4",
        || {
            let speaks_13 = check(|head| match head.has_token("Sec-WebSocket-Version", "13") {
                true => Ok(()),
                false => Err("it does not say `Sec-WebSocket-Version: 13`".into()),
            });
            other_version()
                .script()
                .expect(Answer::RefusesWith(&[], speaks_13))
                .or(Verdict::NonStrict, NO_RESPONSE, Answer::Ends)
        },
    );
    for (shows, section, request, question) in RULES {
        chapter.add(shows, section, move || {
            let script = request().script().check(check(question));
            script
                .expect(Answer::Responds)
                .or(Verdict::Informational, IT_OPENS, Answer::Upgrades)
                .or(Verdict::NonStrict, NO_RESPONSE, Answer::Ends)
        });
    }
    chapter.add(
        "A response says that the connection ends, if it does",
        "RFC 9112 §9.3",
        || announces_end(Request::valid().without("Sec-WebSocket-Key")),
    );
    chapter.add(
        "A response in plain HTTP says that the connection ends, if it does",
        "RFC 9112 §9.3",
        || announces_end(Request::plain()),
    );
    chapter.add("A refusal has a date", "RFC 9110 §6.6.1", || {
        let dated = check(|head| match head.first("Date") {
            "" => Err("it has no Date".into()),
            _ => Ok(()),
        });
        // A server without a clock MUST NOT send one.
        let undated = "it has no Date, as of a server without a clock";
        let request = Request::valid().without("Sec-WebSocket-Key");
        request
            .script()
            .expect(Answer::RefusesWith(&[], dated))
            .or(Verdict::Informational, undated, Answer::Refuses(&[]))
            .or(Verdict::NonStrict, NO_RESPONSE, Answer::Ends)
    });
    chapter.cases()
}

type Make = fn() -> Request;

/// What it shows, and the request whose response is looked at from its head to its end.
const RESPONSES: [(&str, Make); 8] = [
    (
        "A GET without an upgrade gets a whole HTTP response",
        Request::plain,
    ),
    (
        "A HEAD without an upgrade gets a whole HTTP response without a body",
        || Request::plain().line("HEAD %PATH% HTTP/1.1"),
    ),
    ("A POST gets a whole HTTP response", || {
        Request::valid().line("POST %PATH% HTTP/1.1")
    }),
    (
        "A HEAD with an upgrade gets a whole HTTP response without a body",
        || Request::valid().line("HEAD %PATH% HTTP/1.1"),
    ),
    ("A request without a key gets a whole HTTP response", || {
        Request::valid().without("Sec-WebSocket-Key")
    }),
    (
        "A request of another version gets a whole HTTP response",
        other_version,
    ),
    (
        "A request with a malformed field gets a whole HTTP response",
        || Request::valid().with("X-Space : a"),
    ),
    (
        "A request that is no HTTP gets a whole HTTP response",
        || Request::valid().line("this is no HTTP"),
    ),
];

fn other_version() -> Request {
    Request::valid().set("Sec-WebSocket-Version: 99")
}

type Question = fn(&Head) -> Result<(), String>;

/// What it shows, the section, the request, and the rule for the head of the response.
const RULES: [(&str, &str, Make, Question); 6] = [
    (
        "A 426 to a GET says which protocol it wants",
        "RFC 9110 §15.5.22",
        Request::plain,
        upgrade_required,
    ),
    (
        "A 426 to another version says which protocol it wants",
        "RFC 9110 §15.5.22",
        other_version,
        upgrade_required,
    ),
    (
        "A response to a GET that has Upgrade names it in Connection",
        "RFC 9110 §7.8",
        Request::plain,
        upgrade_is_named,
    ),
    (
        "A response to another version that has Upgrade names it in Connection",
        "RFC 9110 §7.8",
        other_version,
        upgrade_is_named,
    ),
    (
        "A 405 says which methods are allowed",
        "RFC 9110 §15.5.6",
        || Request::valid().line("POST %PATH% HTTP/1.1"),
        |head| match (head.status(), head.values("Allow").next()) {
            (Some(405), None) => Err("its 405 has no Allow".into()),
            _ => Ok(()),
        },
    ),
    (
        "A response is of HTTP/1.1",
        "RFC 9110 §6.2",
        || Request::valid().without("Sec-WebSocket-Key"),
        |head| match head.start_line.starts_with("HTTP/1.1 ") {
            true => Ok(()),
            false => Err(format!("its status line is {:?}", head.start_line)),
        },
    ),
];

fn upgrade_required(head: &Head) -> Result<(), String> {
    match (head.status(), head.has_token("Upgrade", "websocket")) {
        (Some(426), false) => Err("its 426 has no `Upgrade: websocket`".into()),
        _ => Ok(()),
    }
}

fn upgrade_is_named(head: &Head) -> Result<(), String> {
    let has_upgrade = head.values("Upgrade").next().is_some();
    match has_upgrade && !head.has_token("Connection", "Upgrade") {
        true => Err("it has Upgrade, which its Connection does not name".into()),
        false => Ok(()),
    }
}

/// RFC 9112 §9.3: connections persist unless somebody says `close`.
fn announces_end(request: Request) -> OpeningScript {
    let says_close = check(|head| {
        let is_old = head.start_line.starts_with("HTTP/1.0 ");
        match is_old || head.has_token("Connection", "close") {
            true => Ok(()),
            false => Err("it does not say `Connection: close`".into()),
        }
    });
    let unsaid = "it ends the connection and does not say so";
    request
        .script()
        .expect(Answer::RefusesWith(&[], says_close))
        .or(Verdict::NonStrict, unsaid, Answer::RefusesOnce(&[]))
        .expect(Answer::Responds)
        .or(Verdict::NonStrict, NO_RESPONSE, Answer::Ends)
}

fn check(question: Question) -> Check {
    Check::new(question)
}
