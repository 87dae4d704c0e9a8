//! Group 4: reserved opcodes (RFC 6455 §5.2).

use super::cut::Cut;
use super::reserved_bits::behind_text;
use crate::script::{Ending, FrameScript};
use crate::wire::Pen;
use crate::{Case, Role};

pub(super) fn cases(role: Role) -> Vec<Case> {
    let pen = Pen::against(role);
    let alone = ALONE.iter().map(|&(number, opcode, payload)| {
        let shows = format!("{} is refused", name(opcode, payload));
        Case::new(format!("4.{number}"), shows, SECTION, move || {
            FrameScript::new()
                .send(pen.frame(0x80 | opcode, payload))
                .expect([], Ending::Fails(&[1002]))
        })
    });
    let between = BETWEEN.iter().map(|&(number, opcode, payload, cut)| {
        let name = name(opcode, payload);
        let shows = format!("{name} behind a text message is refused{}", cut.words());
        Case::new(format!("4.{number}"), shows, SECTION, move || {
            behind_text(pen, pen.frame(0x80 | opcode, payload), cut)
        })
    });
    alone.chain(between).collect()
}

fn name(opcode: u8, payload: &[u8]) -> String {
    let kind = if opcode < 8 { "data" } else { "control" };
    let payload = if payload.is_empty() { "no" } else { "a" };
    format!("A {kind} frame with the reserved opcode {opcode} and {payload} payload")
}

/// Frames by themselves.
const ALONE: [(&str, u8, &[u8]); 4] = [
    ("1.1", 3, b""),
    ("1.2", 4, b"reserved"),
    ("2.1", 11, b""),
    ("2.2", 12, b"reserved"),
];

/// Frames amid others.
const BETWEEN: [(&str, u8, &[u8], Cut); 6] = [
    ("1.3", 5, b"", Cut::Whole),
    ("1.4", 6, b"reserved", Cut::Whole),
    ("1.5", 7, b"reserved", Cut::Bytes),
    ("2.3", 13, b"", Cut::Whole),
    ("2.4", 14, b"reserved", Cut::Whole),
    ("2.5", 15, b"reserved", Cut::Bytes),
];

const SECTION: &str = "RFC 6455 §5.2";
