//! A peer that goes on after the subject has failed the connection (RFC 6455 §7.1.7).
//!
//! A subject that closes TCP while bytes are unread makes its system reset the connection, and the
//! reset overtakes its Close. This is a race, so there are five cases of each size.

use super::{PROTOCOL_ERROR, QUIET};
use crate::Case;
use crate::groups::list::List;
use crate::script::{Ending, FrameScript, Step};
use crate::wire::Pen;

pub(super) fn cases(pen: Pen) -> Vec<Case> {
    let mut list = List::new("C.9");
    let fault = move || pen.frame(0x83, b"");
    for (behind, unit, n_times) in [
        ("200 KiB", pen.binary(vec![0; 1 << 10]), 200),
        ("8 MiB", pen.binary(vec![0; 1 << 16]), 128),
    ] {
        for nth in 1..=5 {
            let shows = format!("The subject's Close arrives while {behind} follow ({nth} of 5)");
            let unit = unit.clone();
            list.add("RFC 6455 §7.1.7", shows, move || {
                FrameScript::new()
                    .send([fault(), unit.clone()].concat())
                    .step(Step::Repeat(unit.clone(), n_times))
                    .expect([], Ending::Fails(PROTOCOL_ERROR))
            });
        }
    }
    let rows = [
        ("A text message", pen.text("too late")),
        ("A ping", pen.ping("too late")),
        ("Another fault", pen.frame(0xf1, b"too late")),
        ("A Close with another code", pen.close(1001, "")),
    ];
    for (name, bytes) in rows {
        let shows = format!("{name} after the subject has failed the connection is ignored");
        list.add("RFC 6455 §7.1.7", shows, move || {
            FrameScript::new()
                .send(fault())
                .pause(QUIET / 2)
                .send(bytes.clone())
                .pause(QUIET / 2)
                .expect([], Ending::Fails(PROTOCOL_ERROR))
        });
    }
    list.into_cases()
}
