//! Group 2: pings and pongs (RFC 6455 §5.5.2–3).

use super::cut::Cut;
use crate::script::{Ending, Event, FrameScript, pong};
use crate::wire::Pen;
use crate::{Case, Role, Verdict};

pub(super) fn cases(role: Role) -> Vec<Case> {
    let pen = Pen::against(role);
    let answered = ANSWERED.iter().map(|&(number, what, payload, cut)| {
        let shows = format!("A ping {what} is answered with its payload{}", cut.words());
        Case::new(format!("2.{number}"), shows, PONG, move || {
            cut.send(FrameScript::new(), &[pen.ping(payload)])
                .expect([pong(payload)], Ending::Normal)
        })
    });
    let unasked = UNASKED.iter().map(|&(number, what, payload)| {
        let shows = format!("A pong {what} that nobody asked for gets no answer");
        Case::new(format!("2.{number}"), shows, PONG, move || {
            FrameScript::new()
                .send(pen.pong(payload))
                .expect([], Ending::Normal)
        })
    });
    let series = [(10, Cut::Whole), (11, Cut::Bytes)].map(|(number, cut)| {
        let shows = format!("Ten pings are answered in order{}", cut.words());
        Case::new(format!("2.{number}"), shows, PONG, move || {
            let payloads: Vec<_> = (0..10).map(|n| format!("ping {n}")).collect();
            let pings: Vec<_> = payloads.iter().map(|payload| pen.ping(payload)).collect();
            expect_pongs(cut.send(FrameScript::new(), &pings), &payloads)
        })
    });
    let too_long = Case::new(
        "2.5",
        "A ping of 126 bytes is refused",
        CONTROL,
        move || {
            FrameScript::new()
                .send(pen.ping([0xfe; 126]))
                .expect([], Ending::Fails(&[1002]))
        },
    );
    let between = Case::new(
        "2.9",
        "A ping behind a pong that nobody asked for is answered, the pong is not",
        PONG,
        move || {
            let frames = [pen.pong("unasked"), pen.ping("asked")];
            FrameScript::new()
                .send(frames.concat())
                .expect([pong("asked")], Ending::Normal)
        },
    );
    answered
        .chain(unasked)
        .chain(series)
        .chain([too_long, between])
        .collect()
}

/// All of the pongs, in order; or only some, as long as the last is among them.
fn expect_pongs(script: FrameScript, payloads: &[String]) -> FrameScript {
    let all: Vec<_> = payloads.iter().map(pong).collect();
    let n_optional = all.len() - 1;
    let script = script.expect(all.clone(), Ending::Normal);
    (0..1 << n_optional).fold(script, |script, chosen: u32| {
        let is_sent = |at: usize| at == n_optional || chosen >> at & 1 == 1;
        let some: Vec<Event> = (0..all.len())
            .filter(|&at| is_sent(at))
            .map(|at| all[at].clone())
            .collect();
        script.or(Verdict::Informational, SKIPS, some, Ending::Normal)
    })
}

/// What pings have in them that are answered.
const ANSWERED: [(u8, &str, &[u8], Cut); 5] = [
    (1, "without a payload", b"", Cut::Whole),
    (2, "with text in it", b"Hello, world!", Cut::Whole),
    (
        3,
        "with bytes in it that are not UTF-8",
        b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff",
        Cut::Whole,
    ),
    (4, "of 125 bytes", &[0xfe; 125], Cut::Whole),
    (6, "of 125 bytes", &[0xfe; 125], Cut::Bytes),
];

/// What pongs have in them that nobody asked for.
const UNASKED: [(u8, &str, &[u8]); 2] = [
    (7, "without a payload", b""),
    (8, "with a payload", b"nobody asked"),
];

const SKIPS: &str = "it skips pongs when a newer ping has come (§5.5.3: MAY)";

const CONTROL: &str = "RFC 6455 §5.5";

const PONG: &str = "RFC 6455 §5.5.3";
