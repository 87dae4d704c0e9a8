//! Text whose characters are cut, by packets and by fragments, and text that cannot become UTF-8
//! any more (RFC 6455 §8.1).
//!
//! A receiver MUST fail the connection when it finds that text is not UTF-8. When it has to look is
//! not said: at the latest when the message has ended.

use super::{INVALID_UTF8, QUIET};
use crate::groups::list::List;
use crate::script::{Ending, FrameScript, Step, still_open, text};
use crate::wire::Pen;
use crate::{Case, Verdict};

pub(super) fn cases(pen: Pen) -> Vec<Case> {
    let mut list = List::new("C.13");
    for (name, sample) in SAMPLES {
        let shows = format!("Text with {name} comes back, in fragments cut at every byte");
        list.add(SECTION, shows, move || {
            let mut frames = Vec::new();
            for cut in 0..=sample.len() {
                let (start, rest) = sample.as_bytes().split_at(cut);
                frames.extend(pen.text_start(start));
                frames.extend(pen.last(rest));
            }
            FrameScript::new()
                .send(frames)
                .expect(vec![text(sample); sample.len() + 1], Ending::Normal)
        });
        let shows = format!("Text with {name} comes back, in packets and fragments of one byte");
        list.add(SECTION, shows, move || {
            let mut frames = pen.text(sample);
            frames.extend(pen.text_start(""));
            for byte in sample.bytes() {
                frames.extend(pen.continuation([byte]));
            }
            frames.extend(pen.last(""));
            FrameScript::new()
                .chop(frames, 1)
                .expect(vec![text(sample); 2], Ending::Normal)
        });
    }
    for (name, start) in FAULTS {
        let shows = format!("Text fails at {name}, before its frame has ended");
        list.add(SECTION, shows, move || {
            let mut frame = pen.text([start, &[b'*'; 32]].concat());
            let rest = frame.split_off(frame.len() - 32);
            fails_fast(frame, rest)
        });
        let shows = format!("Text fails at {name}, before its last fragment has come");
        list.add(SECTION, shows, move || {
            fails_fast(pen.text_start(start), pen.last([b'*'; 32]))
        });
    }
    list.into_cases()
}

/// Sends the start of a text that is no UTF-8 already, waits, then sends the rest.
fn fails_fast(start: Vec<u8>, rest: Vec<u8>) -> FrameScript {
    FrameScript::new()
        .send(start)
        .pause(QUIET)
        .step(Step::StillOpen)
        .send(rest)
        .expect([], Ending::Fails(INVALID_UTF8))
        .or(
            Verdict::NonStrict,
            "it finds out only when more has come",
            [still_open()],
            Ending::Fails(INVALID_UTF8),
        )
}

/// Text with characters of each length.
const SAMPLES: [(&str, &str); 4] = [
    ("characters of 2 bytes", "\u{80}é\u{7ff}"),
    ("characters of 3 bytes", "\u{800}€\u{d7ff}\u{e000}\u{ffff}"),
    ("characters of 4 bytes", "\u{10000}😀\u{10ffff}"),
    ("characters of all lengths", "a\u{0}é€😀\u{feff}z"),
];

/// What cannot be the start of a UTF-8 text.
const FAULTS: [(&str, &[u8]); 7] = [
    ("a byte that is never in UTF-8", b"Hello\xff"),
    (
        "a continuation byte after a whole character",
        b"\xc3\xa9\xa9",
    ),
    ("an overlong form of 2 bytes", b"Hello\xc1"),
    ("an overlong form of 3 bytes", b"Hello\xe0\x9f"),
    ("half of a surrogate pair", b"Hello\xed\xa0"),
    ("a character above U+10FFFF", b"Hello\xf4\x90"),
    ("an ASCII byte within a character", b"Hello\xe2\x82A"),
];

const SECTION: &str = "RFC 6455 §8.1";
