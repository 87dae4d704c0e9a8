//! Group 5: fragments, and control frames between them (RFC 6455 §5.4–5.5).

use std::time::Duration;

use super::cut::Cut;
use super::reserved_bits::LOST;
use crate::script::{Ending, FrameScript, Step, pong, still_open, text};
use crate::wire::Pen;
use crate::{Case, Role, Verdict};

pub(super) fn cases(role: Role) -> Vec<Case> {
    let pen = Pen::against(role);
    let mut cases = Vec::new();
    for (number, name, first_byte) in [(1, "ping", 0x09), (2, "pong", 0x0a)] {
        let shows = format!("A {name} in two fragments is refused");
        cases.push(Case::new(id(number), shows, "RFC 6455 §5.5", move || {
            let frames = [pen.frame(first_byte, b"one"), pen.last("two")];
            refused(Cut::Whole, &frames)
        }));
    }
    for (index, cut) in (0..).zip(CUTS) {
        let words = cut.words();
        cases.extend([
            Case::new(
                id(3 + index),
                format!("A text message in two fragments comes back{words}"),
                SECTION,
                move || {
                    let frames = [pen.text_start("one"), pen.last("two")];
                    cut.send(FrameScript::new(), &frames)
                        .expect([text("onetwo")], Ending::Normal)
                },
            ),
            Case::new(
                id(6 + index),
                format!("A ping between two fragments is answered first{words}"),
                SECTION,
                move || {
                    let frames = [pen.text_start("one"), pen.ping("now"), pen.last("two")];
                    let (pong, text) = (pong("now"), text("onetwo"));
                    cut.send(FrameScript::new(), &frames)
                        .expect([pong.clone(), text.clone()], Ending::Normal)
                        .or(Verdict::NonStrict, LATE, [text, pong], Ending::Normal)
                },
            ),
            Case::new(
                id(9 + index),
                format!("A last fragment without a message is refused{words}"),
                SECTION,
                move || refused(cut, &[pen.last("continuation"), pen.text("Hello")]),
            ),
            Case::new(
                id(12 + index),
                format!("A fragment without a message, not the last, is refused{words}"),
                SECTION,
                move || refused(cut, &[pen.continuation("continuation"), pen.text("Hello")]),
            ),
        ]);
    }
    cases.push(Case::new(
        "5.15",
        "A message in two fragments comes back, a fragment behind it is refused",
        SECTION,
        move || {
            let frames = [
                pen.text_start("one"),
                pen.last("two"),
                pen.continuation("three"),
                pen.text("four"),
            ];
            FrameScript::new()
                .send(frames.concat())
                .expect([text("onetwo")], Ending::Fails(&[1002]))
                .or(Verdict::NonStrict, LOST, [], Ending::Fails(&[1002]))
        },
    ));
    for (number, which, first_byte) in [(16, "not the last", 0x00), (17, "the last", 0x80)] {
        let shows = format!("A fragment ({which}) before a fragmented message is refused");
        cases.push(Case::new(id(number), shows, SECTION, move || {
            let frames = [
                pen.frame(first_byte, b"one"),
                pen.text_start("two"),
                pen.last("three"),
            ];
            refused(Cut::Whole, &[frames.concat(), frames.concat()])
        }));
    }
    cases.push(Case::new(
        "5.18",
        "A second fragment that has the opcode of text too is refused",
        SECTION,
        move || refused(Cut::Whole, &[pen.text_start("one"), pen.text("two")]),
    ));
    for (number, cut) in [(19, Cut::Whole), (20, Cut::Frames)] {
        let words = cut.words();
        let shows = format!("A ping in a message that takes its time is answered at once{words}");
        cases.push(Case::new(
            id(number),
            shows,
            "RFC 6455 §5.5.2",
            move || slow_message(pen, cut),
        ));
    }
    cases
}

fn id(number: u8) -> String {
    format!("5.{number}")
}

fn refused(cut: Cut, frames: &[Vec<u8>]) -> FrameScript {
    cut.send(FrameScript::new(), frames)
        .expect([], Ending::Fails(&[1002]))
}

/// Five fragments, with a ping behind the second and a wait, and a ping behind the fourth.
fn slow_message(pen: Pen, cut: Cut) -> FrameScript {
    let begin = [
        pen.text_start("one"),
        pen.continuation("two"),
        pen.ping("first"),
    ];
    let end = [
        pen.continuation("three"),
        pen.continuation("four"),
        pen.ping("second"),
        pen.last("five"),
    ];
    let script = cut
        .send(FrameScript::new(), &begin)
        .pause(Duration::from_secs(1))
        .step(Step::StillOpen);
    let (first, second) = (pong("first"), pong("second"));
    let (open, message) = (still_open(), text("onetwothreefourfive"));
    let at_once = [&first, &open, &second, &message];
    // Pongs that come later, and only the later of both, are allowed and not what is recommended.
    let late = [
        &[&first, &open, &message, &second][..],
        &[&open, &first, &second, &message],
        &[&open, &first, &message, &second],
        &[&open, &message, &first, &second],
        &[&open, &second, &message],
        &[&open, &message, &second],
    ];
    let owned = |events: &[&_]| -> Vec<_> { events.iter().copied().cloned().collect() };
    let script = cut
        .send(script, &end)
        .expect(owned(&at_once), Ending::Normal);
    late.into_iter().fold(script, |script, events| {
        script.or(Verdict::NonStrict, LATE, owned(events), Ending::Normal)
    })
}

const CUTS: [Cut; 3] = [Cut::Whole, Cut::Frames, Cut::Bytes];

const LATE: &str = "a ping is not answered as soon as is practical (§5.5.2: SHOULD)";

const SECTION: &str = "RFC 6455 §5.4";
