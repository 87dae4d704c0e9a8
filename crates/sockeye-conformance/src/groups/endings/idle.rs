//! Connections on which little happens stay open (RFC 6455 §5.5.2, §7.2.3).

use std::time::Duration;

use crate::Case;
use crate::groups::list::List;
use crate::script::{Ending, FrameScript, Step, pong, still_open, text};
use crate::wire::Pen;

pub(super) fn cases(pen: Pen) -> Vec<Case> {
    let mut list = List::new("C.14");
    list.add(
        "RFC 6455 §5.5.2",
        "An idle connection stays open for 6 s, and its pings are answered",
        move || {
            FrameScript::new()
                .send(pen.ping("at first"))
                .step(Step::Await(1))
                .pause(Duration::from_secs(3))
                .step(Step::StillOpen)
                .send(pen.ping("amid"))
                .step(Step::Await(3))
                .pause(Duration::from_secs(3))
                .step(Step::StillOpen)
                .send(pen.ping("at last"))
                .step(Step::Await(5))
                .send(pen.text("Hello"))
                .expect(
                    [
                        pong("at first"),
                        still_open(),
                        pong("amid"),
                        still_open(),
                        pong("at last"),
                        text("Hello"),
                    ],
                    Ending::Normal,
                )
        },
    );
    list.add(
        "RFC 6455 §5.4",
        "A message may stay unfinished for 3 s while pings are answered",
        move || {
            FrameScript::new()
                .send([pen.text_start("to be "), pen.ping("?")].concat())
                .step(Step::Await(1))
                .pause(Duration::from_secs(3))
                .step(Step::StillOpen)
                .send(pen.last("continued"))
                .expect(
                    [pong("?"), still_open(), text("to be continued")],
                    Ending::Normal,
                )
        },
    );
    list.into_cases()
}
