//! Chapter 13: compressed data that are wrong, and wrong text in right ones.
//!
//! RFC 7692 names no code for data that cannot be inflated; 1007, for data that are not what their
//! message should be, fits (RFC 6455 §7.4.1).

use super::{Frames, MakeScript, PLAIN};
use crate::script::{Ending, FrameScript, Step, binary, text};
use crate::wire::{Blocks, Pen};
use crate::{Case, Role, Verdict};

pub(super) fn cases(role: Role) -> Vec<Case> {
    let pen = Pen::against(role);
    let script = move |frames| FrameScript::new().with_deflate(PLAIN).send(frames);
    let mut cases = Vec::new();
    let mut add = |shows: &'static str, section, script: MakeScript| {
        let id = format!("X.13.{}", cases.len() + 1);
        cases.push(Case::new(id, shows, section, script));
    };
    for &(shows, made) in WRONG {
        add(
            shows,
            "RFC 7692 §7.2.2",
            Box::new(move || script(pen.frame(0xc1, &made())).expect([], Ending::Fails(&[1007]))),
        );
    }
    let behind_hello = move |frames| {
        script(pen.frame(0xc1, &HELLO))
            .step(Step::Await(1))
            .send(frames)
            .expect([text("Hello")], Ending::Fails(&[1007]))
    };
    for &(shows, frames) in LATER {
        let script = move || behind_hello(frames(pen));
        add(shows, "RFC 7692 §7.2.2", Box::new(script));
    }
    for &(shows, made) in NOT_UTF8 {
        add(
            shows,
            "RFC 6455 §8.1",
            Box::new(move || {
                let message = made().message();
                script(pen.frame(0xc1, &message)).expect([], Ending::Fails(&[1007]))
            }),
        );
    }
    add(
        "Text that stops being UTF-8 in a later fragment fails",
        "RFC 6455 §8.1",
        Box::new(move || {
            let message = Blocks::new()
                .stored(false, b"Hello \xe4\xbd world")
                .message();
            let (start, end) = message.split_at(12);
            let frames = [pen.frame(0x41, start), pen.last(end)].concat();
            script(frames).expect([], Ending::Fails(&[1007]))
        }),
    );
    add(
        "Text that is not UTF-8 behind a good message fails",
        "RFC 6455 §8.1",
        Box::new(move || {
            let bad = Blocks::new().fixed(false).literals(b"a\xffb").end();
            behind_hello(pen.frame(0xc1, &bad.message()))
        }),
    );
    add(
        "Bytes that are no UTF-8 come back in a binary message",
        "RFC 6455 §5.6",
        Box::new(move || {
            let message = Blocks::new()
                .fixed(false)
                .literals(b"a\xffb")
                .end()
                .message();
            script(pen.frame(0xc2, &message)).expect([binary(b"a\xffb")], Ending::Normal)
        }),
    );
    for &(shows, made, left) in CUT {
        add(
            shows,
            "RFC 7692 §7.2.2",
            Box::new(move || {
                let message = made();
                let mut cut = script(pen.frame(0xc2, &message)).expect([], Ending::Fails(&[1007]));
                for payload in left {
                    let why = "it passes on what there is";
                    cut = cut.or(
                        Verdict::Informational,
                        why,
                        [binary(payload)],
                        Ending::Normal,
                    );
                }
                cut
            }),
        );
    }
    cases
}

type Data = fn() -> Vec<u8>;

