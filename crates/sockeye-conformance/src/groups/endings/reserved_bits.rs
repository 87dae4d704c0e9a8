//! Reserved bits on every kind of frame, without an extension (RFC 6455 §5.2).

use super::{AFTER, PROTOCOL_ERROR, fails_early};
use crate::Case;
use crate::groups::list::List;
use crate::script::{Ending, FrameScript};
use crate::wire::Pen;

pub(super) fn cases(pen: Pen) -> Vec<Case> {
    let mut list = List::new("C.3");
    for (name, first_byte, payload) in FRAMES {
        for (bit, mask) in [(1, 0x40), (2, 0x20), (3, 0x10)] {
            let shows = format!("RSV{bit} on {name} fails the connection");
            list.add(SECTION, shows, move || {
                let mut bytes = match first_byte & 0x0f {
                    0x0 => pen.text_start("one "),
                    _ => Vec::new(),
                };
                bytes.extend(pen.frame(first_byte | mask, payload));
                bytes.extend(match first_byte & 0x80 {
                    0 => pen.last("message"),
                    _ => pen.text(AFTER),
                });
                FrameScript::new()
                    .send(bytes)
                    .expect([], Ending::Fails(PROTOCOL_ERROR))
            });
        }
    }
    for (bit, mask) in [(1, 0x40), (2, 0x20), (3, 0x10)] {
        let shows = format!("The first byte with RSV{bit} is enough, without what follows");
        list.add(SECTION, shows, move || {
            let mut start = pen.text("Hello");
            start[0] |= mask;
            let rest = start.split_off(2);
            fails_early(start, rest, PROTOCOL_ERROR)
        });
    }
    list.into_cases()
}

/// Frames without reserved bits: their names, first bytes and payloads.
const FRAMES: [(&str, u8, &[u8]); 6] = [
    ("a binary message", 0x82, b"Hello"),
    ("the first frame of a message", 0x01, b"one "),
    ("the last frame of a message", 0x80, b"message"),
    ("a Close", 0x88, b"\x03\xe8"),
    ("a ping", 0x89, b"Hello"),
    ("a pong", 0x8a, b""),
];

const SECTION: &str = "RFC 6455 §5.2";
