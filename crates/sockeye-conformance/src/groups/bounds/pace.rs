//! Honest peers that are slow: limits must not hit them.

use std::time::Duration;

use super::SECTION;
use crate::Case;
use crate::groups::list::List;
use crate::script::{Ending, Event, FrameScript, Step, pong, text};
use crate::wire::Pen;

pub(super) fn cases(pen: Pen) -> Vec<Case> {
    let mut list = List::new("L.5");
    let rows: [(&str, Vec<u8>, Event); 3] = [
        (
            "A message",
            pen.text("patience, patience"),
            text("patience, patience"),
        ),
        (
            "A fragmented message",
            [
                pen.text_start("pat"),
                pen.continuation("ien"),
                pen.last("ce"),
            ]
            .concat(),
            text("patience"),
        ),
        ("A ping", pen.ping("patience"), pong("patience")),
    ];
    for (name, bytes, answer) in rows {
        let shows = format!("{name} that comes a byte every 100 ms is taken");
        list.add(SECTION, shows, move || {
            let steps = bytes
                .iter()
                .flat_map(|byte| [Step::Send(vec![*byte]), Step::Pause(PACE)]);
            steps
                .fold(FrameScript::new(), FrameScript::step)
                .expect([answer.clone()], Ending::Normal)
        });
    }
    list.add(
        SECTION,
        "A message that comes a fragment every 100 ms is taken",
        move || {
            let fragments = (0..25).map(|number| format!("{number} "));
            let steps = fragments
                .clone()
                .flat_map(|fragment| [Step::Send(pen.continuation(fragment)), Step::Pause(PACE)]);
            let payload: String = fragments.collect();
            steps
                .fold(
                    FrameScript::new().send(pen.text_start("")),
                    FrameScript::step,
                )
                .send(pen.last(""))
                .expect([text(payload)], Ending::Normal)
        },
    );
    list.into_cases()
}

const PACE: Duration = Duration::from_millis(100);
