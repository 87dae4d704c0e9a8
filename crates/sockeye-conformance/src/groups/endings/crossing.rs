//! Closes that cross other things: faults, messages, and each other (RFC 6455 §5.5.1, §7.1).

use super::PROTOCOL_ERROR;
use crate::groups::list::List;
use crate::script::{Ending, FrameScript, Step, binary, pong, text};
use crate::wire::Pen;
use crate::{Case, Verdict};

pub(super) fn cases(pen: Pen) -> Vec<Case> {
    let mut list = List::new("C.8");
    let faults = [
        ("a reserved bit", pen.frame(0xa9, b"ping")),
        ("a reserved opcode", pen.frame(0x83, b"")),
        ("a wrong mask", pen.wrongly_masked().ping("ping")),
    ];
    for (name, fault) in faults {
        let close = pen.close(1000, "");
        let together = [&fault[..], &close].concat();
        let shows = format!("A Close right behind {name} changes nothing: the subject fails");
        list.add("RFC 6455 §7.1.7", shows, move || {
            FrameScript::new()
                .send(together.clone())
                .expect([], Ending::Fails(PROTOCOL_ERROR))
        });
        let shows = format!("A Close in the next packet after {name} crosses the subject's");
        list.add("RFC 6455 §7.1.7", shows, move || {
            FrameScript::new()
                .send(fault.clone())
                .send(close.clone())
                .expect([], Ending::Fails(PROTOCOL_ERROR))
        });
    }
    add_behind(&mut list, pen);
    add_after(&mut list, pen);
    list.into_cases()
}

/// Closes behind messages.
fn add_behind(list: &mut List, pen: Pen) {
    for n_messages in [1, 3] {
        let shows = format!("What is echoed before a Close in the same packet: {n_messages} texts");
        list.add("RFC 6455 §5.5.1", shows, move || {
            let messages = (0..n_messages).map(|n| format!("message {n}"));
            let frames = messages.clone().flat_map(|message| pen.text(message));
            FrameScript::new()
                .send(frames.chain(pen.close(1000, "")).collect())
                .expect(messages.map(text).collect::<Vec<_>>(), echo())
                .or(Verdict::Informational, NO_ECHO, [], echo())
        });
    }
    list.add(
        "RFC 6455 §5.5.1",
        "What is echoed before a Close in the same packet: 1 MiB",
        move || {
            let payload = vec![0xc3; 1 << 20];
            FrameScript::new()
                .send([pen.binary(&payload), pen.close(1000, "")].concat())
                .expect([binary(&payload)], echo())
                .or(Verdict::Informational, NO_ECHO, [], echo())
        },
    );
    list.add(
        "RFC 6455 §5.5.2",
        "A ping before a Close in the same packet is answered",
        move || {
            FrameScript::new()
                .send([pen.ping("ping"), pen.close(1000, "")].concat())
                .expect([pong("ping")], echo())
                .or(
                    Verdict::Informational,
                    "the Close is there before the ping is answered",
                    [],
                    echo(),
                )
        },
    );
    list.add(
        "RFC 6455 §5.5.1",
        "A Close within a message is answered, and the message forgotten",
        move || {
            FrameScript::new()
                .send([pen.text_start("half a message"), pen.close(1000, "")].concat())
                .expect([], echo())
        },
    );
}

/// Frames behind a Close.
fn add_after(list: &mut List, pen: Pen) {
    let rows = [
        ("A text message", pen.text("too late")),
        ("A message of 1 MiB", pen.binary(vec![0; 1 << 20])),
        ("A ping", pen.ping("too late")),
        ("A second Close", pen.close(1001, "")),
        ("A fault", pen.frame(0xb3, b"too late")),
        ("Half a frame", pen.header(0x82, 126, &[0xff, 0xff])),
    ];
    for (name, bytes) in rows {
        let close = pen.close(1000, "");
        let together = [&close[..], &bytes].concat();
        for (how, steps) in [
            ("the same packet as", vec![together]),
            ("the packet after", vec![close, bytes]),
        ] {
            let shows = format!("{name} in {how} a Close is ignored");
            list.add("RFC 6455 §1.4", shows, move || {
                let steps = steps.iter().cloned().map(Step::Send);
                let script = steps.fold(FrameScript::new(), FrameScript::step);
                script
                    .expect([], echo())
                    .or(
                        Verdict::Informational,
                        "it answers a ping that came after the Close (§5.5.2: need not)",
                        [pong("too late")],
                        echo(),
                    )
                    .or(
                        Verdict::NonStrict,
                        "it echoes what came after the Close (§1.4)",
                        [text("too late")],
                        echo(),
                    )
            });
        }
    }
}

fn echo() -> Ending {
    Ending::Echoes(1000)
}

const NO_ECHO: &str = "the Close is there before what was to be echoed";
