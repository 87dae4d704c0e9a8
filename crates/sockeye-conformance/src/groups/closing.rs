//! Group 7: the closing handshake (RFC 6455 §5.5.1, §7).

use crate::script::{Ending, Event, FrameScript, Step, pong, text};
use crate::wire::Pen;
use crate::{Case, Role, Verdict};

pub(super) fn cases(role: Role) -> Vec<Case> {
    let pen = Pen::against(role);
    let bodies = BODIES.map(|(number, shows, body)| {
        Case::new(format!("7.3.{number}"), shows, CLOSE, move || {
            let code = body.first_chunk().map(|code| u16::from_be_bytes(*code));
            answered(pen.frame(0x88, body), code)
        })
    });
    let wrong_bodies = WRONG_BODIES.map(|(number, shows, body, codes)| {
        Case::new(format!("7.{number}"), shows, CLOSE, move || {
            refused(pen.frame(0x88, body), codes)
        })
    });
    let codes = (1..).zip(CODES).map(|(number, code)| {
        let shows = format!("A Close with the code {code} is answered");
        Case::new(format!("7.7.{number}"), shows, CODE, move || {
            answered(pen.close(code, ""), Some(code))
        })
    });
    let wrong_codes = (1..).zip(WRONG_CODES).map(|(number, code)| {
        let shows = format!("A Close with the code {code} is refused");
        Case::new(format!("7.9.{number}"), shows, CODE, move || {
            refused(pen.close(code, ""), &[1002])
        })
    });
    let undefined_codes = (1..).zip(UNDEFINED_CODES).map(|(number, code)| {
        let shows = format!("What comes of a Close with the code {code}");
        Case::new(format!("7.13.{number}"), shows, CODE, move || {
            undefined(pen.close(code, ""), NO_SUCH_CODE)
        })
    });
    let cases = sequences(pen).into_iter().chain(bodies).chain(wrong_bodies);
    let cases = cases.chain(codes).chain(wrong_codes);
    cases.chain(undefined_codes).collect()
}

/// What comes before a Close, and behind it.
fn sequences(pen: Pen) -> Vec<Case> {
    let close = move || pen.close(1000, "");
    let behind: [(u8, &str, Around, Option<Event>); 4] = [
        (
            2,
            "A second Close",
            |pen| [vec![], pen.frame(0x88, b"")],
            None,
        ),
        (3, "A ping", |pen| [vec![], pen.ping("")], Some(pong(""))),
        (
            4,
            "A message",
            |pen| [vec![], pen.text("late")],
            Some(text("late")),
        ),
        (
            5,
            "The last fragment of a message",
            |pen| [pen.text_start("one"), pen.last("two")],
            Some(text("onetwo")),
        ),
    ];
    let behind = behind.map(|(number, what, around, wrong)| {
        let shows = format!("{what} behind a Close is ignored");
        Case::new(format!("7.1.{number}"), shows, CLOSE, move || {
            let [before, after] = around(pen);
            let script = FrameScript::new()
                .send([before, close(), after].concat())
                .expect([], answers(Some(1000)));
            match wrong.clone() {
                Some(wrong) => script.or(Verdict::NonStrict, HEEDS, [wrong], answers(Some(1000))),
                None => script,
            }
        })
    });
    let shows = "A message comes back, and a Close behind it is answered";
    let message = Case::new("7.1.1", shows, CLOSE, move || {
        FrameScript::new()
            .send(pen.text("Hello, world!"))
            .step(Step::Await(1))
            .send(close())
            .expect([text("Hello, world!")], answers(Some(1000)))
    });
    let shows = "What comes back of 256 KiB and a short message right before a Close";
    let messages = Case::new("7.1.6", shows, CLOSE, move || {
        let long = b"0123456789abcdef".repeat(16 * 1024);
        let frames = [pen.text(long), pen.text("short"), close(), pen.ping("")];
        undefined(frames.concat(), MAY_LOSE)
    });
    [message]
        .into_iter()
        .chain(behind)
        .chain([messages])
        .collect()
}

/// Frames of which the first goes before a Close, the second behind it.
type Around = fn(Pen) -> [Vec<u8>; 2];

/// A right Close, which has this code.
fn answered(close: Vec<u8>, code: Option<u16>) -> FrameScript {
    FrameScript::new().send(close).expect([], answers(code))
}

/// The answer typically echoes the code (§5.5.1); 1000 and no code at all say nothing wrong either.
fn answers(code: Option<u16>) -> Ending {
    let mut codes = vec![code, Some(1000), None];
    codes.dedup();
    Ending::Answers(codes)
}

/// A wrong Close.
fn refused(close: Vec<u8>, codes: &'static [u16]) -> FrameScript {
    FrameScript::new()
        .send(close)
        .expect([], Ending::Refuses(codes))
}

/// Frames with a Close among them, of which the standard does not say what must follow.
fn undefined(frames: Vec<u8>, why: &'static str) -> FrameScript {
    FrameScript::new()
        .send(frames)
        .or(Verdict::Informational, why, [], Ending::Undefined)
}

/// Bodies of a Close that are right.
const BODIES: [(u8, &str, &[u8]); 4] = [
    (1, "A Close without a body is answered", b""),
    (3, "A Close with a code is answered", b"\x03\xe8"),
    (
        4,
        "A Close with a code and a reason is answered",
        b"\x03\xe8Hello, world!",
    ),
    (
        5,
        "A Close with the longest reason is answered",
        &with_reason::<125>(),
    ),
];

/// Bodies of a Close that are wrong, and the codes to fail with.
const WRONG_BODIES: [(&str, &str, &[u8], &[u16]); 3] = [
    (
        "3.2",
        "A Close with a body of one byte is refused",
        b"a",
        &[1002],
    ),
    (
        "3.6",
        "A Close with a body of 126 bytes is refused",
        &with_reason::<126>(),
        &[1002],
    ),
    (
        "5.1",
        "A Close with a reason that is not UTF-8 is refused",
        b"\x03\xe8\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80edited",
        // §8.1 has the one, and 1002 is right for any error.
        &[1007, 1002],
    ),
];

/// The code 1000 and a reason, so many bytes in all.
const fn with_reason<const LEN: usize>() -> [u8; LEN] {
    let mut body = [b'*'; LEN];
    body[0] = 0x03;
    body[1] = 0xe8;
    body
}

/// Codes that a Close may have: those of the standard, and the edges of two ranges (§7.4.2).
const CODES: [u16; 13] = [
    1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999,
];

/// Codes that a Close must not have: reserved, without a meaning, or below all ranges.
const WRONG_CODES: [u16; 9] = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999];

/// Codes above all ranges.
const UNDEFINED_CODES: [u16; 2] = [5000, 65535];

const HEEDS: &str = "it heeds what comes behind a Close (§1.4: it discards that)";

const MAY_LOSE: &str = "an answer to the Close may be sent before what is not yet sent";

const NO_SUCH_CODE: &str = "the standard says nothing about such codes";

const CLOSE: &str = "RFC 6455 §5.5.1";

const CODE: &str = "RFC 6455 §7.4";
