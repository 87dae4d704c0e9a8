//! Group 6: text is UTF-8 (RFC 6455 §8.1).

mod sequences;

use std::time::Duration;

use crate::script::{Ending, FrameScript, Step, still_open, text};
use crate::wire::Pen;
use crate::{Case, Role, Verdict};

pub(super) fn cases(role: Role) -> Vec<Case> {
    let pen = Pen::against(role);
    let empty = EMPTY.map(|(number, shows, fragments)| {
        Case::new(
            format!("6.1.{number}"),
            shows,
            "RFC 6455 §5.6",
            move || {
                let last = fragments.len() - 1;
                let frames = fragments.iter().enumerate().map(|(index, fragment)| {
                    let opcode = if index == 0 { 0x1 } else { 0x0 };
                    let fin = if index == last { 0x80 } else { 0 };
                    pen.frame(fin | opcode, fragment.as_bytes())
                });
                FrameScript::new()
                    .send(frames.collect::<Vec<_>>().concat())
                    .expect([text(fragments.concat())], Ending::Normal)
            },
        )
    });
    let simple = SIMPLE.map(|(number, shows, payload, fragment_bytes)| {
        Case::new(format!("6.{number}"), shows, SECTION, move || {
            checked(pen.fragments(0x1, payload, fragment_bytes), payload)
        })
    });
    let slow = SLOW.map(|(number, shows, in_frames, cuts)| {
        Case::new(format!("6.4.{number}"), shows, SECTION, move || {
            in_three_parts(pen, in_frames, cuts)
        })
    });
    let sequences = (5..)
        .zip(sequences::all())
        .flat_map(|(part, (what, rows))| {
            (1..).zip(rows).map(move |(number, payload)| {
                let outcome = match str::from_utf8(&payload) {
                    Ok(_) => "comes back",
                    Err(_) => "is refused",
                };
                let shows = format!("Text of {} {outcome}: {what}", sequences::hex(&payload));
                Case::new(format!("6.{part}.{number}"), shows, SECTION, move || {
                    checked(pen.text(&payload), &payload)
                })
            })
        });
    let cases = empty.into_iter().chain(simple).chain(slow);
    cases.chain(sequences).collect()
}

/// The script of a text message that comes back if it is UTF-8, and is refused if not.
fn checked(frames: Vec<u8>, payload: &[u8]) -> FrameScript {
    let script = FrameScript::new().send(frames);
    match str::from_utf8(payload) {
        Ok(_) => script.expect([text(payload)], Ending::Normal),
        Err(_) => script.expect([], Ending::Fails(&[1007])),
    }
}

/// Text that is no UTF-8 in its second part, with a second between the parts. They are frames of
/// their own, or pieces of one.
fn in_three_parts(pen: Pen, in_frames: bool, [first, second]: [usize; 2]) -> FrameScript {
    let (whole, reason) = (TOO_HIGH.len(), if in_frames { MESSAGE } else { FRAME });
    let parts = match in_frames {
        true => [
            pen.text_start(&TOO_HIGH[..first]),
            pen.continuation(&TOO_HIGH[first..second]),
            pen.last(&TOO_HIGH[second..]),
        ],
        false => {
            let frame = pen.text(TOO_HIGH);
            let header = frame.len() - whole;
            [
                frame[..header + first].to_vec(),
                frame[header + first..header + second].to_vec(),
                frame[header + second..].to_vec(),
            ]
        }
    };
    let [begin, wrong, rest] = parts;
    FrameScript::new()
        .send(begin)
        .pause(WAIT)
        .step(Step::StillOpen)
        .send(wrong)
        .pause(DECIDES_WITHIN)
        .step(Step::StillOpen)
        .send(rest)
        .expect([still_open()], Ending::Fails(&[1007]))
        .or(
            Verdict::NonStrict,
            reason,
            [still_open(), still_open()],
            Ending::Fails(&[1007]),
        )
}

/// The fragments of messages that have empty ones.
const EMPTY: [(u8, &str, &[&str]); 3] = [
    (1, "An empty text message comes back", &[""]),
    (
        2,
        "A text message of three empty fragments comes back",
        &["", "", ""],
    ),
    (
        3,
        "A text message with an empty first and last fragment comes back",
        &["", "middle", ""],
    ),
];

/// Messages, and the lengths of their fragments.
const SIMPLE: [(&str, &str, &[u8], usize); 6] = [
    (
        "2.1",
        "Text with characters of two bytes comes back",
        MIXED,
        usize::MAX,
    ),
    (
        "2.2",
        "Text in fragments, cut between characters, comes back",
        MIXED,
        15,
    ),
    ("2.3", "Text in fragments of one byte comes back", MIXED, 1),
    (
        "2.4",
        "Greek text in fragments of one byte comes back",
        GREEK,
        1,
    ),
    (
        "3.1",
        "Text with a surrogate in it is refused",
        SURROGATE,
        usize::MAX,
    ),
    (
        "3.2",
        "Text with a surrogate in it, in fragments of one byte, is refused",
        SURROGATE,
        1,
    ),
];

/// How [`TOO_HIGH`] is cut: in frames or not, and where.
const SLOW: [(u8, &str, bool, [usize; 2]); 4] = [
    (
        1,
        "Text that a second frame makes invalid is refused before the third",
        true,
        [11, 15],
    ),
    (
        2,
        "Text that a frame's only byte makes invalid is refused there",
        true,
        [12, 13],
    ),
    (
        3,
        "Text that is invalid amid a frame is refused before its end",
        false,
        [11, 15],
    ),
    (
        4,
        "Text is refused at the byte that makes it invalid, amid a frame",
        false,
        [12, 13],
    ),
];

const MIXED: &[u8] = "Hello-µ@ßöäüàá-UTF-8!!".as_bytes();

/// `κόσμε`.
const GREEK: &[u8] = b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5";

/// The same with half a pair of UTF-16 and more behind it.
const SURROGATE: &[u8] = b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80edited";

/// The same with U+110000, which is more than there is. Its second byte, 12 before it, shows that.
const TOO_HIGH: &[u8] = b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xf4\x90\x80\x80edited";

const WAIT: Duration = Duration::from_secs(1);

/// Long enough for a subject that decides at once, with 16 MiB of other cases in front of it on a
/// busy machine. The pause is over when it has decided.
const DECIDES_WITHIN: Duration = Duration::from_secs(4);

const MESSAGE: &str = "it checks text when the message is complete";

const FRAME: &str = "it checks text when the frame is complete";

const SECTION: &str = "RFC 6455 §8.1";
