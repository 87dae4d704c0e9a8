//! Echoes that nobody reads for a while: TCP pushes back, and nothing is lost.

use super::{GROWTH, SECTION};
use crate::Case;
use crate::groups::list::List;
use crate::script::{Ending, Event, FrameScript, Step, binary, text};
use crate::wire::Pen;

pub(super) fn cases(pen: Pen) -> Vec<Case> {
    let mut list = List::new("L.4");
    for (name, len) in [("256 bytes", 256), ("4 KiB", 4 << 10), ("64 KiB", 64 << 10)] {
        let shows = format!("128 MiB in messages of {name} whose echoes are not read are bounded");
        list.add_bounded(GROWTH, SECTION, shows, move || {
            let message = vec![0xa5; len];
            FrameScript::new()
                .step(Step::Flood(pen.binary(&message), (128 << 20) / len))
                .send(pen.text("the end"))
                .merges_repeats()
                .expect([binary(&message), text("the end")], Ending::Normal)
        });
    }
    for (name, len, n_messages) in [
        ("65 536 messages of 256 bytes", 256, 65_536),
        ("8192 messages of 4 KiB", 4 << 10, 8192),
        ("512 messages of 64 KiB", 64 << 10, 512),
    ] {
        let shows = format!("{name} come back in order although their echoes are read late");
        list.add(SECTION, shows, move || {
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
