//! Lengths that are declared and never sent: nothing is allocated for a promise.

use std::time::Duration;

use super::{GROWTH, SECTION};
use crate::groups::list::List;
use crate::script::{Ending, FrameScript, Step, still_open};
use crate::wire::Pen;
use crate::{Case, Verdict};

pub(super) fn cases(pen: Pen) -> Vec<Case> {
    let mut list = List::new("L.1");
    let rows: [(&str, u64, usize); 6] = [
        ("2^63-1", (1 << 63) - 1, 0),
        ("2^40", 1 << 40, 0),
        ("2^32-1", (1 << 32) - 1, 0),
        ("2^31", 1 << 31, 0),
        ("2^63-1", (1 << 63) - 1, 1 << 16),
        ("2^32-1", (1 << 32) - 1, 1 << 20),
    ];
    for (name, len, n_sent) in rows {
        for (kind, first_byte) in [("text", 0x81), ("binary", 0x82)] {
            if first_byte == 0x81 && n_sent == 0 && len != (1 << 63) - 1 {
                continue;
            }
            let shows = match n_sent {
                0 => format!("A header declares a {kind} message of {name} bytes"),
                n => format!("{} KiB of a {kind} message of {name} bytes", n >> 10),
            };
            list.add_bounded(GROWTH, SECTION, shows, move || {
                let mut bytes = pen.header(first_byte, 127, &len.to_be_bytes());
                // Masked, this is text too.
                bytes.extend(masked(pen, n_sent));
                ends_or_waits(bytes)
            });
        }
    }
    let rows = [
        ("a byte", 1, "2^63-1", (1 << 63) - 1),
        ("a byte", 1, "2^64-1", u64::MAX),
        ("64 KiB", 1 << 16, "2^63-1", (1 << 63) - 1),
        ("64 KiB", 1 << 16, "2^32-1", (1 << 32) - 1),
    ];
    for (first, n_first, name, len) in rows {
        let shows = format!("A header declares {name} bytes more for a message of {first}");
        list.add_bounded(GROWTH, SECTION, shows, move || {
            let mut bytes = pen.binary_start(vec![b'*'; n_first]);
            bytes.extend(pen.header(0x80, 127, &len.to_be_bytes()));
            ends_or_waits(bytes)
        });
    }
    list.into_cases()
}

/// Some payload, with the mask that is owed.
fn masked(pen: Pen, n_bytes: usize) -> Vec<u8> {
    let mut frame = pen.binary(vec![b'*'; n_bytes]);
    frame.split_off(frame.len() - n_bytes)
}

/// Best is 1009, "a message that is too big for it to process" (§7.4.1). What waits for the rest
/// has to end with TCP.
fn ends_or_waits(bytes: Vec<u8>) -> FrameScript {
    FrameScript::new()
        .send(bytes)
        .pause(Duration::from_millis(500))
        .step(Step::StillOpen)
        .step(Step::HalfClose)
        .expect([], Ending::Fails(&[1009, 1002]))
        .or(
            Verdict::Informational,
            "it waits for the rest",
            [still_open()],
            Ending::Ends,
        )
}
