//! Chapter 9, continued: clients that go silent or dribble, and those that half-close.
//!
//! No standard says how long a server waits for a request; one that waits for ever runs out of
//! connections. RFC 9112 §8 lets it answer or not when it gives up.

use std::time::Duration;

use super::chapter::Chapter;
use super::request::Request;
use crate::Verdict;
use crate::script::{Answer, OpeningScript, Piece};

pub(super) fn add(chapter: &mut Chapter) {
    chapter.add(
        "A server does not wait long for a request that does not begin",
        TIME,
        || gives_up(Vec::new()).patience(LONG),
    );
    chapter.add(
        "A server does not wait long for the rest of a request",
        TIME,
        || gives_up(vec![Piece::Send(HALF.to_vec())]).patience(LONG),
    );
    chapter.add(
        "A byte a second does not keep a request waiting",
        TIME,
        || gives_up(dribble()).patience(Duration::from_secs(1)),
    );
    chapter.add(
        "A half-closed connection without a request ends",
        CUT,
        || ends_at_once(vec![Piece::HalfClose]),
    );
    chapter.add(
        "A half-closed connection with half a request ends",
        CUT,
        || ends_at_once(vec![Piece::Send(HALF.to_vec()), Piece::HalfClose]),
    );
    chapter.add(
        "A half-closed connection with a whole request is answered or ends",
        CUT,
        || {
            let request = Request::valid().bytes();
            OpeningScript::pieces(vec![Piece::Send(request), Piece::HalfClose])
                .quiet()
                .expect(Answer::Upgrades)
                .expect(Answer::Refuses(&[]))
                .expect(Answer::Ends)
        },
    );
}

fn gives_up(pieces: Vec<Piece>) -> OpeningScript {
    OpeningScript::pieces(pieces)
        .expect(Answer::Refuses(&[400, 408]))
        .expect(Answer::Ends)
        .or(
            Verdict::Informational,
            "it waits longer than 20 s",
            Answer::Waits,
        )
}

fn ends_at_once(pieces: Vec<Piece>) -> OpeningScript {
    OpeningScript::pieces(pieces)
        .expect(Answer::Refuses(&[]))
        .expect(Answer::Ends)
}

/// Half a request, and then a byte of a value each second.
fn dribble() -> Vec<Piece> {
    let drop = [
        Piece::Pause(Duration::from_secs(1)),
        Piece::Send(b"a".to_vec()),
    ];
    let start = Piece::Send([HALF, b"rade: a"].concat());
    let drops = std::iter::repeat_n(drop, 20).flatten();
    std::iter::once(start).chain(drops).collect()
}

const HALF: &[u8] = b"GET %PATH% HTTP/1.1\r\nHost: %HOST%\r\nUpg";

const LONG: Duration = Duration::from_secs(20);

const TIME: &str = "RFC 9110 §15.5.9";

const CUT: &str = "RFC 9112 §8";
