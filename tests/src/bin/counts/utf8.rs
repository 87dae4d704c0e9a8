//! Checking UTF-8 by itself (RFC 6455 §8.1): whole texts, and one that comes in pieces.

use std::hint::black_box;

use sockeye_frame::{Utf8Validator, validate_utf8};

use crate::frames::{ascii, non_ascii, size};
use crate::subject::Subject;

pub(crate) fn subjects() -> Vec<Subject> {
    vec![
        whole("utf8-ascii", ascii(20)),
        whole("utf8-ascii", ascii(120)),
        whole("utf8-ascii", ascii(16 * 1024)),
        whole("utf8-other", non_ascii(120)),
        whole("utf8-other", non_ascii(16 * 1024)),
        pieces("utf8-other-pieces-16x1k", non_ascii(16 * 1024)),
    ]
}

fn whole(family: &str, text: Vec<u8>) -> Subject {
    Subject::new(format!("{family}-{}", size(text.len())), 1, move || {
        let text = text.clone();
        move || {
            let checked = validate_utf8(black_box(&text));
            black_box(checked.expect("the text is UTF-8"));
        }
    })
}

/// Pieces that end within characters.
fn pieces(name: &str, text: Vec<u8>) -> Subject {
    Subject::new(name, 1, move || {
        let text = text.clone();
        move || {
            let mut validator = Utf8Validator::default();
            for piece in black_box(&text).chunks(1024) {
                validator.feed(piece).expect("the text is UTF-8");
            }
            validator.finish().expect("the text ends with a character");
        }
    })
}
