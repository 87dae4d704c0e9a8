//! Chapter 12: the windows of both sides (RFC 7692 §7.1.2).

use super::{MakeScript, PLAIN};
use crate::script::{Agreement, Ending, FrameScript, Message, Needs, Step, binary};
use crate::wire::{Blocks, Pen};
use crate::{Case, Role, Verdict};

pub(super) fn cases(role: Role) -> Vec<Case> {
    let pen = Pen::against(role);
    let mut cases = Vec::new();
    let mut add = |shows: String, script: MakeScript| {
        let id = format!("X.12.{}", cases.len() + 1);
        cases.push(Case::new(id, shows, "RFC 7692 §7.1.2", script));
    };
    for row in &WINDOWS {
        let (window_bytes, theirs) = (1 << row.bits, row.theirs);
        add(
            format!(
                "The subject's messages stay within a window of {} bits",
                row.bits
            ),
            Box::new(move || stays(theirs, window_bytes)),
        );
    }
    for row in &WINDOWS {
        let (window_bytes, ours) = (1u32 << row.bits, row.ours);
        add(
            format!(
                "A reference as far as a window of {} bits is understood",
                row.bits
            ),
            Box::new(move || {
                let (script, payload) = reaches(pen, ours, window_bytes);
                or_refuses(script.expect([binary(payload)], Ending::Normal))
            }),
        );
    }
    for row in WINDOWS.iter().filter(|row| row.bits < 15) {
        let (window_bytes, ours) = (1u32 << row.bits, row.ours);
        add(
            format!(
                "A reference beyond a window of {} bits is noticed",
                row.bits
            ),
            Box::new(move || {
                let (script, payload) = reaches(pen, ours, window_bytes + 1);
                script.expect([], Ending::Fails(&[1007])).or(
                    Verdict::Informational,
                    "it keeps more than it need",
                    [binary(payload)],
                    Ending::Normal,
                )
            }),
        );
    }
    cases
}

/// Data that repeat themselves at distances on both sides of the window's edge, twice.
fn stays(agreement: Agreement, window_bytes: u32) -> FrameScript {
    let mut payload = Vec::new();
    for (seed, distance) in [
        (1, window_bytes / 2),
        (2, window_bytes),
        (3, window_bytes + 40),
    ] {
        let part = noise(seed, distance);
        payload.extend(part.repeat(3));
    }
    let mut script = FrameScript::new().with_deflate(agreement);
    for _ in 0..2 {
        script = script.step(Step::Message(Message {
            is_text: false,
            payload: payload.clone(),
            max_fragment_bytes: 0,
            is_plain: false,
        }));
    }
    or_refuses(script.expect(vec![binary(&payload); 2], Ending::Normal))
}

/// RFC 7692 §7.1: a client that cannot do what is agreed on MUST fail the connection.
fn or_refuses(script: FrameScript) -> FrameScript {
    script.or(
        Verdict::Informational,
        "it refuses these parameters",
        [],
        Ending::Ends,
    )
}

/// A message with one reference of that distance, and what it is.
fn reaches(pen: Pen, agreement: Agreement, distance: u32) -> (FrameScript, Vec<u8>) {
    let start = noise(4, distance);
    let message = Blocks::new()
        .stored(false, &start)
        .fixed(false)
        .copy(200, distance)
        .end()
        .message();
    let script = FrameScript::new()
        .with_deflate(agreement)
        .send(pen.frame(0xc2, &message));
    let again = start[..200].to_vec();
    (script, [start, again].concat())
}

fn noise(seed: u32, n_bytes: u32) -> Vec<u8> {
    let bytes = seed << 20..(seed << 20) + n_bytes;
    bytes
        .map(|index| (index.wrapping_mul(2_654_435_761).rotate_left(9) >> 13 & 0xff) as u8)
        .collect()
}

/// A size, and how it is agreed on for either side.
struct Window {
    bits: u8,
    theirs: Agreement,
    ours: Agreement,
}

impl Window {
    const fn new(
        bits: u8,
        server: &'static str,
        client: &'static str,
        offers: [&'static str; 2],
    ) -> Self {
        let theirs = Agreement {
            offer: offers[0],
            answer: client,
            ..PLAIN
        };
        let ours = Agreement {
            offer: offers[1],
            answer: server,
            needs: Needs::Window(bits),
        };
        Self { bits, theirs, ours }
    }
}

/// What a client is answered for either side, and what a server is offered for either side.
const WINDOWS: [Window; 8] = [
    Window::new(
        8,
        "server_max_window_bits=8",
        "client_max_window_bits=8",
        [
            "permessage-deflate; server_max_window_bits=8",
            "permessage-deflate; client_max_window_bits=8",
        ],
    ),
    Window::new(
        9,
        "server_max_window_bits=9",
        "client_max_window_bits=9",
        [
            "permessage-deflate; server_max_window_bits=9",
            "permessage-deflate; client_max_window_bits=9",
        ],
    ),
    Window::new(
        10,
        "server_max_window_bits=10",
        "client_max_window_bits=10",
        [
            "permessage-deflate; server_max_window_bits=10",
            "permessage-deflate; client_max_window_bits=10",
        ],
    ),
    Window::new(
        11,
        "server_max_window_bits=11",
        "client_max_window_bits=11",
        [
            "permessage-deflate; server_max_window_bits=11",
            "permessage-deflate; client_max_window_bits=11",
        ],
    ),
    Window::new(
        12,
        "server_max_window_bits=12",
        "client_max_window_bits=12",
        [
            "permessage-deflate; server_max_window_bits=12",
            "permessage-deflate; client_max_window_bits=12",
        ],
    ),
    Window::new(
        13,
        "server_max_window_bits=13",
        "client_max_window_bits=13",
        [
            "permessage-deflate; server_max_window_bits=13",
            "permessage-deflate; client_max_window_bits=13",
        ],
    ),
    Window::new(
        14,
        "server_max_window_bits=14",
        "client_max_window_bits=14",
        [
            "permessage-deflate; server_max_window_bits=14",
            "permessage-deflate; client_max_window_bits=14",
        ],
    ),
    Window::new(
        15,
        "server_max_window_bits=15",
        "client_max_window_bits=15",
        [
            "permessage-deflate; server_max_window_bits=15",
            "permessage-deflate; client_max_window_bits=15",
        ],
    ),
];
