//! Chapter 9: frames of compressed messages (RFC 7692 §6).

use super::{Frames, MakeScript, PLAIN};
use crate::script::{Ending, Event, FrameScript, binary, pong, text};
use crate::wire::{Blocks, Pen};
use crate::{Case, Role, Verdict};

pub(super) fn cases(role: Role) -> Vec<Case> {
    let pen = Pen::against(role);
    let right = RIGHT.iter().map(|(shows, section, frames, events)| {
        (
            *shows,
            *section,
            Box::new(move || script(frames(pen)).expect(events(), Ending::Normal)) as MakeScript,
        )
    });
    let wrong = WRONG.iter().map(|(shows, section, frames)| {
        (
            *shows,
            *section,
            Box::new(move || script(frames(pen)).expect([], Ending::Fails(&[1002]))) as MakeScript,
        )
    });
    let rows = right.chain(wrong).chain(others(pen));
    let cases = (1..).zip(rows).map(|(index, (shows, section, script))| {
        Case::new(format!("X.9.{index}"), shows, section, script)
    });
    cases.collect()
}

type Made = (&'static str, &'static str, MakeScript);

/// What fits in neither table.
fn others(pen: Pen) -> [Made; 4] {
    let fragmented = move |between: Vec<u8>| {
        [pen.frame(0x41, &HELLO[..3]), between, pen.last(&HELLO[3..])].concat()
    };
    [
        (
            "A ping between compressed fragments is answered",
            "RFC 6455 §5.4",
            Box::new(move || {
                script(fragmented(pen.ping("now")))
                    .expect([pong("now"), text("Hello")], Ending::Normal)
                    .or(
                        Verdict::NonStrict,
                        "it answers the ping behind the message (§5.5.2: SHOULD be sooner)",
                        [text("Hello"), pong("now")],
                        Ending::Normal,
                    )
            }),
        ),
        (
            "A Close between compressed fragments is answered",
            "RFC 6455 §5.5.1",
            Box::new(move || {
                let frames = [pen.frame(0x41, &HELLO[..3]), pen.close(1000, "")].concat();
                // With the code received, or with one for a message that cannot end any more.
                script(frames).expect([], Ending::Answers(vec![Some(1000), Some(1002)]))
            }),
        ),
        (
            "A compressed message in packets of one byte comes back",
            "RFC 7692 §6.2",
            Box::new(move || {
                FrameScript::new()
                    .with_deflate(PLAIN)
                    .chop(fragmented(Vec::new()), 1)
                    .expect([text("Hello")], Ending::Normal)
            }),
        ),
        (
            "A compressed message of 100 bytes in fragments of one byte comes back",
            "RFC 7692 §6.1",
            Box::new(move || {
                let noise: Vec<u8> = (0..94u32)
                    .map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8)
                    .collect();
                let message = Blocks::new().stored(false, &noise).message();
                let mut frames = pen.frame(0x42, &message[..1]);
                for byte in &message[1..] {
                    frames.extend(pen.continuation([*byte]));
                }
                frames.extend(pen.last(""));
                script(frames).expect([binary(&noise)], Ending::Normal)
            }),
        ),
    ]
}

fn script(frames: Vec<u8>) -> FrameScript {
    FrameScript::new().with_deflate(PLAIN).send(frames)
}

type Right = (&'static str, &'static str, Frames, fn() -> Vec<Event>);

/// Frames and what comes back.
const RIGHT: &[Right] = &[
    (
        "A compressed text message comes back",
        "RFC 7692 §6.1",
        |pen| pen.frame(0xc1, &HELLO),
        || vec![text("Hello")],
    ),
    (
        "A compressed binary message comes back",
        "RFC 7692 §6.1",
        |pen| pen.frame(0xc2, &HELLO),
        || vec![binary("Hello")],
    ),
    (
        "A compressed message in two fragments comes back",
        "RFC 7692 §7.2.3.1",
        |pen| [pen.frame(0x41, &HELLO[..3]), pen.last(&HELLO[3..])].concat(),
        || vec![text("Hello")],
    ),
    (
        "Empty fragments before, amid and behind a compressed message change nothing",
        "RFC 7692 §6.1",
        |pen| {
            let start = [pen.frame(0x41, b""), pen.continuation(&HELLO[..4])].concat();
            let end = [
                pen.continuation(""),
                pen.continuation(&HELLO[4..]),
                pen.last(""),
            ];
            [start, end.concat()].concat()
        },
        || vec![text("Hello")],
    ),
    (
        "A pong between compressed fragments changes nothing",
        "RFC 6455 §5.4",
        |pen| {
            [
                pen.frame(0x41, &HELLO[..3]),
                pen.pong(""),
                pen.last(&HELLO[3..]),
            ]
            .concat()
        },
        || vec![text("Hello")],
    ),
    (
        "A message that is not compressed comes back",
        "RFC 7692 §6.1",
        |pen| pen.text("plain"),
        || vec![text("plain")],
    ),
    (
        "Messages that are not compressed come back between those that are",
        "RFC 7692 §6.1",
        |pen| {
            let plain = [pen.text_start("pl"), pen.last("ain")].concat();
            let compressed = pen.frame(0xc1, &HELLO);
            [
                compressed.clone(),
                plain,
                compressed.clone(),
                pen.binary("plain"),
                compressed,
            ]
            .concat()
        },
        || {
            let [hello, plain] = ["Hello", "plain"].map(text);
            vec![hello.clone(), plain, hello.clone(), binary("plain"), hello]
        },
    ),
    (
        "A hundred compressed messages in one packet come back",
        "RFC 7692 §6.1",
        |pen| pen.frame(0xc1, &HELLO).repeat(100),
        || vec![text("Hello"); 100],
    ),
    (
        "A compressed message of 126 bytes on the wire comes back",
        "RFC 6455 §5.2",
        |pen| pen.frame(0xc1, &Blocks::new().stored(false, &[b'*'; 120]).message()),
        || vec![text([b'*'; 120])],
    ),
    (
        "A compressed message of 65536 bytes on the wire comes back",
        "RFC 6455 §5.2",
        |pen| pen.frame(0xc2, &Blocks::new().stored(false, &[7; 65530]).message()),
        || vec![binary([7; 65530])],
    ),
    (
        "A ping and an unsolicited pong do not need the extension",
        "RFC 7692 §6",
        |pen| [pen.ping("a"), pen.pong("b"), pen.frame(0xc1, &HELLO)].concat(),
        || vec![pong("a"), text("Hello")],
    ),
];

