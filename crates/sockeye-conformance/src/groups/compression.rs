//! Groups 12 and 13: messages in permessage-deflate, one after another (RFC 7692).
//!
//! Group 12 has five kinds of data, group 13 seven sets of parameters, each with eighteen sizes of
//! messages and fragments. Each message is sent when the echo of the one before has come.

mod data;

use std::sync::Arc;
use std::time::Duration;

use data::{DATA, Data};

use crate::script::{Agreement, Ending, FrameScript, Needs, Series, Step};
use crate::{Case, Role, Scale};

/// The same for both roles: a server is offered what a client is answered.
pub(super) fn cases(_role: Role, scale: Scale) -> Vec<Case> {
    let mut cases = Vec::new();
    for (set, data) in (1..).zip(&DATA) {
        let words = format!("Compressed {}", data.name);
        cases.extend(sizes(&format!("12.{set}"), &words, data, DEFAULT, scale));
    }
    for (set, (words, agreement)) in (1..).zip(PARAMETERS) {
        let words = format!("Compressed JSON with {words}");
        cases.extend(sizes(
            &format!("13.{set}"),
            &words,
            &DATA[0],
            agreement,
            scale,
        ));
    }
    cases
}

fn sizes<'a>(
    chapter: &'a str,
    words: &'a str,
    data: &'static Data,
    agreement: Agreement,
    scale: Scale,
) -> impl Iterator<Item = Case> + 'a {
    (1..)
        .zip(SIZES)
        .map(move |(index, (n_bytes, max_fragment_bytes))| {
            let n_messages = n_messages(n_bytes, scale);
            let fragments = match max_fragment_bytes {
                0 => String::new(),
                n_bytes => format!(", in fragments of {n_bytes}"),
            };
            Case::new(
                format!("{chapter}.{index}"),
                format!("{words}: {n_messages} messages of {n_bytes} bytes{fragments} come back"),
                "RFC 7692 §7.2",
                move || {
                    FrameScript::new()
                        .with_deflate(agreement)
                        .patience(PATIENCE)
                        .step(Step::Series(Series {
                            is_text: data.is_text,
                            n_messages,
                            max_fragment_bytes,
                            payload: Arc::new(move |n_before| data.message(n_before, n_bytes)),
                        }))
                        .expect([], Ending::Normal)
                },
            )
        })
}

fn n_messages(n_bytes: usize, scale: Scale) -> usize {
    match scale {
        Scale::Quick => (QUICK_BYTES / n_bytes).clamp(8, 1000),
        Scale::Thorough => 1000,
    }
}

/// Bytes of a message, and of its longest fragment after compression; 0 for a single frame.
const SIZES: [(usize, usize); 18] = [
    (16, 0),
    (64, 0),
    (256, 0),
    (1024, 0),
    (4096, 0),
    (8192, 0),
    (16384, 0),
    (32768, 0),
    (65536, 0),
    (131_072, 0),
    (8192, 256),
    (16384, 256),
    (32768, 256),
    (65536, 256),
    (131_072, 256),
    (131_072, 1024),
    (131_072, 4096),
    (131_072, 32768),
];

/// A case in which this much came back would have seen most faults.
const QUICK_BYTES: usize = 1 << 20;

/// A message of each case that runs at the same time may be in front.
const PATIENCE: Duration = Duration::from_secs(20);

const DEFAULT: Agreement = Agreement {
    offer: "permessage-deflate; client_no_context_takeover; client_max_window_bits",
    answer: "",
    needs: Needs::Nothing,
};

/// What a server is offered, and what a client is answered.
const PARAMETERS: [(&str, Agreement); 7] = [
    ("default parameters", DEFAULT),
    (
        "no context takeover",
        Agreement {
            offer: "permessage-deflate; server_no_context_takeover; \
                    client_no_context_takeover; client_max_window_bits",
            answer: "client_no_context_takeover",
            needs: Needs::Nothing,
        },
    ),
    (
        "windows of 9 bits",
        Agreement {
            offer: "permessage-deflate; server_max_window_bits=9; \
                    client_no_context_takeover; client_max_window_bits",
            answer: "client_max_window_bits=9",
            needs: Needs::Nothing,
        },
    ),
    (
        "windows of 15 bits",
        Agreement {
            offer: "permessage-deflate; server_max_window_bits=15; \
                    client_no_context_takeover; client_max_window_bits",
            answer: "client_max_window_bits=15",
            needs: Needs::Nothing,
        },
    ),
    (
        "no context takeover and windows of 9 bits",
        Agreement {
            offer: "permessage-deflate; server_no_context_takeover; server_max_window_bits=9; \
                    client_no_context_takeover; client_max_window_bits",
            answer: "client_no_context_takeover; client_max_window_bits=9",
            needs: Needs::Nothing,
        },
    ),
    (
        "no context takeover and windows of 15 bits",
        Agreement {
            offer: "permessage-deflate; server_no_context_takeover; server_max_window_bits=15; \
                    client_no_context_takeover; client_max_window_bits",
            answer: "client_no_context_takeover; client_max_window_bits=15",
            needs: Needs::Nothing,
        },
    ),
    (
        "the best of three offers",
        Agreement {
            offer: "permessage-deflate; server_no_context_takeover; server_max_window_bits=9; \
                    client_no_context_takeover; client_max_window_bits, \
                    permessage-deflate; server_no_context_takeover; \
                    client_no_context_takeover; client_max_window_bits, \
                    permessage-deflate; client_no_context_takeover; client_max_window_bits",
            answer: "client_no_context_takeover; client_max_window_bits=9, \
                     client_no_context_takeover,",
            needs: Needs::Nothing,
        },
    ),
];
