//! Chapter 8: answers that a client must take if it can, and its messages under them (RFC 7692 §7).

use crate::script::{Agreement, Ending, FrameScript, Message, Needs, Step, binary, text};
use crate::{Case, Verdict};

pub(super) fn cases() -> Vec<Case> {
    let rows = (1..).zip(ANSWERS);
    let cases = rows.map(|(index, answer)| {
        let shows = match *answer {
            "" => "An answer without parameters is taken, and messages come back under it".into(),
            answer => format!("An answer with {answer} is taken, and messages come back under it"),
        };
        let section = "RFC 7692 §7.1";
        Case::new(format!("X.8.{index}"), shows, section, move || {
            script(answer)
        })
    });
    cases.collect()
}

/// Messages that refer to those before and to themselves, near and far, and one that is not
/// compressed.
fn script(answer: &'static str) -> FrameScript {
    let agreement = Agreement {
        offer: "",
        answer,
        needs: Needs::Nothing,
    };
    let words = "Sixty words of sixty words. ".repeat(60);
    let far: Vec<u8> = (0..60_000u32)
        .map(|index| ((index % 20_000).wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let message = |is_text, payload: &[u8], is_plain| {
        Step::Message(Message {
            is_text,
            payload: payload.to_vec(),
            max_fragment_bytes: 0,
            is_plain,
        })
    };
    FrameScript::new()
        .with_deflate(agreement)
        .step(message(true, words.as_bytes(), false))
        .step(message(true, words.as_bytes(), false))
        .step(message(false, &far, false))
        .step(message(true, words.as_bytes(), true))
        .step(message(false, &far, false))
        .step(message(true, words.as_bytes(), false))
        .expect(
            [
                text(&words),
                text(&words),
                binary(&far),
                text(&words),
                binary(&far),
                text(&words),
            ],
            Ending::Normal,
        )
        // §7.1: a client that cannot do it MUST fail the connection.
        .or(
            Verdict::Informational,
            "it refuses these parameters",
            [],
            Ending::Ends,
        )
}

const ANSWERS: &[&str] = &[
    "",
    "server_no_context_takeover",
    "client_no_context_takeover",
    "server_no_context_takeover; client_no_context_takeover",
    "server_max_window_bits=8",
    "server_max_window_bits=9",
    "server_max_window_bits=10",
    "server_max_window_bits=11",
    "server_max_window_bits=12",
    "server_max_window_bits=13",
    "server_max_window_bits=14",
    "server_max_window_bits=15",
    "client_max_window_bits=8",
    "client_max_window_bits=9",
    "client_max_window_bits=10",
    "client_max_window_bits=11",
    "client_max_window_bits=12",
    "client_max_window_bits=13",
    "client_max_window_bits=14",
    "client_max_window_bits=15",
    "server_max_window_bits=\"10\"",
    "client_max_window_bits=\"1\\0\"",
    "client_no_context_takeover; server_max_window_bits=9",
    "server_no_context_takeover; server_max_window_bits=9",
    "client_max_window_bits=9; server_max_window_bits=9; client_no_context_takeover; \
     server_no_context_takeover",
];
