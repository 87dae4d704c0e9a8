//! Chapter 10: compressed data of every legal form (RFC 1951, RFC 7692 §7.2.3), and some that the
//! standard leaves open.

use super::{MakeScript, PLAIN};
use crate::script::{Ending, Event, FrameScript, binary, text};
use crate::wire::{Blocks, Deflater, Inflater, Pen};
use crate::{Case, Role, Verdict};

pub(super) fn cases(role: Role) -> Vec<Case> {
    let pen = Pen::against(role);
    let legal = LEGAL.iter().map(move |&(shows, section, made)| {
        let script = move || sent(pen, &made()).expect(echoes(&made()), Ending::Normal);
        (shows, section, Box::new(script) as MakeScript)
    });
    let open = OPEN.iter().map(move |&(shows, section, made)| {
        let script = move || {
            sent(pen, &made())
                .expect(echoes(&made()), Ending::Normal)
                .or(
                    Verdict::Informational,
                    "it fails the connection",
                    [],
                    Ending::Ends,
                )
                .or(
                    Verdict::Informational,
                    "it fails the connection at the second message",
                    echoes(&made()[..1]),
                    Ending::Ends,
                )
                .or(
                    Verdict::Informational,
                    "it passes over what is behind the final block",
                    [text("Hel")],
                    Ending::Normal,
                )
        };
        (shows, section, Box::new(script) as MakeScript)
    });
    let rows = (1..).zip(legal.chain(open));
    let cases = rows.map(|(index, (shows, section, script))| {
        Case::new(format!("X.10.{index}"), shows, section, script)
    });
    cases.collect()
}

/// A message: whether it is text, as it is sent, and as it comes back.
type Made = (bool, Vec<u8>, Vec<u8>);

type Row = (&'static str, &'static str, fn() -> Vec<Made>);

fn sent(pen: Pen, messages: &[Made]) -> FrameScript {
    let frames = messages.iter().flat_map(|(is_text, compressed, _)| {
        pen.frame(if *is_text { 0xc1 } else { 0xc2 }, compressed)
    });
    FrameScript::new()
        .with_deflate(PLAIN)
        .send(frames.collect())
}

fn echoes(messages: &[Made]) -> Vec<Event> {
    let echo = |(is_text, _, payload): &Made| match is_text {
        true => text(payload),
        false => binary(payload),
    };
    messages.iter().map(echo).collect()
}

/// A text message.
fn words(blocks: Blocks, payload: &str) -> Made {
    (true, blocks.message(), payload.into())
}

/// A binary message, inflated by the suite itself.
fn data(message: Vec<u8>) -> Made {
    let payload = Inflater::new(15, false).message(&message);
    (
        false,
        message,
        payload.expect("the case's own data are right"),
    )
}

fn hello(is_final: bool) -> Made {
    let block = Blocks::new().fixed(is_final).literals(b"Hello").end();
    match is_final {
        // RFC 7692 §7.2.3.4: an empty block that is not final follows, from the next byte on.
        true => (true, [block.bytes(), vec![0]].concat(), b"Hello".to_vec()),
        false => words(block, "Hello"),
    }
}

fn noise(n_bytes: u32) -> Vec<u8> {
    let bytes = 0..n_bytes;
    bytes
        .map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect()
}

