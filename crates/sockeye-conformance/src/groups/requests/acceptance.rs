//! Chapter 14: the 101 itself (RFC 6455 §4.2.2).
//!
//! That its accept value is right, and that it has both fields of an upgrade, every case asks that
//! opens a WebSocket.

use super::chapter::Chapter;
use super::request::Request;
use crate::script::{Answer, Check};
use crate::wire::Head;
use crate::{Case, Verdict};

pub(super) fn cases() -> Vec<Case> {
    let mut chapter = Chapter::new(14);
    for (shows, section, question, otherwise) in ROWS {
        chapter.add(shows, section, move || {
            let opens = Answer::OpensWith(Check::new(question));
            let script = Request::valid().script().expect(opens);
            match otherwise {
                Some(reason) => script.or(Verdict::Informational, reason, Answer::Opens),
                None => script,
            }
        });
    }
    chapter.cases()
}

type Question = fn(&Head) -> Result<(), String>;

/// What it shows, the section, the rule, and what it is for when it is no rule.
const ROWS: [(&str, &str, Question, Option<&str>); 13] = [
    (
        "The status line of a 101 is well-formed",
        "RFC 9112 §4",
        |head| match head.start_line.starts_with("HTTP/1.1 101 ") {
            true => Ok(()),
            false => Err(format!("its status line is {:?}", head.start_line)),
        },
        None,
    ),
    (
        "The reason phrase of a 101 is the usual one",
        "RFC 9110 §15.2.2",
        |head| match &head.start_line[..] {
            "HTTP/1.1 101 Switching Protocols" => Ok(()),
            line => Err(format!("its status line is {line:?}")),
        },
        Some("its reason phrase is another one"),
    ),
    (
        "The fields of a 101 are well-formed",
        "RFC 9112 §5",
        well_formed,
        None,
    ),
    (
        "A 101 has no Content-Length",
        "RFC 9110 §8.6",
        |head| lacks(head, "Content-Length"),
        None,
    ),
    (
        "A 101 has no Transfer-Encoding",
        "RFC 9112 §6.1",
        |head| lacks(head, "Transfer-Encoding"),
        None,
    ),
    (
        "A 101 has no subprotocol that nobody offered",
        "RFC 6455 §4.2.2",
        |head| lacks(head, "Sec-WebSocket-Protocol"),
        None,
    ),
    (
        "A 101 has no extension that nobody offered",
        "RFC 6455 §9.1",
        |head| lacks(head, "Sec-WebSocket-Extensions"),
        None,
    ),
    (
        "A 101 has one accept value",
        "RFC 6455 §11.3.3",
        |head| has_one(head, "Sec-WebSocket-Accept"),
        None,
    ),
    (
        "Upgrade in a 101 has `websocket` and no more",
        "RFC 6455 §4.2.2",
        |head| has_just(head, "Upgrade", "websocket"),
        None,
    ),
    (
        "Connection in a 101 has `Upgrade` and no more",
        "RFC 6455 §4.2.2",
        |head| has_just(head, "Connection", "Upgrade"),
        Some("its Connection has more than `Upgrade`"),
    ),
    (
        "Connection in a 101 does not have `close`",
        "RFC 9112 §9.6",
        |head| match head.has_token("Connection", "close") {
            true => Err("its 101 says `close`".into()),
            false => Ok(()),
        },
        None,
    ),
    (
        "A 101 has no version",
        "RFC 6455 §4.4",
        |head| lacks(head, "Sec-WebSocket-Version"),
        Some("its 101 has Sec-WebSocket-Version"),
    ),
    (
        "A 101 does not give the key back",
        "RFC 6455 §4.2.2",
        |head| lacks(head, "Sec-WebSocket-Key"),
        Some("its 101 has Sec-WebSocket-Key"),
    ),
];

fn well_formed(head: &Head) -> Result<(), String> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let wrong = head
        .fields
        .iter()
        .find(|(name, _)| !name.bytes().all(is_token));
    match (head.faults.first(), wrong) {
        (Some(fault), _) => Err(format!("its 101 has {fault}")),
        (None, Some((name, _))) => Err(format!("its 101 has the name {name:?}")),
        (None, None) => Ok(()),
    }
}

fn lacks(head: &Head, name: &str) -> Result<(), String> {
    match head.values(name).next() {
        Some(value) => Err(format!("its 101 has `{name}: {value}`")),
        None => Ok(()),
    }
}

fn has_one(head: &Head, name: &str) -> Result<(), String> {
    match head.values(name).count() {
        1 => Ok(()),
        n_values => Err(format!("its 101 has {n_values} fields {name}")),
    }
}

fn has_just(head: &Head, name: &str, token: &str) -> Result<(), String> {
    match &head.list(name)[..] {
        [value] if value.eq_ignore_ascii_case(token) => Ok(()),
        values => Err(format!("its {name} has {values:?}")),
    }
}
