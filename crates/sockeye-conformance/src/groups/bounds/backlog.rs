//! Echoes that nobody reads: TCP pushes back, and nothing is lost.

use super::{MIB, SECTION};
use crate::Case;
use crate::groups::list::List;
use crate::script::{Ending, Event, FrameScript, Step, binary, text};
use crate::wire::Pen;

pub(super) fn cases(pen: Pen) -> Vec<Case> {
    let mut list = List::new("L.4");
    for (name, len, n_messages) in [
        ("65 536 messages of 256 bytes", 256, 65_536),
        ("8192 messages of 4 KiB", 4 << 10, 8192),
        ("512 messages of 64 KiB", 64 << 10, 512),
        ("32 messages of 1 MiB", 1 << 20, 32),
    ] {
        let shows = format!("{name} whose echoes are read late are bounded, and come in order");
        let growth = 8 * MIB + 8 * len as u64;
        list.add_bounded(growth, SECTION, shows, move || {
            let mut bytes = Vec::new();
            let mut events: Vec<Event> = Vec::new();
            for number in 0..n_messages {
                let payload = numbered(number, len);
                bytes.extend(pen.binary(&payload));
                events.push(binary(&payload));
            }
            events.push(text("the end"));
            FrameScript::new()
                .step(Step::Flood(bytes, 1))
                .send(pen.text("the end"))
                .expect(events, Ending::Normal)
        });
    }
    list.into_cases()
}

/// A payload that is unlike that of any other number.
fn numbered(number: u32, len: usize) -> Vec<u8> {
    let mut payload = vec![0xa5; len];
    payload[..4].copy_from_slice(&number.to_be_bytes());
    payload
}
