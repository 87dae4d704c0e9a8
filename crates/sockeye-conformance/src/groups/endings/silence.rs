//! Peers that do not do their part of the closing handshake (RFC 6455 §7.1.1).
//!
//! A server SHOULD close TCP by itself. A client SHOULD wait for that, and MAY close TCP after "a
//! reasonable amount of time"; the suite waits for 22 s.

use std::time::Duration;

use super::PROTOCOL_ERROR;
use crate::Case;
use crate::groups::list::List;
use crate::script::{Ending, FrameScript, Step, text};
use crate::wire::Pen;

pub(super) fn cases(pen: Pen) -> Vec<Case> {
    let mut list = List::new("C.11");
    let fault = move || pen.frame(0x83, b"");
    list.add(
        SECTION,
        "TCP ends although the subject's Close is never answered",
        move || {
            FrameScript::new()
                .send(fault())
                .expect([], Ending::Fails(PROTOCOL_ERROR))
                .never_answers_close()
        },
    );
    list.add(
        SECTION,
        "TCP ends although the subject's Close is answered with pings only",
        move || {
            let pings = (0..12).flat_map(|_| {
                let ping = Step::Send(pen.ping("still there?"));
                [Step::Pause(Duration::from_secs(1)), ping]
            });
            pings
                .fold(FrameScript::new().send(fault()), FrameScript::step)
                .expect([], Ending::Fails(PROTOCOL_ERROR))
                .never_answers_close()
        },
    );
    list.add(
        SECTION,
        "TCP ends after a closing handshake although the suite does not end it",
        move || {
            FrameScript::new()
                .send(pen.text("Hello"))
                .expect([text("Hello")], Ending::Normal)
                .never_ends_tcp()
        },
    );
    list.add(
        SECTION,
        "TCP ends after the subject has failed although the suite does not end it",
        move || {
            FrameScript::new()
                .send(fault())
                .expect([], Ending::Fails(PROTOCOL_ERROR))
                .never_ends_tcp()
        },
    );
    list.into_cases()
}

const SECTION: &str = "RFC 6455 §7.1.1";
