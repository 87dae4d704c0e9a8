//! Bodies of Close frames: one byte, and reasons that are UTF-8 or not (RFC 6455 §5.5.1).

use super::PROTOCOL_ERROR;
use crate::Case;
use crate::groups::list::List;
use crate::script::{Ending, FrameScript, Step};
use crate::wire::Pen;

pub(super) fn cases(pen: Pen) -> Vec<Case> {
    let mut list = List::new("C.7");
    for (shows, byte) in [
        ("A Close with the body 00 fails the connection", 0x00),
        ("A Close with the body 03 fails the connection", 0x03),
    ] {
        list.add("RFC 6455 §5.5.1", shows, move || {
            FrameScript::new()
                .send(pen.frame(0x88, &[byte]))
                .expect([], Ending::Fails(PROTOCOL_ERROR))
        });
    }
    for (name, reason) in REASONS {
        let shows = format!("A Close whose reason {name} fails the connection");
        list.add("RFC 6455 §8.1", shows, move || {
            FrameScript::new()
                .send(pen.close(1000, reason))
                .expect([], Ending::Fails(&[1007, 1002]))
        });
    }
    list.add(
        "RFC 6455 §8.1",
        "A Close whose reason of 123 bytes ends within a character fails the connection",
        move || {
            let reason = [&[b'*'; 121][..], b"\xe2\x82"].concat();
            FrameScript::new()
                .send(pen.close(1000, reason))
                .expect([], Ending::Fails(&[1007, 1002]))
        },
    );
    list.add(
        "RFC 6455 §5.5.1",
        "A Close with a reason of 123 bytes in characters of 3 bytes is answered",
        move || {
            FrameScript::new()
                .send(pen.close(4001, "€".repeat(41)))
                .expect([], Ending::Echoes(4001))
        },
    );
    list.add(
        "RFC 6455 §5.5.1",
        "A reason that packets cut within each character is taken",
        move || {
            FrameScript::new()
                .step(Step::Chop(pen.close(1001, "é€😀"), 1))
                .expect([], Ending::Echoes(1001))
        },
    );
    list.into_cases()
}

/// What is wrong with a reason, and the reason.
const REASONS: [(&str, &[u8]); 5] = [
    ("has a byte that is never in UTF-8", b"why\xffnot"),
    ("ends within a character", b"why\xf0\x9f\x98"),
    ("starts within a character", b"\x82\xacwhy"),
    ("has half of a surrogate pair", b"why\xed\xa0\x80"),
    ("has an overlong form", b"why\xc0\xaf"),
];
