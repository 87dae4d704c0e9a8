//! Frames and packets that do not match: headers cut at every byte, many frames in one packet, one
//! byte in each (RFC 6455 §5.2).

use std::time::Duration;

use crate::Case;
use crate::groups::list::List;
use crate::script::{Ending, Event, FrameScript, Step, binary, pong, text};
use crate::wire::Pen;

pub(super) fn cases(pen: Pen) -> Vec<Case> {
    let mut list = List::new("C.12");
    for len in [5, 300, 65536] {
        let shows = format!("Messages of {len} bytes come back, cut at each byte of their header");
        list.add(SECTION, shows, move || {
            let payload = vec![0xa5; len];
            let message = pen.binary(&payload);
            let header_bytes = message.len() - len;
            let mut script = FrameScript::new();
            for cut in 1..=header_bytes {
                let (start, rest) = message.split_at(cut);
                let end = Step::Pause(Duration::from_millis(20));
                script = script.send(start.to_vec()).step(end).send(rest.to_vec());
            }
            script.expect(vec![binary(&payload); header_bytes], Ending::Normal)
        });
    }
    list.add(
        SECTION,
        "1000 messages of one byte in one packet come back in order",
        move || {
            let bytes = (0..1000_u16).map(|n| n.to_be_bytes()[1..].to_vec());
            let frames: Vec<u8> = bytes.clone().flat_map(|byte| pen.binary(byte)).collect();
            FrameScript::new()
                .send(frames)
                .expect(bytes.map(binary).collect::<Vec<_>>(), Ending::Normal)
        },
    );
    list.add(
        SECTION,
        "A message of 1000 frames of one byte in one packet comes back",
        move || {
            let mut frames = pen.binary_start([0]);
            frames.extend((1..999).flat_map(|_| pen.continuation([1])));
            frames.extend(pen.last([2]));
            let payload = [&[0][..], &[1; 998], &[2]].concat();
            FrameScript::new()
                .send(frames)
                .expect([binary(payload)], Ending::Normal)
        },
    );
    list.add(
        SECTION,
        "A whole conversation in packets of one byte is understood",
        move || {
            let frames = [
                pen.text("one"),
                pen.text_start("t"),
                pen.ping("between"),
                pen.continuation(""),
                pen.last("wo"),
                pen.pong("nobody asked"),
                pen.binary(""),
                pen.close(1000, "Bye"),
            ];
            let events: [Event; 4] = [text("one"), pong("between"), text("two"), binary("")];
            FrameScript::new()
                .chop(frames.concat(), 1)
                .expect(events, Ending::Echoes(1000))
        },
    );
    list.add(
        SECTION,
        "Packets that end within every second frame are put together",
        move || {
            let messages: Vec<_> = (0..30).map(|n| format!("message {n}")).collect();
            let frames = messages.iter().flat_map(|message| pen.text(message));
            FrameScript::new().chop(frames.collect(), 23).expect(
                messages.iter().map(text).collect::<Vec<_>>(),
                Ending::Normal,
            )
        },
    );
    list.add(
        "RFC 6455 §5.5.3",
        "Of three pings in one packet the last is answered, and those before it in order if at all",
        move || {
            let frames = [pen.ping("a"), pen.ping("b"), pen.ping("c")];
            let answers: [&[&str]; 4] = [&["a", "b", "c"], &["c"], &["b", "c"], &["a", "c"]];
            let script = FrameScript::new().send(frames.concat());
            answers.iter().fold(script, |script, answers| {
                let pongs: Vec<_> = answers.iter().map(pong).collect();
                script.expect(pongs, Ending::Normal)
            })
        },
    );
    list.add(
        "RFC 6455 §5.5.3",
        "Three pings that wait for each other are answered with their own payloads",
        move || {
            let pings = ["", "b", "\u{1f600}"].into_iter().enumerate();
            let script = pings.fold(FrameScript::new(), |script, (n, payload)| {
                script.send(pen.ping(payload)).step(Step::Await(n + 1))
            });
            script.expect(["", "b", "\u{1f600}"].map(pong), Ending::Normal)
        },
    );
    list.into_cases()
}

const SECTION: &str = "RFC 6455 §5.2";
