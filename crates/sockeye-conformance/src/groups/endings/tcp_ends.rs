//! TCP that ends without a closing handshake: in order, or by a reset (RFC 6455 §7.1.5, §7.2.1).
//!
//! That a subject outlives a reset shows in the cases that follow.

use super::QUIET;
use crate::groups::list::List;
use crate::script::{Ending, FrameScript, Step, pong, text};
use crate::wire::Pen;
use crate::{Case, Verdict};

pub(super) fn cases(pen: Pen) -> Vec<Case> {
    let mut list = List::new("C.10");
    add_ends(&mut list, pen);
    add_resets(&mut list, pen);
    list.into_cases()
}

fn add_ends(list: &mut List, pen: Pen) {
    let message = pen.binary(vec![b'*'; 300]);
    let cut = |n_bytes: usize| message[..n_bytes].to_vec();
    let rows = [
        ("before any frame", Vec::new()),
        ("after the first byte of a frame", cut(1)),
        ("within the length of a frame", cut(3)),
        ("after the header of a frame", cut(message.len() - 300)),
        ("within the payload of a frame", cut(message.len() - 1)),
        ("within a message, after a frame", pen.text_start("half")),
        (
            "within a message, within its second frame",
            [&pen.text_start("half")[..], &pen.last("other half")[..5]].concat(),
        ),
        ("within a ping", pen.ping("Hello")[..6].to_vec()),
        ("within a Close", pen.close(1000, "Bye")[..4].to_vec()),
    ];
    for (name, bytes) in rows {
        let shows = format!("TCP that ends {name} ends the connection, and nothing is echoed");
        list.add("RFC 6455 §7.2.1", shows, move || {
            FrameScript::new()
                .send(bytes.clone())
                .step(Step::HalfClose)
                .expect([], Ending::Ends)
        });
    }
    list.add(
        "RFC 6455 §7.2.1",
        "TCP that ends behind a text message ends the connection",
        move || {
            FrameScript::new()
                .send(pen.text("Hello"))
                .step(Step::HalfClose)
                .expect([text("Hello")], Ending::Ends)
                .or(
                    Verdict::Informational,
                    "what came before the end of TCP is not echoed",
                    [],
                    Ending::Ends,
                )
        },
    );
    list.add(
        "RFC 6455 §7.2.1",
        "TCP that ends behind a ping ends the connection",
        move || {
            FrameScript::new()
                .send(pen.ping("Hello"))
                .step(Step::HalfClose)
                .expect([pong("Hello")], Ending::Ends)
                .or(
                    Verdict::Informational,
                    "a ping that came before the end of TCP is not answered",
                    [],
                    Ending::Ends,
                )
        },
    );
    list.add(
        "RFC 6455 §5.5.1",
        "A Close is answered although TCP ends right behind it",
        move || {
            FrameScript::new()
                .send(pen.close(1000, ""))
                .step(Step::HalfClose)
                .expect([], Ending::Echoes(1000))
        },
    );
}

fn add_resets(list: &mut List, pen: Pen) {
    let rows = [
        ("before any frame", Vec::new()),
        ("within a header", pen.binary(vec![0; 300])[..3].to_vec()),
        ("within a payload", pen.binary(vec![0; 300])[..200].to_vec()),
        ("within a message", pen.text_start("half")),
    ];
    for (name, bytes) in rows {
        let shows = format!("A reset of TCP {name} leaves the subject alive");
        list.add("RFC 6455 §7.1.5", shows, move || {
            FrameScript::new()
                .send(bytes.clone())
                .pause(QUIET / 10)
                .step(Step::Reset)
                .expect([], Ending::Ends)
        });
    }
    let rows = [
        ("right behind a message", pen.text("Hello")),
        ("right behind 1 MiB", pen.binary(vec![0; 1 << 20])),
        ("right behind a ping", pen.ping("Hello")),
        ("right behind a Close", pen.close(1000, "")),
        ("right behind a fault", pen.frame(0x83, b"")),
    ];
    for (name, bytes) in rows {
        let shows = format!("A reset of TCP {name} leaves the subject alive");
        list.add("RFC 6455 §7.1.5", shows, move || {
            FrameScript::new()
                .step(Step::Flood(bytes.clone(), 1))
                .step(Step::Reset)
                .expect([], Ending::Ends)
        });
    }
}