type Text = (&'static str, fn() -> Blocks);

type Cut = (&'static str, Data, &'static [&'static [u8]]);

/// Data that mean nothing (RFC 1951).
const WRONG: &[(&str, Data)] = &[
    ("A block of the reserved type fails", || vec![0x06, 0x00]),
    ("A reserved block behind a good one fails", || {
        let good = Blocks::new().fixed(false).literals(b"Hello").end();
        good.bits(0b110, 3).message()
    }),
    (
        "Text that was not compressed, marked as compressed, fails",
        || b"Hello, world".to_vec(),
    ),
    ("Bytes of ones fail", || vec![0xff; 64]),
    (
        "A block without compression whose two lengths do not fit fails",
        || Blocks::new().stored_as(false, 5, 5, b"Hello").message(),
    ),
    ("A reference to before the first byte fails", || {
        Blocks::new().fixed(false).copy(3, 1).end().message()
    }),
    ("A reference by one byte too far fails", || {
        let start = Blocks::new().fixed(false).literals(b"Hello");
        start.copy(3, 6).end().message()
    }),
    (
        "A reference of 32768 bytes with too few before it fails",
        || {
            let start = Blocks::new().stored(false, &[b'a'; 32767]).fixed(false);
            start.copy(3, 32768).end().message()
        },
    ),
    ("The reserved length 286 fails", || {
        let start = Blocks::new().fixed(false).literals(b"Hello").symbol(286);
        start.code(0, 5).end().message()
    }),
    ("The reserved length 287 fails", || {
        let start = Blocks::new().fixed(false).literals(b"Hello").symbol(287);
        start.code(0, 5).end().message()
    }),
    ("The reserved distance 30 fails", || {
        let start = Blocks::new().fixed(false).literals(b"Hello").symbol(257);
        start.code(30, 5).end().message()
    }),
    ("The reserved distance 31 fails", || {
        let start = Blocks::new().fixed(false).literals(b"Hello").symbol(257);
        start.code(31, 5).end().message()
    }),
    ("A code with too many symbols for lengths fails", || {
        own_codes(30, 0, &[1, 1]).message()
    }),
    ("A code with too many symbols for distances fails", || {
        own_codes(0, 31, &[1, 1]).message()
    }),
    ("A code of lengths with too many words fails", || {
        own_codes(0, 0, &[1, 1, 1]).message()
    }),
    ("A code of lengths with too few words fails", || {
        own_codes(0, 0, &[2, 2, 2]).message()
    }),
    ("A length that repeats nothing fails", || {
        // The only words are 16, repeat the last, and 17.
        own_codes(0, 0, &[1, 1]).code(0, 1).bits(0, 2).message()
    }),
    ("Lengths beyond the last symbol fail", || {
        // The only words are 17 and 18: 138 zeros, twice, are 276, and again.
        let start = own_codes(0, 0, &[0, 1, 1]);
        let start = start.code(1, 1).bits(127, 7).code(1, 1).bits(127, 7);
        start.message()
    }),
    ("A code without a word for the end of a block fails", || {
        // 258 lengths, all zero but the two at the start, which are 1; none is for 256.
        let start = own_codes(
            0,
            0,
            &[0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
        );
        let start = start.code(0, 1).code(0, 1).code(1, 1).bits(127, 7);
        start.code(1, 1).bits(118 - 11, 7).message()
    }),
];

/// The start of a block with codes of its own: the numbers of its symbols, as they are written, and
/// the lengths of the words for lengths, in the order of RFC 1951 §3.2.7.
fn own_codes(n_literals: u32, n_distances: u32, lens: &[u32]) -> Blocks {
    let n_lens = u32::try_from(lens.len().max(4) - 4).unwrap_or(0);
    let start = Blocks::new().bits(0b100, 3);
    let mut blocks = start
        .bits(n_literals, 5)
        .bits(n_distances, 5)
        .bits(n_lens, 4);
    for index in 0..lens.len().max(4) {
        blocks = blocks.bits(lens.get(index).copied().unwrap_or(0), 3);
    }
    blocks
}

/// Behind a good message, with the text `Hello`.
const LATER: &[(&str, Frames)] = &[
    ("Wrong data behind a good message fail", |pen| {
        pen.frame(0xc1, &[0x06, 0x00])
    }),
    ("Wrong data in a later fragment fail", |pen| {
        let start = pen.frame(0x41, &HELLO[..3]);
        [start, pen.last([0xff; 32])].concat()
    }),
    (
        "A reference to before the first byte of all messages fails",
        |pen| {
            let far = Blocks::new().fixed(false).copy(3, 6).end().message();
            pen.frame(0xc1, &far)
        },
    ),
];

/// Right data of wrong text.
const NOT_UTF8: &[Text] = &[
    ("A byte that UTF-8 never has fails", || {
        Blocks::new().fixed(false).literals(b"Hello\xff").end()
    }),
    ("A character that does not end fails", || {
        Blocks::new().fixed(false).literals(b"Hello\xe2\x82").end()
    }),
    ("A surrogate fails", || {
        Blocks::new().stored(false, b"\xed\xa0\x80")
    }),
    ("An overlong character fails", || {
        Blocks::new().stored(false, b"\xc0\xaf")
    }),
    ("A code point above the last fails", || {
        Blocks::new().stored(false, b"\xf4\x90\x80\x80")
    }),
    ("A copy that ends within a character fails", || {
        let start = Blocks::new().fixed(false).literals("Hello €".as_bytes());
        start.copy(4, 6).copy(3, 4).end()
    }),
    (
        "A byte that UTF-8 never has, behind 100000 others, fails",
        || {
            let start = Blocks::new().fixed(false).literals(b"a");
            let long = (0..390).fold(start, |blocks, _| blocks.copy(258, 1));
            long.literals(b"\xff").end()
        },
    ),
];

/// Data that end in the middle of a block, and what a hasty inflater makes of them: with the tail
/// that every message gets, or without.
const CUT: &[Cut] = &[
    (
        "Data that end in a block without compression are noticed",
        || Blocks::new().stored_as(false, 20, !20, b"Hello").bytes(),
        &[b"Hello", b"Hello\0\0\xff\xff"],
    ),
    (
        "Data that end in a block with the fixed codes are noticed",
        || {
            let start = Blocks::new().fixed(false).literals(b"Hello").symbol(257);
            start.bytes()
        },
        &[b"Hello", b"HelloHel", b"Helloooo"],
    ),
    (
        "Data that end in the start of a block with its own codes are noticed",
        || own_codes(29, 0, &[0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]).bytes(),
        &[b""],
    ),
    (
        "Data that end in the lengths of a block are noticed",
        || {
            let start = Blocks::new().fixed(false).literals(b"Hello").end();
            let mut bytes = start.stored_as(false, 5, !5, b"").bytes();
            bytes.truncate(bytes.len() - 2);
            bytes
        },
        &[b"Hello"],
    ),
];

/// `Hello` in a block with the fixed codes (RFC 7692 §7.2.3.1).
const HELLO: [u8; 7] = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Inflater;

    #[test]
    fn what_is_wrong_cannot_be_inflated() {
        let cut = CUT.iter().map(|(shows, made, _)| (shows, made));
        let wrong = WRONG.iter().map(|(shows, made)| (shows, made));
        for (shows, made) in wrong.chain(cut) {
            let inflated = Inflater::new(15, false).message(&made());
            assert!(inflated.is_err(), "{shows}");
        }
    }

    #[test]
    fn wrong_text_can_be_inflated() {
        for (shows, made) in NOT_UTF8 {
            let inflated = Inflater::new(15, false).message(&made().message());
            assert!(str::from_utf8(&inflated.unwrap()).is_err(), "{shows}");
        }
    }
}
