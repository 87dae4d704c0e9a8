//! Group 9: long messages and many, in fragments and in pieces (RFC 6455 §5.2, §5.4).
//!
//! All must come back with their contents; how fast they do is no matter.

mod kind;

use std::time::Duration;

use kind::Kind;

use crate::script::{Ending, FrameScript, Step};
use crate::wire::Pen;
use crate::{Case, Role, Verdict};

pub(super) fn cases(role: Role) -> Vec<Case> {
    let pen = Pen::against(role);
    let kinds = [(0, Kind::Text), (1, Kind::Binary)];
    let of_kind = |(offset, kind): (u8, Kind)| {
        let name = kind.name();
        let whole = (1..).zip(LENGTHS).map(move |(number, len)| {
            let shows = format!("A {name} message of {} comes back", size(len));
            let id = format!("9.{}.{number}", 1 + offset);
            Case::new(id, shows, LENGTH, move || {
                let payload = kind.contents(0, len);
                one(kind, &payload, Step::Send(kind.frame(pen, &payload)))
            })
        });
        let in_fragments = (1..).zip(FRAGMENTS).map(move |(number, fragment_bytes)| {
            let size = size(fragment_bytes);
            let shows = format!("A {name} message of 4 MiB in fragments of {size} comes back");
            let id = format!("9.{}.{number}", 3 + offset);
            Case::new(id, shows, "RFC 6455 §5.4", move || {
                let payload = kind.contents(0, 4 * MIB);
                let frames = pen.fragments(kind.opcode(), &payload, fragment_bytes);
                one(kind, &payload, Step::Send(frames))
            })
        });
        let in_pieces = (1..).zip(PIECES).map(move |(number, piece_bytes)| {
            let size = size(piece_bytes);
            let shows = format!("A {name} message of 1 MiB, sent in pieces of {size}, comes back");
            let id = format!("9.{}.{number}", 5 + offset);
            Case::new(id, shows, LENGTH, move || {
                let payload = kind.contents(0, MIB);
                one(
                    kind,
                    &payload,
                    Step::Chop(kind.frame(pen, &payload), piece_bytes),
                )
            })
        });
        let many = (1..).zip(SHORT_LENGTHS).map(move |(number, len)| {
            let size = size(len);
            let shows = format!("A thousand {name} messages of {size} come back, one by one");
            let id = format!("9.{}.{number}", 7 + offset);
            Case::new(id, shows, LENGTH, move || thousand(pen, kind, len))
        });
        whole.chain(in_fragments).chain(in_pieces).chain(many)
    };
    kinds.into_iter().flat_map(of_kind).collect()
}

/// One message.
fn one(kind: Kind, payload: &[u8], step: Step) -> FrameScript {
    FrameScript::new()
        .patience(PATIENCE)
        .step(step)
        .expect([kind.event(payload)], Ending::Normal)
        .or(Verdict::Informational, LIMITED, [], TOO_BIG)
}

/// A thousand messages, each sent when the one before it has come back.
fn thousand(pen: Pen, kind: Kind, len: usize) -> FrameScript {
    let mut script = FrameScript::new().patience(PATIENCE);
    let mut events = Vec::new();
    for index in 0..1000 {
        let payload = kind.contents(index, len);
        events.push(kind.event(&payload));
        script = script
            .step(Step::Send(kind.frame(pen, &payload)))
            .step(Step::Await(events.len()));
    }
    script.expect(events, Ending::Normal)
}

fn size(n_bytes: usize) -> String {
    match n_bytes {
        MIB.. => format!("{} MiB", n_bytes / MIB),
        KIB.. => format!("{} KiB", n_bytes / KIB),
        _ => format!("{n_bytes} bytes"),
    }
}

const LENGTHS: [usize; 6] = [64 * KIB, 256 * KIB, MIB, 4 * MIB, 8 * MIB, 16 * MIB];

const FRAGMENTS: [usize; 9] = [
    64,
    256,
    KIB,
    4 * KIB,
    16 * KIB,
    64 * KIB,
    256 * KIB,
    MIB,
    4 * MIB,
];

const PIECES: [usize; 6] = [64, 128, 256, 512, 1024, 2048];

const SHORT_LENGTHS: [usize; 6] = [0, 16, 64, 256, 1024, 4096];

const KIB: usize = 1024;

const MIB: usize = 1024 * KIB;

/// Some subjects need seconds for 4 MiB in 65536 fragments, and far more when many cases run at once
/// on a machine that has other things to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// RFC 6455 §10.4 wants limits on frames and messages, and §7.4.1 has a code for them. Some say that
/// it is a matter of policy how many fragments there may be.
const TOO_BIG: Ending = Ending::Fails(&[1009, 1008]);

const LIMITED: &str = "it has a limit below this (§10.4)";

const LENGTH: &str = "RFC 6455 §5.2";
