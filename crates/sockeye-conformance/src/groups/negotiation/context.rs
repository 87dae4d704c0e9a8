//! Chapter 11: what is kept from one message to the next, and what is not (RFC 7692 §7.1.1).

use super::{CONTEXT, Frames, MakeScript, PLAIN};
use crate::script::{Agreement, Ending, Event, FrameScript, Message, Needs, Step, binary, text};
use crate::wire::{Blocks, Pen};
use crate::{Case, Role, Verdict};

pub(super) fn cases(role: Role) -> Vec<Case> {
    let pen = Pen::against(role);
    let kept = KEPT.iter().map(move |&(shows, frames, events)| {
        let script = move || {
            let script = FrameScript::new().with_deflate(CONTEXT).send(frames(pen));
            script.expect(events(), Ending::Normal)
        };
        (shows, Box::new(script) as MakeScript)
    });
    let own = || Box::new(echoes_own) as MakeScript;
    let forgotten: [(&str, MakeScript); 4] = [
        (
            "The subject's messages do not refer to those before when that is agreed on",
            own(),
        ),
        (
            "Messages come back when the suite's do not refer to those before",
            Box::new(|| same_thrice(FORGETS)),
        ),
        (
            "Messages come back when neither side's refer to those before",
            Box::new(|| same_thrice(BOTH_FORGET)),
        ),
        (
            "A reference to an earlier message, against what is agreed on, is noticed",
            Box::new(move || {
                let again = Blocks::new().fixed(false).copy(5, 5).end().message();
                FrameScript::new()
                    .with_deflate(FORGETS)
                    .send(pen.frame(0xc1, &HELLO))
                    .step(Step::Await(1))
                    .send(pen.frame(0xc1, &again))
                    .expect([text("Hello")], Ending::Fails(&[1007]))
                    .or(
                        Verdict::Informational,
                        "it keeps what it need not keep",
                        [text("Hello"), text("Hello")],
                        Ending::Normal,
                    )
            }),
        ),
    ];
    let rows = (1..).zip(kept.chain(forgotten));
    let cases = rows.map(|(index, (shows, script))| {
        Case::new(format!("X.11.{index}"), shows, "RFC 7692 §7.1.1", script)
    });
    cases.collect()
}

/// The subject's own messages are inflated without what was before.
fn echoes_own() -> FrameScript {
    same_thrice(Agreement {
        offer: "permessage-deflate; server_no_context_takeover",
        answer: "client_no_context_takeover",
        ..PLAIN
    })
}

fn same_thrice(agreement: Agreement) -> FrameScript {
    let payload = "Once more, with the same words as before. ".repeat(20);
    let mut script = FrameScript::new().with_deflate(agreement);
    for _ in 0..3 {
        script = script.step(Step::Message(Message {
            is_text: true,
            payload: payload.clone().into(),
            max_fragment_bytes: 0,
            is_plain: false,
        }));
    }
    script.expect(vec![text(&payload); 3], Ending::Normal)
}

/// The suite's side forgets; a server has to say so, since it is only a hint in an offer.
const FORGETS: Agreement = Agreement {
    offer: "permessage-deflate; client_no_context_takeover",
    answer: "server_no_context_takeover",
    needs: Needs::NoContext,
};

const BOTH_FORGET: Agreement = Agreement {
    offer: "permessage-deflate; client_no_context_takeover; server_no_context_takeover",
    answer: "client_no_context_takeover; server_no_context_takeover",
    needs: Needs::NoContext,
};

type Row = (&'static str, Frames, fn() -> Vec<Event>);

/// Messages of which later ones refer to earlier ones.
const KEPT: &[Row] = &[
    (
        "A message that refers to the one before comes back",
        |pen| [pen.frame(0xc1, &HELLO), pen.frame(0xc1, &AGAIN)].concat(),
        || vec![text("Hello"); 2],
    ),
    (
        "A message that refers to one before the last comes back",
        |pen| {
            let other = Blocks::new().stored(false, b"other").message();
            let again = Blocks::new().fixed(false).copy(5, 10).end().message();
            let messages = [&HELLO[..], &other, &again];
            messages.map(|message| pen.frame(0xc1, message)).concat()
        },
        || vec![text("Hello"), text("other"), text("Hello")],
    ),
    (
        "A message that is not compressed is nothing that others can refer to",
        |pen| {
            let plain = pen.text("plain");
            [pen.frame(0xc1, &HELLO), plain, pen.frame(0xc1, &AGAIN)].concat()
        },
        || vec![text("Hello"), text("plain"), text("Hello")],
    ),
    (
        "An empty message changes nothing",
        |pen| {
            let messages = [&HELLO[..], &[0], &[0x02, 0x00], &AGAIN];
            messages.map(|message| pen.frame(0xc1, message)).concat()
        },
        || vec![text("Hello"), text(""), text(""), text("Hello")],
    ),
    (
        "Text can refer to binary",
        |pen| {
            let first = [pen.frame(0xc2, &HELLO), pen.frame(0xc1, &AGAIN)].concat();
            [first, pen.frame(0xc2, &AGAIN)].concat()
        },
        || vec![binary("Hello"), text("Hello"), binary("Hello")],
    ),
    (
        "Fragments refer to messages before, across pings",
        |pen| {
            let (start, end) = AGAIN.split_at(2);
            let first = [pen.frame(0xc1, &HELLO), pen.frame(0x41, start)].concat();
            [first, pen.pong("x"), pen.last(end)].concat()
        },
        || vec![text("Hello"); 2],
    ),
    (
        "A reference of 32768 bytes reaches into the message before",
        |pen| {
            let first = Blocks::new().stored(false, &counted(32768)).message();
            let again = Blocks::new().fixed(false).copy(258, 32768).end().message();
            [pen.frame(0xc2, &first), pen.frame(0xc2, &again)].concat()
        },
        || vec![binary(counted(32768)), binary(&counted(32768)[..258])],
    ),
    (
        "A reference of 32768 bytes reaches back over many messages",
        |pen| {
            let mut frames = Vec::new();
            for part in counted(34816).chunks(512) {
                let message = Blocks::new().stored(false, part).message();
                frames.extend(pen.frame(0xc2, &message));
            }
            let again = Blocks::new().fixed(false).copy(100, 32768).end().message();
            [frames, pen.frame(0xc2, &again)].concat()
        },
        || {
            let all = counted(34816);
            let mut events: Vec<_> = all.chunks(512).map(binary).collect();
            events.push(binary(&all[2048..2148]));
            events
        },
    ),
    (
        "A thousand messages each refer to the one before",
        |pen| [pen.frame(0xc1, &HELLO), pen.frame(0xc1, &AGAIN).repeat(999)].concat(),
        || vec![text("Hello"); 1000],
    ),
];

/// No two parts of it are the same.
fn counted(n_bytes: u32) -> Vec<u8> {
    let numbers = (0..n_bytes.div_ceil(4)).flat_map(u32::to_be_bytes);
    numbers.take(n_bytes as usize).collect()
}

/// `Hello` in a block with the fixed codes (RFC 7692 §7.2.3.1).
const HELLO: [u8; 7] = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];

/// The same, once it was there before (§7.2.3.2).
const AGAIN: [u8; 5] = [0xf2, 0x00, 0x11, 0x00, 0x00];