/// RFC 7692 §6: who receives the bit on a control frame or on a later fragment MUST fail the
/// connection; RFC 6455 §5.2: the same for bits that have no meaning.
const WRONG: &[(&str, &str, Frames)] = &[
    (
        "RSV1 on the last fragment of a compressed message fails",
        "RFC 7692 §6",
        |pen| [pen.frame(0x41, &HELLO[..3]), pen.frame(0xc0, &HELLO[3..])].concat(),
    ),
    (
        "RSV1 on a fragment amid a compressed message fails",
        "RFC 7692 §6",
        |pen| {
            let start = [pen.frame(0x41, &HELLO[..3]), pen.frame(0x40, &HELLO[3..5])].concat();
            [start, pen.last(&HELLO[5..])].concat()
        },
    ),
    (
        "RSV1 on a later fragment of a message that is not compressed fails",
        "RFC 7692 §6",
        |pen| [pen.text_start("plain"), pen.frame(0xc0, &HELLO)].concat(),
    ),
    (
        "RSV1 on an empty last fragment fails",
        "RFC 7692 §6",
        |pen| [pen.frame(0x41, &HELLO), pen.frame(0xc0, b"")].concat(),
    ),
    ("RSV1 on a ping fails", "RFC 7692 §6", |pen| {
        pen.frame(0xc9, b"x")
    }),
    ("RSV1 on a pong fails", "RFC 7692 §6", |pen| {
        pen.frame(0xca, b"x")
    }),
    ("RSV1 on a Close fails", "RFC 7692 §6", |pen| {
        pen.frame(0xc8, &1000u16.to_be_bytes())
    }),
    (
        "RSV1 on a ping between compressed fragments fails",
        "RFC 7692 §6",
        |pen| {
            let start = [pen.frame(0x41, &HELLO[..3]), pen.frame(0xc9, b"")].concat();
            [start, pen.last(&HELLO[3..])].concat()
        },
    ),
    ("RSV2 fails", "RFC 6455 §5.2", |pen| pen.frame(0xa1, b"x")),
    ("RSV3 fails", "RFC 6455 §5.2", |pen| pen.frame(0x91, b"x")),
    ("RSV1 with RSV2 fails", "RFC 6455 §5.2", |pen| {
        pen.frame(0xe1, &HELLO)
    }),
    ("RSV1 with RSV3 fails", "RFC 6455 §5.2", |pen| {
        pen.frame(0xd2, &HELLO)
    }),
    ("All three reserved bits fail", "RFC 6455 §5.2", |pen| {
        pen.frame(0xf1, &HELLO)
    }),
    (
        "RSV2 on a later fragment of a compressed message fails",
        "RFC 6455 §5.2",
        |pen| [pen.frame(0x41, &HELLO[..3]), pen.frame(0xa0, &HELLO[3..])].concat(),
    ),
    ("RSV3 on a ping fails", "RFC 6455 §5.2", |pen| {
        pen.frame(0x99, b"x")
    }),
    (
        "A reserved opcode with RSV1 fails",
        "RFC 6455 §5.2",
        |pen| pen.frame(0xc3, &HELLO),
    ),
    (
        "A reserved control opcode with RSV1 fails",
        "RFC 6455 §5.2",
        |pen| pen.frame(0xcb, b""),
    ),
    (
        "A continuation with RSV1 and nothing before it fails",
        "RFC 6455 §5.4",
        |pen| pen.frame(0xc0, &HELLO),
    ),
    (
        "A compressed message within another fails",
        "RFC 6455 §5.4",
        |pen| [pen.frame(0x41, &HELLO[..3]), pen.frame(0xc1, &HELLO)].concat(),
    ),
    (
        "A plain message within a compressed one fails",
        "RFC 6455 §5.4",
        |pen| [pen.frame(0x41, &HELLO[..3]), pen.text("x")].concat(),
    ),
];

/// `Hello` in a block with the fixed codes (RFC 7692 §7.2.3.1). It refers to nothing before.
const HELLO: [u8; 7] = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
