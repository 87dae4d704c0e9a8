//! Honest peers that are slow, small or busy: limits must not hit them.

use std::time::Duration;

use super::{GROWTH, SECTION};
use crate::Case;
use crate::groups::list::List;
use crate::script::{Ending, FrameScript, Step, binary, pong, text};
use crate::wire::Pen;

pub(super) fn cases(pen: Pen) -> Vec<Case> {
    let mut list = List::new("L.5");
    list.add(
        SECTION,
        "A message that comes a byte every 100 ms is taken",
        move || {
            let frame = pen.text("patience, patience");
            let steps = frame.into_iter().flat_map(|byte| {
                let pause = Step::Pause(Duration::from_millis(100));
                [Step::Send(vec![byte]), pause]
            });
            steps
                .fold(FrameScript::new(), FrameScript::step)
                .expect([text("patience, patience")], Ending::Normal)
        },
    );
    list.add(
        SECTION,
        "A message that comes a fragment every 100 ms, with pings between, is taken",
        move || {
            let mut script = FrameScript::new().send(pen.text_start(""));
            for number in 0..25 {
                let fragment = pen.continuation(format!("{number} "));
                script = script.send(fragment).pause(Duration::from_millis(100));
            }
            let payload: String = (0..25).map(|number| format!("{number} ")).collect();
            script
                .send([pen.ping("ping"), pen.last("")].concat())
                .expect([pong("ping"), text(payload)], Ending::Normal)
        },
    );
    list.add_bounded(
        GROWTH,
        SECTION,
        "100 000 messages of 16 bytes, read as they come, leave nothing behind",
        move || {
            FrameScript::new()
                .step(Step::Repeat(pen.binary([7; 16]), 100_000))
                .send(pen.text("the end"))
                .merges_repeats()
                .expect([binary([7; 16]), text("the end")], Ending::Normal)
        },
    );
    list.add_bounded(
        GROWTH,
        SECTION,
        "16 messages of 1 MiB one after another need the memory of few",
        move || {
            let message = vec![0xa5; 1 << 20];
            FrameScript::new()
                .step(Step::Repeat(pen.binary(&message), 16))
                .merges_repeats()
                .send(pen.text("the end"))
                .expect([binary(&message), text("the end")], Ending::Normal)
        },
    );
    list.into_cases()
}
