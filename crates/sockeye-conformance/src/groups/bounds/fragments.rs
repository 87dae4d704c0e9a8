//! Messages of very many fragments: what is kept is their bytes, not their number.

use super::{GROWTH, SECTION};
use crate::groups::list::List;
use crate::script::{Ending, Event, FrameScript, Step, binary, pong, text};
use crate::wire::Pen;
use crate::{Case, Verdict};

pub(super) fn cases(pen: Pen) -> Vec<Case> {
    let mut list = List::new("L.2");
    let rows: [(&str, bool, &[u8], usize); 4] = [
        ("a million empty fragments", false, b"", 1_000_000),
        ("a million empty fragments", true, b"", 1_000_000),
        ("300 000 fragments of one byte", false, b"*", 300_000),
        ("300 000 fragments of one byte", true, b"*", 300_000),
    ];
    for (name, is_text, fragment, n_fragments) in rows {
        let kind = if is_text { "text" } else { "binary" };
        let start = move || match is_text {
            true => pen.text_start("a"),
            false => pen.binary_start("a"),
        };
        let echo = move || -> Event {
            let payload = [b"a", &fragment.repeat(n_fragments)[..], b"z"].concat();
            match is_text {
                true => text(payload),
                false => binary(payload),
            }
        };
        let shows = format!("A {kind} message of {name} is bounded");
        list.add_bounded(FRAGMENTS_GROWTH, SECTION, shows, move || {
            let script = FrameScript::new()
                .send(start())
                .step(Step::Repeat(pen.continuation(fragment), n_fragments))
                .send(pen.last("z"));
            or_echoes(script, [echo()])
        });
    }
    list.add_bounded(
        GROWTH,
        SECTION,
        "A message of 200 000 fragments with a ping after each is bounded",
        move || {
            let unit = [pen.continuation("*"), pen.ping("ping")].concat();
            let script = FrameScript::new()
                .send(pen.binary_start(""))
                .step(Step::Repeat(unit, 200_000))
                .send(pen.last(""))
                .merges_repeats()
                .expect([pong("ping")], Ending::Fails(TOO_MANY_FRAGMENTS));
            or_echoes(script, [pong("ping"), binary([b'*'; 200_000])])
        },
    );
    list.add_bounded(
        FRAGMENTS_GROWTH,
        SECTION,
        "A message of 16 fragments of 64 KiB with empty ones between comes back",
        move || {
            let part = [pen.continuation(vec![b'*'; 1 << 16]), pen.continuation("")].concat();
            FrameScript::new()
                .send(pen.binary_start(""))
                .step(Step::Repeat(part, 16))
                .send(pen.last(""))
                .expect([binary(vec![b'*'; 1 << 20])], Ending::Normal)
        },
    );
    list.into_cases()
}

/// A limit on fragments is best; the standard names no such limit.
fn or_echoes<const N: usize>(script: FrameScript, echo: [Event; N]) -> FrameScript {
    script.expect([], Ending::Fails(TOO_MANY_FRAGMENTS)).or(
        Verdict::Informational,
        "it takes all fragments",
        echo,
        Ending::Normal,
    )
}

/// Against a policy, or too big to process (§7.4.1).
const TOO_MANY_FRAGMENTS: &[u16] = &[1008, 1009];

/// The messages are below 1 MiB; one allocation for each of so many fragments is above this.
const FRAGMENTS_GROWTH: u64 = 16 << 20;
