//! Chapter 21: the client's request, one rule a case, each with an ordinary answer.

mod grammar;
mod keys;
mod line;

use std::time::Duration;

use super::chapter::{Chapter, Owed};
use super::response::Response;
use crate::script::{Answer, Check, OpeningScript, Piece};
use crate::wire::{Head, is_token};
use crate::{Case, Verdict};

use grammar::{has_extensions, has_fields, has_origin, has_singletons, has_subprotocols};
use keys::{Keys, is_new, is_random, read_key};
use line::{has_get, has_http_1_1, has_origin_form, has_target};

pub(super) fn cases() -> Vec<Case> {
    let mut chapter = Chapter::new(21);
    let keys = Keys::default();
    for &(shows, section, rule) in RULES {
        let keys = keys.clone();
        let check = Check::new(move |request| {
            keys.see(request);
            rule(request)
        });
        chapter.add(shows, section, Owed::Opens, move || {
            Response::valid().script().check(check.clone())
        });
    }
    for &(shows, rule) in RULES_OF_MANY {
        let keys = keys.clone();
        let check = Check::new(move |request| rule(request, &keys.see(request)));
        chapter.add(shows, "RFC 6455 §4.1", Owed::Opens, move || {
            Response::valid().script().check(check.clone())
        });
    }
    chapter.add(
        "The client sends nothing behind its request before it has an answer",
        "RFC 6455 §4.1",
        Owed::Opens,
        || {
            // Whatever it sends is taken for frames, and is no echo.
            let answer = Piece::Send(Response::valid().bytes());
            OpeningScript::pieces(vec![Piece::Pause(Duration::from_millis(400)), answer])
        },
    );
    for &(shows, section, rule, why) in ADVICE {
        chapter.add_with(shows, section, move || {
            let script = Response::valid().script();
            script.expect(Answer::OpensWith(Check::new(rule))).or(
                Verdict::NonStrict,
                why,
                Answer::Opens,
            )
        });
    }
    chapter.cases()
}

/// The error is what is wrong, as a sentence.
type Rule = fn(&Head) -> Result<(), String>;

type RuleOfMany = fn(&Head, &[[u8; 16]]) -> Result<(), String>;

const RULES: &[(&str, &str, Rule)] = &[
    ("The method is GET", "RFC 6455 §4.1", has_get),
    ("The version is HTTP/1.1", "RFC 6455 §4.1", has_http_1_1),
    (
        "The target is in form and has no fragment",
        "RFC 6455 §4.1",
        has_target,
    ),
    (
        "Host is there once and names the port, which is not the usual one",
        "RFC 6455 §4.1",
        has_host,
    ),
    (
        "Upgrade has `websocket`",
        "RFC 6455 §4.1",
        |request| match request.has_token("Upgrade", "websocket") {
            true => Ok(()),
            false => Err(format!("Upgrade is {:?}", request.list("Upgrade"))),
        },
    ),
    (
        "Connection is a list of tokens with `Upgrade`",
        "RFC 6455 §4.1",
        has_connection,
    ),
    (
        "The key is there once and is 16 bytes in base64",
        "RFC 6455 §4.1",
        |request| read_key(request).map(drop),
    ),
    (
        "The WebSocket version is there once and is 13",
        "RFC 6455 §4.1",
        |request| {
            let versions: Vec<_> = request.values("Sec-WebSocket-Version").collect();
            match versions[..] {
                ["13"] => Ok(()),
                _ => Err(format!("the versions are {versions:?}")),
            }
        },
    ),
    (
        "All lines end in CRLF and none is folded",
        "RFC 9112 §2.1",
        |request| match request.faults.first() {
            Some(fault) => Err(format!("it has {fault}")),
            None => Ok(()),
        },
    ),
    (
        "Names of fields are tokens and values have no controls",
        "RFC 9110 §5.5",
        has_fields,
    ),
    (
        "No field that may be there once is there twice",
        "RFC 9110 §5.3",
        has_singletons,
    ),
    (
        "Extensions are offered in the form of the standard",
        "RFC 6455 §9.1",
        has_extensions,
    ),
    (
        "Subprotocols are offered as tokens, none twice",
        "RFC 6455 §4.1",
        has_subprotocols,
    ),
    (
        "An origin, which only browsers owe, is one in form",
        "RFC 6454 §7.1",
        has_origin,
    ),
];

/// Twice each, since a case that runs alone sees but one connection.
const RULES_OF_MANY: &[(&str, RuleOfMany)] = &[
    ("The key is another one than before", is_new),
    ("The key is a random one, not counted up", is_random),
    ("The key is another one than before, once more", is_new),
    ("The key is a random one, once more", is_random),
];

/// Rules that a client may break, and the words for one that does.
const ADVICE: &[(&str, &str, Rule, &str)] = &[
    (
        "The target is in origin form",
        "RFC 9112 §3.2.1",
        has_origin_form,
        "it sends an absolute URI, which RFC 6455 §4.1 allows and RFC 9112 does not",
    ),
    (
        "Host is the first field",
        "RFC 9110 §7.2",
        |request| match request.fields.first() {
            Some((name, _)) if name.eq_ignore_ascii_case("Host") => Ok(()),
            Some(_) | None => Err("its first field is another one".into()),
        },
        "another field goes before Host (SHOULD)",
    ),
    (
        "The request has no body and announces none",
        "RFC 9110 §9.3.1",
        |request| {
            let names = ["Content-Length", "Transfer-Encoding"];
            match names
                .iter()
                .any(|name| request.values(name).next().is_some())
            {
                true => Err("it announces a body".into()),
                false => Ok(()),
            }
        },
        "it announces a body (SHOULD NOT)",
    ),
];

fn has_host(request: &Head) -> Result<(), String> {
    let hosts: Vec<_> = request.values("Host").collect();
    let [host] = hosts[..] else {
        return Err(format!("it has the hosts {hosts:?}"));
    };
    let fault = Err(format!("Host is {host:?}"));
    let Some((name, port)) = host.rsplit_once(':') else {
        return fault;
    };
    let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    // RFC 9110 §4.2.4: a sender MUST NOT generate user information.
    let is_name = !name.is_empty() && !name.contains(['@', '/', ' ']);
    match is_port && is_name {
        true => Ok(()),
        false => fault,
    }
}

fn has_connection(request: &Head) -> Result<(), String> {
    let options = request.list("Connection");
    if let Some(option) = options.iter().find(|option| !is_token(option)) {
        return Err(format!("Connection has {option:?}"));
    }
    match request.has_token("Connection", "Upgrade") {
        true => Ok(()),
        false => Err(format!("Connection is {options:?}")),
    }
}
