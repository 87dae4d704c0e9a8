//! Chapter 14: messages that grow beyond all bounds when they are inflated (RFC 6455 §10.4).
//!
//! A subject may have any limit, and must stay below this chapter's bound on memory.

use std::time::Duration;

use super::{Frames, PLAIN};
use crate::script::{Ending, FrameScript, Step, pong, text};
use crate::wire::{Blocks, Pen};
use crate::{Case, Role};

pub(super) fn cases(role: Role) -> Vec<Case> {
    let pen = Pen::against(role);
    let rows = (1..).zip(ROWS);
    let bombs = rows.map(move |(index, &(shows, frames))| {
        let script = move || script(frames(pen)).expect([], Ending::Fails(&[1009]));
        Case::new(format!("X.14.{index}"), shows, SECTION, script).bounded(BOUND)
    });
    let rest: [Row; 4] = [
        (
            "A bomb whose last fragment never comes is stopped, or not inflated yet",
            |pen| {
                let frames = [pen.frame(0x41, &Blocks::bomb(GIB)), pen.ping("after it")].concat();
                script(frames)
                    .expect([], Ending::Fails(&[1009]))
                    .expect([pong("after it")], Ending::Normal)
            },
        ),
        ("A bomb behind a good message is stopped", |pen| {
            let good = Blocks::new().stored(false, b"Hello").message();
            let bomb = Blocks::bomb(GIB);
            script(pen.frame(0xc1, &good))
                .step(Step::Await(1))
                .send(pen.frame(0xc2, &bomb))
                .expect([text("Hello")], Ending::Fails(&[1009]))
        }),
        (
            "Eight megabytes that inflate to nothing take no memory",
            |pen| {
                let empty = Blocks::new().stored(false, b"").bytes();
                let message = [empty.repeat(8 * MIB / empty.len()), vec![0]].concat();
                inflates_to_nothing(pen, &message)
            },
        ),
        (
            "Eight megabytes of empty blocks with the fixed codes take no memory",
            |pen| {
                // Four of them are 40 bits.
                let mut four = Blocks::new();
                for _ in 0..4 {
                    four = four.fixed(false).end();
                }
                let message = [four.bytes().repeat(8 * MIB / 5), vec![0]].concat();
                inflates_to_nothing(pen, &message)
            },
        ),
    ];
    let rest = (ROWS.len() + 1..)
        .zip(rest)
        .map(move |(index, (shows, script))| {
            Case::new(format!("X.14.{index}"), shows, SECTION, move || script(pen)).bounded(BOUND)
        });
    bombs.chain(rest).collect()
}

type Row = (&'static str, fn(Pen) -> FrameScript);

fn script(frames: Vec<u8>) -> FrameScript {
    FrameScript::new()
        .with_deflate(PLAIN)
        .send(frames)
        .patience(PATIENCE)
}

/// What was compressed may be too much, though nothing comes of it.
fn inflates_to_nothing(pen: Pen, message: &[u8]) -> FrameScript {
    script(pen.frame(0xc1, message))
        .expect([text("")], Ending::Normal)
        .expect([], Ending::Fails(&[1009, 1008]))
}

const ROWS: &[(&str, Frames)] = &[
    (
        "A mebibyte that inflates to a gibibyte of text is stopped",
        |pen| pen.frame(0xc1, &Blocks::bomb(GIB)),
    ),
    ("A mebibyte that inflates to a gibibyte is stopped", |pen| {
        pen.frame(0xc2, &Blocks::bomb(GIB))
    }),
    ("A bomb in sixty-five fragments is stopped", |pen| {
        let bomb = Blocks::bomb(GIB);
        let (start, rest) = bomb.split_at(16 << 10);
        let mut frames = pen.frame(0x42, start);
        for fragment in rest.chunks(16 << 10) {
            frames.extend(pen.continuation(fragment));
        }
        [frames, pen.last("")].concat()
    }),
    ("A bomb of four gibibytes is stopped", |pen| {
        pen.frame(0xc2, &Blocks::bomb(4 * GIB))
    }),
];

const MIB: usize = 1 << 20;
const GIB: usize = 1 << 30;

/// Limits of 64 MiB are common, and twice that much is held while a message is put together.
const BOUND: u64 = 256 << 20;

/// What comes before the limit has to be inflated.
const PATIENCE: Duration = Duration::from_secs(15);

const SECTION: &str = "RFC 6455 §10.4";
