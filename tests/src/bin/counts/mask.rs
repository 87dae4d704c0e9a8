//! Masking by itself (RFC 6455 §5.3): in place and while copying.
//!
//! Odd offsets are those of a payload that arrives in pieces.

use std::hint::black_box;

use sockeye_frame::MaskKey;

use crate::frames::{KEY, aligned, ascii, size};
use crate::subject::Subject;

pub(crate) fn subjects() -> Vec<Subject> {
    [
        in_place(20, 0),
        in_place(1024, 0),
        in_place(1024, 3),
        in_place(1027, 1),
        in_place(16 * 1024, 0),
        in_place(16 * 1024, 3),
        copied(20),
        copied(1024),
        copied(16 * 1024),
    ]
    .into()
}

fn in_place(len: usize, offset: usize) -> Subject {
    let name = match offset {
        0 => format!("mask-in-place-{}", size(len)),
        _ => format!("mask-in-place-{}-from-{offset}", size(len)),
    };
    Subject::new(name, 1, move || {
        let payload = aligned(&ascii(len));
        move || MaskKey::from(KEY).apply(black_box(offset), black_box(&mut *payload))
    })
}

fn copied(len: usize) -> Subject {
    Subject::new(format!("mask-copied-{}", size(len)), 1, move || {
        let payload = ascii(len);
        let mut out = Vec::new();
        move || {
            out.clear();
            MaskKey::from(KEY).append_masked(black_box(&payload), &mut out);
            black_box(&out);
        }
    })
}
