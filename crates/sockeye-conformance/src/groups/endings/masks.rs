//! Masks of the wrong role: a server must close on a frame without one, a client on a frame with
//! one (RFC 6455 §5.1).

use super::{AFTER, PROTOCOL_ERROR, fails_early};
use crate::Case;
use crate::groups::list::List;
use crate::script::{Ending, FrameScript};
use crate::wire::Pen;

pub(super) fn cases(pen: Pen) -> Vec<Case> {
    let mut list = List::new("C.1");
    let wrong = pen.wrongly_masked();
    let fault = if pen.is_server() {
        "masked"
    } else {
        "unmasked"
    };
    for (name, first_byte, payload) in FRAMES {
        let shows = format!("The subject fails at {name} that is {fault}");
        list.add("RFC 6455 §5.1", shows, move || {
            let bytes = [wrong.frame(first_byte, payload), pen.text(AFTER)].concat();
            FrameScript::new()
                .send(bytes)
                .expect([], Ending::Fails(PROTOCOL_ERROR))
        });
    }
    let shows = format!("The subject fails at the first frame of a message that is {fault}");
    list.add("RFC 6455 §5.1", shows, move || {
        let bytes = [wrong.text_start("one "), pen.last("message")].concat();
        FrameScript::new()
            .send(bytes)
            .expect([], Ending::Fails(PROTOCOL_ERROR))
    });
    let shows = format!("The subject fails at the last frame of a message that is {fault}");
    list.add("RFC 6455 §5.1", shows, move || {
        let bytes = [pen.text_start("one "), wrong.last("message")].concat();
        FrameScript::new()
            .send(bytes)
            .expect([], Ending::Fails(PROTOCOL_ERROR))
    });
    for (n_bytes, form, extended) in [(100, 100, &[][..]), (4096, 126, &[0x10, 0][..])] {
        let shows =
            format!("A header that is {fault} is enough, without its payload of {n_bytes} bytes");
        list.add("RFC 6455 §5.1", shows, move || {
            let start = wrong.header(0x82, form, extended);
            fails_early(start, vec![0; n_bytes], PROTOCOL_ERROR)
        });
    }
    list.into_cases()
}

/// Frames that are whole messages: their names, first bytes and payloads.
const FRAMES: [(&str, u8, &[u8]); 6] = [
    ("a text frame", 0x81, b"Hello"),
    ("a text frame of no bytes", 0x81, b""),
    ("a binary frame", 0x82, b"\x00\xff"),
    ("a Close", 0x88, b"\x03\xe8"),
    ("a ping", 0x89, b"ping"),
    ("a pong", 0x8a, b"pong"),
];
