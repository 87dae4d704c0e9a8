//! Answers of class 1xx before the 101 (RFC 9110 §15.2).
//!
//! A client MUST be able to parse one or more of them before a final answer; how many, nothing
//! says.

use crate::groups::responses::chapter::{Chapter, Owed};
use crate::groups::responses::response::Response;
use crate::script::{OpeningScript, Piece};

pub(super) fn add(chapter: &mut Chapter) {
    for &(shows, interim) in PASSED_OVER {
        chapter.add(shows, SECTION, Owed::Opens, move || {
            OpeningScript::send([interim, &Response::valid().bytes()].concat())
        });
    }
    let shows = "100 Continue comes before the 101, in a packet of its own";
    chapter.add(shows, SECTION, Owed::Opens, || {
        OpeningScript::pieces(vec![
            Piece::Send(CONTINUE.to_vec()),
            Piece::Pause(std::time::Duration::from_millis(100)),
            Piece::Send(Response::valid().bytes()),
        ])
    });
    for (n_interim, owed) in MANY {
        let shows = format!("{n_interim} times 100 Continue come before the 101");
        chapter.add(&shows, SECTION, owed, move || {
            OpeningScript::pieces(vec![
                Piece::Repeat(CONTINUE.to_vec(), n_interim),
                Piece::Send(Response::valid().bytes()),
            ])
        });
    }
    let shows = "The fields of a 100 Continue do not count for the 101 behind it";
    chapter.add(shows, SECTION, Owed::Ends, || {
        let interim = Response::valid().status(b"HTTP/1.1 100 Continue");
        let bare = Response::refusal(b"HTTP/1.1 101 Switching Protocols");
        OpeningScript::send(interim.then(&bare.bytes()))
    });
    let shows = "A 404 behind a 100 Continue is no WebSocket";
    chapter.add(shows, SECTION, Owed::Ends, || {
        let refusal = Response::refusal(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0");
        OpeningScript::send([CONTINUE, &refusal.bytes()].concat())
    });
}

const PASSED_OVER: &[(&str, &[u8])] = &[
    ("100 Continue comes before the 101", CONTINUE),
    (
        "102 Processing comes before the 101",
        b"HTTP/1.1 102 Processing\r\n\r\n",
    ),
    (
        "103 Early Hints comes before the 101",
        b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload; as=style\r\n\r\n",
    ),
    (
        "An unknown status of class 1xx comes before the 101",
        b"HTTP/1.1 199 Patience\r\nX-A: b\r\n\r\n",
    ),
    (
        "Two different answers of class 1xx come before the 101",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n",
    ),
];

const MANY: [(usize, Owed); 3] = [
    (4, Owed::Opens),
    (
        100,
        Owed::MayEnd("it passes over fewer answers of class 1xx"),
    ),
    (
        20_000,
        Owed::MayOpen("it passes over 20000 answers of class 1xx"),
    ),
];

const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

const SECTION: &str = "RFC 9110 §15.2";