const LEGAL: &[Row] = &[
    (
        "A block with the fixed codes comes back",
        "RFC 7692 §7.2.3.1",
        || vec![hello(false)],
    ),
    (
        "A block without compression comes back",
        "RFC 7692 §7.2.3.3",
        || vec![words(Blocks::new().stored(false, b"Hello"), "Hello")],
    ),
    (
        "Two blocks without compression, of the greatest length, come back",
        "RFC 1951 §3.2.4",
        || {
            let noise = noise(65535);
            vec![data(
                Blocks::new()
                    .stored(false, &noise)
                    .stored(false, &noise)
                    .message(),
            )]
        },
    ),
    (
        "A block with codes of its own comes back",
        "RFC 1951 §3.2.7",
        || {
            let payload = "A quick brown fox jumps over the lazy dogs of several sizes. ".repeat(9);
            let payload: String = payload.chars().rev().collect::<String>() + &payload;
            let compressed = Deflater::new(15, false).message(payload.as_bytes());
            vec![(true, compressed, payload.into())]
        },
    ),
    (
        "Two blocks with an empty one between come back",
        "RFC 7692 §7.2.3.5",
        || {
            let start = Blocks::new()
                .fixed(false)
                .literals(b"H")
                .end()
                .stored(false, b"");
            vec![words(start.fixed(false).literals(b"ello").end(), "Hello")]
        },
    ),
    (
        "Blocks of all kinds in one message come back",
        "RFC 7692 §7.2.1",
        || {
            let start = Blocks::new().fixed(false).literals(b"He").end();
            let middle = start.stored(false, b"ll").fixed(false).end();
            vec![words(
                middle.stored(false, b"").stored(false, b"o"),
                "Hello",
            )]
        },
    ),
    (
        "A thousand empty blocks before a byte change nothing",
        "RFC 7692 §7.2.1",
        || {
            let mut blocks = Blocks::new();
            for _ in 0..1000 {
                blocks = blocks.stored(false, b"");
            }
            vec![words(blocks.fixed(false).literals(b"!").end(), "!")]
        },
    ),
    (
        "The tail that could be left out is sent, with another empty block",
        "RFC 7692 §7.2.1",
        || {
            let blocks = Blocks::new().fixed(false).literals(b"Hello").end();
            vec![words(blocks.stored(false, b""), "Hello"), hello(false)]
        },
    ),
    ("A final block comes back", "RFC 7692 §7.2.3.4", || {
        vec![hello(true)]
    }),
    (
        "A message behind a final block comes back",
        "RFC 7692 §7.2.3.4",
        || vec![hello(true), hello(false)],
    ),
    (
        "Three messages with final blocks come back",
        "RFC 7692 §7.2.3.4",
        || vec![hello(true), hello(true), hello(true), hello(false)],
    ),
    (
        "A final block without compression comes back",
        "RFC 7692 §7.2.3.4",
        || {
            let block = Blocks::new().stored(true, b"Hello").bytes();
            vec![
                (true, [block, vec![0]].concat(), b"Hello".to_vec()),
                hello(false),
            ]
        },
    ),
    (
        "An empty final block behind the data comes back",
        "RFC 7692 §7.2.3.4",
        || {
            let blocks = Blocks::new().fixed(false).literals(b"Hello").end();
            let bytes = blocks.fixed(true).end().bytes();
            vec![
                (true, [bytes, vec![0]].concat(), b"Hello".to_vec()),
                hello(false),
            ]
        },
    ),
    (
        "An empty compressed message comes back",
        "RFC 7692 §7.2.3.6",
        || vec![words(Blocks::new(), ""), hello(false)],
    ),
    (
        "An empty compressed binary message comes back",
        "RFC 7692 §7.2.3.6",
        || vec![data(vec![0])],
    ),
    (
        "An empty message of an empty block with the fixed codes comes back",
        "RFC 7692 §7.2.3.6",
        || vec![words(Blocks::new().fixed(false).end(), ""), hello(false)],
    ),
    (
        "Bits that no block uses may be anything",
        "RFC 1951 §3.2.4",
        || {
            let stored = [0xf8, 5, 0, 0xfa, 0xff, b'H', b'e', b'l', b'l', b'o', 0];
            vec![(true, stored.to_vec(), b"Hello".to_vec()), hello(false)]
        },
    ),
    (
        "Copies of the greatest length from one byte back come back",
        "RFC 1951 §3.2.5",
        || {
            let mut blocks = Blocks::new().fixed(false).literals(b"a");
            for _ in 0..40 {
                blocks = blocks.copy(258, 1);
            }
            vec![words(blocks.end(), &"a".repeat(1 + 40 * 258))]
        },
    ),
    (
        "Copies of every length come back",
        "RFC 1951 §3.2.5",
        || {
            let mut blocks = Blocks::new().stored(false, &noise(300)).fixed(false);
            for len in 3..=258 {
                blocks = blocks.copy(len, 300);
            }
            vec![data(blocks.end().message())]
        },
    ),
    (
        "A copy from 32768 bytes back comes back",
        "RFC 1951 §3.2.5",
        || {
            let blocks = Blocks::new().stored(false, &noise(32768)).fixed(false);
            vec![data(blocks.copy(258, 32768).copy(3, 32768).end().message())]
        },
    ),
    (
        "A message that grows a thousandfold comes back",
        "RFC 1951 §3.2.7",
        || vec![data(Blocks::bomb(200_000))],
    ),
    (
        "A message that compression makes longer comes back",
        "RFC 7692 §7.2.1",
        || {
            let mut blocks = Blocks::new();
            for byte in noise(2000) {
                blocks = blocks.fixed(false).literals(&[byte]).end();
            }
            vec![data(blocks.message())]
        },
    ),
    (
        "A character whose bytes are in different blocks comes back",
        "RFC 6455 §8.1",
        || {
            let start = Blocks::new().stored(false, b"\xf0\x9f").fixed(false);
            vec![words(start.literals(b"\xa6\x88").end(), "🦈")]
        },
    ),
];

const OPEN: &[Row] = &[
    (
        "A reference over a final block to the message before it is understood",
        "RFC 7692 §7.2.3.4",
        || {
            let again = Blocks::new().fixed(false).copy(5, 5).end();
            vec![hello(true), words(again, "Hello")]
        },
    ),
    (
        "A block behind a final one in the same message is understood",
        "RFC 7692 §7.2.3.4",
        || {
            let first = Blocks::new().fixed(true).literals(b"Hel").end().bytes();
            let second = Blocks::new().fixed(false).literals(b"lo").end().message();
            vec![(true, [first, second].concat(), b"Hello".to_vec())]
        },
    ),
    (
        "A compressed message of no bytes at all is taken for an empty one",
        "RFC 7692 §7.2.2",
        || vec![(true, Vec::new(), Vec::new())],
    ),
    (
        "A final block without the empty block behind it is understood",
        "RFC 7692 §7.2.3.4",
        || {
            let block = Blocks::new().fixed(true).literals(b"Hello").end().bytes();
            vec![(true, block, b"Hello".to_vec())]
        },
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_legal_inflates_to_what_is_expected() {
        for (shows, _, made) in LEGAL {
            let mut inflater = Inflater::new(15, false);
            for (_, compressed, payload) in made() {
                assert_eq!(inflater.message(&compressed), Ok(payload), "{shows}");
            }
        }
    }
}
