//! Group 3: reserved bits that no extension has given a meaning (RFC 6455 §5.2).

use super::cut::Cut;
use crate::script::{Ending, FrameScript, text};
use crate::wire::Pen;
use crate::{Case, Role, Verdict};

pub(super) fn cases(role: Role) -> Vec<Case> {
    let pen = Pen::against(role);
    let alone = ALONE.iter().map(|&(number, name, opcode, payload)| {
        let shows = format!("{name} with the reserved bits {number:03b} is refused");
        Case::new(format!("3.{number}"), shows, SECTION, move || {
            FrameScript::new()
                .send(pen.frame(0x80 | number << 4 | opcode, payload))
                .expect([], Ending::Fails(&[1002]))
        })
    });
    // With a code, since an answer without one might be either: a refusal, or the Close taken.
    let shows = "A Close with the reserved bits 111 is refused";
    let close = Case::new("3.7", shows, SECTION, move || {
        FrameScript::new()
            .send(pen.frame(0xf8, &1000u16.to_be_bytes()))
            .expect([], Ending::Refuses(&[1002]))
    });
    let between = BETWEEN.map(|(number, cut)| {
        let shows = format!(
            "A text message comes back, the next is refused for its reserved bits {number:03b}{}",
            cut.words()
        );
        Case::new(format!("3.{number}"), shows, SECTION, move || {
            let wrong = pen.frame(0x81 | number << 4, b"wrong");
            behind_text(pen, wrong, cut)
        })
    });
    alone.chain([close]).chain(between).collect()
}

/// A text message, then a frame that must be refused, then a ping that must not be answered.
pub(super) fn behind_text(pen: Pen, wrong: Vec<u8>, cut: Cut) -> FrameScript {
    let payload = "Hello, world!";
    let frames = [pen.text(payload), wrong, pen.ping("")];
    cut.send(FrameScript::new(), &frames)
        .expect([text(payload)], Ending::Fails(&[1002]))
        .or(Verdict::NonStrict, LOST, [], Ending::Fails(&[1002]))
}

pub(super) const LOST: &str = "the echo of what came before the wrong frame is lost";

/// Frames by themselves: the reserved bits, and what has them.
const ALONE: [(u8, &str, u8, &[u8]); 3] = [
    (1, "A text message", 0x1, b"Hello, world!"),
    (
        5,
        "A binary message",
        0x2,
        b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff",
    ),
    (6, "A ping", 0x9, b"Hello, world!"),
];

/// Frames amid others: the reserved bits, and how the bytes are cut.
const BETWEEN: [(u8, Cut); 3] = [(2, Cut::Whole), (3, Cut::Frames), (4, Cut::Bytes)];

const SECTION: &str = "RFC 6455 §5.2";
