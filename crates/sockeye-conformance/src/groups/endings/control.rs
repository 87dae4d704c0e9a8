//! Control frames: of every length they may have, in pieces; and too long or fragmented
//! (RFC 6455 §5.5).

use super::{AFTER, PROTOCOL_ERROR, fails_early, frame_in_form};
use crate::Case;
use crate::groups::list::List;
use crate::script::{Ending, FrameScript, pong, text};
use crate::wire::Pen;

pub(super) fn cases(pen: Pen) -> Vec<Case> {
    let mut list = List::new("C.4");
    for len in [0, 1, 124, 125] {
        let shows = format!("A ping with {len} bytes, each in a packet of its own, is answered");
        list.add("RFC 6455 §5.5.2", shows, move || {
            let payload: Vec<u8> = (0..len).map(|byte| byte ^ 0xa5).collect();
            FrameScript::new()
                .chop(pen.ping(&payload), 1)
                .expect([pong(&payload)], Ending::Normal)
        });
    }
    for len in [0, 1, 124, 125] {
        let shows = format!("A pong with {len} bytes, each in a packet of its own, is ignored");
        list.add("RFC 6455 §5.5.3", shows, move || {
            FrameScript::new()
                .chop(pen.pong(vec![0xff; len]), 1)
                .send(pen.text("Hello"))
                .expect([text("Hello")], Ending::Normal)
        });
    }
    for len in [0, 1, 122, 123] {
        let shows =
            format!("A Close with a reason of {len} bytes, in packets of one byte, is answered");
        list.add("RFC 6455 §5.5.1", shows, move || {
            FrameScript::new()
                .chop(pen.close(1000, vec![b'*'; len]), 1)
                .expect([], Ending::Echoes(1000))
        });
    }
    add_faults(&mut list, pen);
    list.into_cases()
}

fn add_faults(list: &mut List, pen: Pen) {
    for (name, first_byte) in KINDS {
        for (form, len) in [(126, 126), (127, 65536)] {
            let shows = format!("{name} of {len} bytes fails the connection");
            list.add("RFC 6455 §5.5", shows, move || {
                let mut payload = vec![b'*'; len];
                payload[..2].copy_from_slice(&1000_u16.to_be_bytes());
                let mut bytes = frame_in_form(pen, first_byte, form, &payload);
                bytes.extend(pen.text(AFTER));
                FrameScript::new()
                    .send(bytes)
                    .expect([], Ending::Fails(PROTOCOL_ERROR))
            });
        }
        let shows = format!("{name} that needs a longer length is refused before the length comes");
        list.add("RFC 6455 §5.5", shows, move || {
            let mut start = frame_in_form(pen, first_byte, 126, &[3; 126]);
            let rest = start.split_off(2);
            fails_early(start, rest, PROTOCOL_ERROR)
        });
        let shows = format!("{name} without FIN fails the connection");
        list.add("RFC 6455 §5.5", shows, move || {
            let bytes = [
                pen.frame(first_byte & 0x7f, &1000_u16.to_be_bytes()),
                pen.last("more"),
                pen.text(AFTER),
            ];
            FrameScript::new()
                .send(bytes.concat())
                .expect([], Ending::Fails(PROTOCOL_ERROR))
        });
        let shows = format!("{name} without FIN within a message fails the connection");
        list.add("RFC 6455 §5.5", shows, move || {
            let bytes = [
                pen.text_start("one "),
                pen.frame(first_byte & 0x7f, &1000_u16.to_be_bytes()),
                pen.last("message"),
                pen.text(AFTER),
            ];
            FrameScript::new()
                .send(bytes.concat())
                .expect([], Ending::Fails(PROTOCOL_ERROR))
        });
    }
}

/// Control frames and their first bytes.
const KINDS: [(&str, u8); 3] = [("A Close", 0x88), ("A ping", 0x89), ("A pong", 0x8a)];
