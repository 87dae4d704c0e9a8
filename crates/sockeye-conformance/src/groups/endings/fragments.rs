//! Frames that do not fit the message in progress (RFC 6455 §5.4).

use super::{AFTER, PROTOCOL_ERROR};
use crate::groups::list::List;
use crate::script::{Ending, Event, FrameScript, Step, pong, text};
use crate::wire::Pen;
use crate::{Case, Verdict};

pub(super) fn cases(pen: Pen) -> Vec<Case> {
    let mut list = List::new("C.5");
    let rows: [(&str, Vec<u8>); 8] = [
        ("An empty continuation of nothing", pen.last("")),
        (
            "A continuation of nothing with more to come",
            pen.continuation("more"),
        ),
        (
            "A text message within a text message",
            [pen.text_start("a"), pen.text("b")].concat(),
        ),
        (
            "A binary message within a text message",
            [pen.text_start("a"), pen.binary("b")].concat(),
        ),
        (
            "An empty message within an empty message",
            [pen.text_start(""), pen.text("")].concat(),
        ),
        (
            "The start of a message within a message",
            [pen.binary_start("a"), pen.binary_start("b")].concat(),
        ),
        (
            "The start of a message after the second frame of another",
            [
                pen.text_start("a"),
                pen.continuation("b"),
                pen.text_start("c"),
            ]
            .concat(),
        ),
        (
            "A message within a message, behind a pong",
            [pen.text_start("a"), pen.pong(""), pen.text("b")].concat(),
        ),
    ];
    for (name, bytes) in rows {
        list.add(SECTION, format!("{name} fails the connection"), move || {
            let behind = [pen.last(""), pen.text(AFTER)].concat();
            FrameScript::new()
                .send([&bytes[..], &behind].concat())
                .expect([], Ending::Fails(PROTOCOL_ERROR))
        });
    }
    for (name, message) in [
        ("a message of one frame", pen.text("ab")),
        (
            "a message of two frames",
            [pen.text_start("a"), pen.last("b")].concat(),
        ),
    ] {
        let shows = format!("A continuation after the end of {name} fails the connection");
        list.add(SECTION, shows, move || {
            FrameScript::new()
                .send(message.clone())
                .step(Step::Await(1))
                .send([pen.last("c"), pen.text(AFTER)].concat())
                .expect([text("ab")], Ending::Fails(PROTOCOL_ERROR))
        });
    }
    list.add(
        SECTION,
        "A message within a message fails the connection, behind a ping that is answered",
        move || {
            let bytes = [pen.text_start("a"), pen.ping("p"), pen.text("b")];
            let answered: [Event; 1] = [pong("p")];
            FrameScript::new()
                .send(bytes.concat())
                .expect(answered, Ending::Fails(PROTOCOL_ERROR))
                .or(
                    Verdict::Informational,
                    "it fails the connection before it answers the ping",
                    [],
                    Ending::Fails(PROTOCOL_ERROR),
                )
        },
    );
    list.into_cases()
}

const SECTION: &str = "RFC 6455 §5.4";
