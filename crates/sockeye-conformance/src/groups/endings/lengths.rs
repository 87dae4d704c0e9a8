//! Lengths in a longer form than they need, and lengths that no frame can have (RFC 6455 §5.2).
//!
//! "The minimal number of bytes MUST be used" binds the sender; that a receiver has to look is not
//! said. So a subject that takes a longer form is described, not blamed.

use super::{AFTER, PROTOCOL_ERROR, QUIET, frame_in_form};
use crate::groups::list::List;
use crate::script::{Ending, Event, FrameScript, Step, binary, pong, still_open, text};
use crate::wire::Pen;
use crate::{Case, Verdict};

pub(super) fn cases(pen: Pen) -> Vec<Case> {
    let mut list = List::new("C.2");
    for (name, first_byte, form, len) in LONGER {
        let n_bits = if form == 126 { 16 } else { 64 };
        let unit = if len == 1 { "byte" } else { "bytes" };
        let shows = format!("The length of {name} of {len} {unit} is not taken in {n_bits} bits");
        list.add(SECTION, shows, move || {
            let payload = vec![b'*'; len];
            let mut bytes = frame_in_form(pen, first_byte, form, &payload);
            bytes.extend(pen.text(AFTER));
            FrameScript::new()
                .send(bytes)
                .expect([], Ending::Fails(PROTOCOL_ERROR))
                .or(
                    Verdict::Informational,
                    "it takes a length that is not in the shortest form",
                    answers(first_byte, &payload),
                    Ending::Normal,
                )
        });
    }
    list.add(
        SECTION,
        "The length of a last frame of 5 bytes is not taken in 16 bits",
        move || {
            let mut bytes = pen.text_start("Hello, ");
            bytes.extend(frame_in_form(pen, 0x80, 126, b"world"));
            FrameScript::new()
                .send(bytes)
                .expect([], Ending::Fails(PROTOCOL_ERROR))
                .or(
                    Verdict::Informational,
                    "it takes a length that is not in the shortest form",
                    [text("Hello, world")],
                    Ending::Normal,
                )
        },
    );
    for (name, first_byte, len) in IMPOSSIBLE {
        let shows = format!("{name} of {len:#x} bytes fails the connection: the first bit is set");
        list.add(SECTION, shows, move || {
            // The lower bits alone would be the length of what follows.
            let mut bytes = match first_byte {
                0x80 => pen.text_start("Hello, "),
                _ => Vec::new(),
            };
            let hello = pen.frame(first_byte, b"Hello");
            bytes.extend(pen.header(first_byte, 127, &len.to_be_bytes()));
            bytes.extend_from_slice(&hello[hello.len() - 5..]);
            bytes.extend(pen.text(AFTER));
            FrameScript::new()
                .send(bytes)
                .pause(QUIET)
                .step(Step::StillOpen)
                .step(Step::HalfClose)
                .expect([], Ending::Fails(&[1002, 1009]))
                .or(
                    Verdict::Informational,
                    "it waits for a payload of that length",
                    [still_open()],
                    Ending::Ends,
                )
        });
    }
    list.into_cases()
}

/// What a subject sends that takes the frame as it is meant.
fn answers(first_byte: u8, payload: &[u8]) -> Vec<Event> {
    match first_byte {
        0x81 => vec![text(payload), text(AFTER)],
        0x82 => vec![binary(payload), text(AFTER)],
        0x89 => vec![pong(payload), text(AFTER)],
        _ => vec![text(AFTER)],
    }
}

/// Frames: their names, first bytes, the form of their length, and the length.
const LONGER: [(&str, u8, u8, usize); 12] = [
    ("a text message", 0x81, 126, 0),
    ("a text message", 0x81, 126, 5),
    ("a text message", 0x81, 126, 125),
    ("a text message", 0x81, 127, 5),
    ("a binary message", 0x82, 126, 1),
    ("a binary message", 0x82, 127, 0),
    ("a binary message", 0x82, 127, 126),
    ("a binary message", 0x82, 127, 65535),
    ("a ping", 0x89, 126, 5),
    ("a ping", 0x89, 126, 125),
    ("a ping", 0x89, 127, 0),
    ("a pong", 0x8a, 126, 5),
];

/// Frames whose length has its first bit set, which MUST be 0.
const IMPOSSIBLE: [(&str, u8, u64); 5] = [
    ("A text frame", 0x81, 1 << 63),
    ("A text frame", 0x81, 1 << 63 | 5),
    ("A binary frame", 0x82, u64::MAX),
    ("A last frame", 0x80, 1 << 63 | 5),
    ("A ping", 0x89, 1 << 63 | 5),
];

const SECTION: &str = "RFC 6455 §5.2";
