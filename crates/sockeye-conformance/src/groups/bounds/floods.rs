//! Floods of pings and pongs: a Pong may be for the newest Ping alone (RFC 6455 §5.5.3), so none
//! has to be kept.

use super::{GROWTH, SECTION};
use crate::Case;
use crate::groups::list::List;
use crate::script::{Ending, Event, FrameScript, Step, pong, text};
use crate::wire::Pen;

pub(super) fn cases(pen: Pen) -> Vec<Case> {
    let mut list = List::new("L.3");
    for (n_mib, len) in [(8, 0), (16, 4), (64, 125)] {
        let shows =
            format!("{n_mib} MiB of pings with {len} bytes, whose pongs are not read, are bounded");
        list.add_bounded(GROWTH, SECTION, shows, move || {
            let flood = vec![b'*'; len];
            let unit = pen.ping(&flood);
            let n_times = (n_mib << 20) / unit.len();
            let script = FrameScript::new()
                .step(Step::Flood(unit, n_times))
                .send([pen.ping("newest"), pen.text("Hello")].concat());
            answered(script, &flood)
        });
    }
    for len in [4, 125] {
        let shows = format!("20 000 pings with {len} bytes, whose pongs are read, are answered");
        list.add_bounded(GROWTH, "RFC 6455 §5.5.3", shows, move || {
            let flood = vec![b'*'; len];
            let script = FrameScript::new()
                .step(Step::Repeat(pen.ping(&flood), 20_000))
                .send([pen.ping("newest"), pen.text("Hello")].concat());
            answered(script, &flood)
        });
    }
    for len in [0, 125] {
        let shows =
            format!("16 MiB of pongs with {len} bytes, which nobody asked for, are ignored");
        list.add_bounded(GROWTH, "RFC 6455 §5.5.3", shows, move || {
            let unit = pen.pong(vec![b'*'; len]);
            let n_times = (16 << 20) / unit.len();
            FrameScript::new()
                .step(Step::Repeat(unit, n_times))
                .send(pen.text("Hello"))
                .expect([text("Hello")], Ending::Normal)
        });
    }
    list.into_cases()
}

/// Any number of pongs for the flood, one for the newest ping, and the echo: in the order of what
/// they answer, or the echo earlier, since pongs may have a way of their own.
fn answered(script: FrameScript, flood: &[u8]) -> FrameScript {
    let (flood, newest, echo) = (pong(flood), pong("newest"), text("Hello"));
    let orders: [&[&Event]; 5] = [
        &[&flood, &newest, &echo],
        &[&flood, &echo, &newest],
        &[&newest, &echo],
        &[&echo, &newest],
        &[&flood, &echo, &flood, &newest],
    ];
    orders
        .iter()
        .fold(script.merges_repeats(), |script, order| {
            let events: Vec<Event> = order.iter().copied().cloned().collect();
            script.expect(events, Ending::Normal)
        })
}
