//! Group 1: text and binary messages of all three forms of length (RFC 6455 §5.2).

use crate::script::{Ending, Event, FrameScript, binary, text};
use crate::wire::Pen;
use crate::{Case, Role};

pub(super) fn cases(role: Role) -> Vec<Case> {
    let pen = Pen::against(role);
    let kinds: [(u8, &str, u8, u8); 2] = [(1, "text", 0x81, b'*'), (2, "binary", 0x82, 0xfe)];
    let mut cases = Vec::new();
    for (kind, name, first_byte, byte) in kinds {
        let echo = move |payload: &[u8]| -> Event {
            match kind {
                1 => text(payload),
                _ => binary(payload),
            }
        };
        for (index, len) in (1..).zip(LENGTHS) {
            let shows = format!("A {name} message of {len} bytes comes back");
            cases.push(Case::new(
                format!("1.{kind}.{index}"),
                shows,
                SECTION,
                move || {
                    let payload = vec![byte; len];
                    FrameScript::new()
                        .send(pen.frame(first_byte, &payload))
                        .expect([echo(&payload)], Ending::Normal)
                },
            ));
        }
        let shows = format!("A {name} message of 65536 bytes, sent in pieces of 997, comes back");
        cases.push(Case::new(
            format!("1.{kind}.8"),
            shows,
            SECTION,
            move || {
                let payload = vec![byte; 65536];
                FrameScript::new()
                    .chop(pen.frame(first_byte, &payload), 997)
                    .expect([echo(&payload)], Ending::Normal)
            },
        ));
    }
    cases
}

/// The edges of the three forms of length.
const LENGTHS: [usize; 7] = [0, 125, 126, 127, 128, 65535, 65536];

const SECTION: &str = "RFC 6455 §5.2";
