//! Chapter 28: heads of all sizes.
//!
//! No size is one that a client must take, and none may be without bound (RFC 9110 §5.4 leaves the
//! limits to the recipient). What a proxy adds on an ordinary day is taken by all.

use super::chapter::{Chapter, Owed};
use super::response::Response;
use crate::script::{Answer, OpeningScript, Piece};
use crate::{Case, Verdict};

pub(super) fn cases() -> Vec<Case> {
    let mut chapter = Chapter::new(28);
    for (n_bytes, owed) in VALUES {
        let shows = format!("A field has a value of {n_bytes} bytes");
        chapter.add(&shows, LIMITS, owed, move || {
            let field = [b"X-A: ", &b"x".repeat(n_bytes)[..]].concat();
            Response::valid().with(&field).script()
        });
    }
    for (n_fields, owed) in FIELDS {
        let shows = format!("A head has {n_fields} more fields");
        chapter.add(&shows, LIMITS, owed, move || {
            let fields: Vec<_> = (0..n_fields).map(|n| format!("X-{n}: y")).collect();
            Response::valid()
                .with(fields.join("\r\n").as_bytes())
                .script()
        });
    }
    for (n_bytes, owed) in NAMES {
        let shows = format!("A field has a name of {n_bytes} bytes");
        chapter.add(&shows, LIMITS, owed, move || {
            let field = [&b"X".repeat(n_bytes)[..], b": y"].concat();
            Response::valid().with(&field).script()
        });
    }
    for (n_bytes, owed) in REASONS {
        let shows = format!("A reason phrase has {n_bytes} bytes");
        chapter.add(&shows, "RFC 9112 §4", owed, move || {
            let line = [b"HTTP/1.1 101 ", &b"x".repeat(n_bytes)[..]].concat();
            Response::valid().status(&line).script()
        });
    }
    for &(shows, start, unit, n_times) in ENDLESS {
        chapter.add(shows, LIMITS, Owed::Ends, move || {
            let start = Piece::Send(start.to_vec());
            let pieces = vec![start, Piece::Repeat(unit.to_vec(), n_times)];
            let why = "it takes all of it, and waits for more";
            OpeningScript::pieces(pieces)
                .quiet()
                .or(Verdict::Informational, why, Answer::Waits)
        });
    }
    chapter.cases()
}

const VALUES: [(usize, Owed); 6] = [
    (1024, Owed::Opens),
    (4096, LIMITED),
    (7 * 1024, LIMITED),
    (32 * 1024, LARGE),
    (128 * 1024, LARGE),
    (1024 * 1024, LARGE),
];

const FIELDS: [(usize, Owed); 5] = [
    (16, Owed::Opens),
    (32, LIMITED),
    (64, LIMITED),
    (500, LARGE),
    (10_000, LARGE),
];

const NAMES: [(usize, Owed); 2] = [(200, LIMITED), (100_000, LARGE)];

const REASONS: [(usize, Owed); 2] = [(200, LIMITED), (100_000, LARGE)];

/// What comes first, then what comes again and again.
const ENDLESS: &[(&str, &[u8], &[u8], usize)] = &[
    (
        "A field goes on for 16 MiB",
        b"HTTP/1.1 101 Switching Protocols\r\nX-A: ",
        b"xxxxxxxxxxxxxxxx",
        1024 * 1024,
    ),
    (
        "Fields go on for 16 MiB",
        b"HTTP/1.1 101 Switching Protocols\r\n",
        b"X-ABCDEFGHI: j\r\n",
        1024 * 1024,
    ),
    (
        "A status line goes on for 16 MiB",
        b"HTTP/1.1 101 ",
        b"xxxxxxxxxxxxxxxx",
        1024 * 1024,
    ),
];

/// Servers and proxies send as much.
const LIMITED: Owed = Owed::MayEnd("it takes no head of this size, which others do");

/// Nobody needs as much.
const LARGE: Owed = Owed::MayOpen("it takes a head of this size");

const LIMITS: &str = "RFC 9110 §5.4";
