//! Chapter 9: requests in pieces, and what comes right behind them. TCP has no packets: where it is
//! cut means nothing. Silence has a file of its own.

use std::time::Duration;

use super::chapter::{Chapter, Owed};
use super::request::Request;
use super::waits;
use crate::script::{Answer, OpeningScript, Piece};
use crate::{Case, Verdict};

pub(super) fn cases() -> Vec<Case> {
    let mut chapter = Chapter::new(9);
    for piece_bytes in [1, 2, 7, 64] {
        let unit = if piece_bytes == 1 { "byte" } else { "bytes" };
        let shows = format!("A request in pieces of {piece_bytes} {unit} opens the WebSocket");
        chapter.add(shows, SECTION, move || {
            let bytes = Request::valid().bytes();
            let script = OpeningScript::pieces(vec![Piece::Chop(bytes, piece_bytes)]);
            Owed::Opens.answers(script)
        });
    }
    for (place, start) in CUTS {
        let shows = format!("A request that is cut {place} opens the WebSocket");
        chapter.add(shows, SECTION, move || Owed::Opens.answers(cut(start)));
    }
    chapter.add(
        "A request in three pieces over two seconds opens the WebSocket",
        SECTION,
        || Owed::Opens.answers(slow()),
    );
    for (shows, piece_bytes) in EARLY {
        chapter.add(shows, "RFC 6455 §4.1", move || early(piece_bytes));
    }
    waits::add(&mut chapter);
    chapter.cases()
}

/// Where a request is cut: in words, and the last bytes before the cut.
const CUTS: [(&str, &str); 8] = [
    ("within the method", "GE"),
    ("between the two bytes of a line end", "HTTP/1.1\r"),
    ("before the first field", "HTTP/1.1\r\n"),
    ("within a name", "\r\nUpg"),
    ("within a value", "Upgrade: webs"),
    ("before the last line end", "Version: 13"),
    ("within the last line end", "Version: 13\r"),
    ("before the empty line", "Version: 13\r\n"),
];

fn cut(start: &str) -> OpeningScript {
    let bytes = Request::valid().bytes();
    let mut starts = bytes.windows(start.len());
    let at = starts.position(|bytes| bytes == start.as_bytes());
    let (first, second) = bytes.split_at(at.map_or(0, |at| at + start.len()));
    OpeningScript::pieces(vec![
        Piece::Send(first.to_vec()),
        Piece::Pause(Duration::from_millis(50)),
        Piece::Send(second.to_vec()),
    ])
}

fn slow() -> OpeningScript {
    OpeningScript::pieces(vec![
        Piece::Send(b"GET %PATH% HTTP/1.1\r\nHost: %HOST%\r\nUpgrade: web".to_vec()),
        Piece::Pause(Duration::from_secs(1)),
        Piece::Send(b"socket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ".to_vec()),
        Piece::Pause(Duration::from_secs(1)),
        Piece::Send(b"%KEY%\r\nSec-WebSocket-Version: 13\r\n\r\n".to_vec()),
    ])
}

/// What it shows, and the length of the pieces.
const EARLY: [(&str, usize); 3] = [
    ("A message right behind the request is echoed", 4096),
    ("A request and a message in pieces of one byte are taken", 1),
    (
        "A request and a message in pieces of 50 bytes are taken",
        50,
    ),
];

/// RFC 6455 §4.1: a client MUST wait for the 101, so a server owes nothing to what comes earlier.
/// Proxies send it all the same.
fn early(piece_bytes: usize) -> OpeningScript {
    let bytes = Request::valid().behind("%MESSAGE%").bytes();
    OpeningScript::pieces(vec![Piece::Chop(bytes, piece_bytes)])
        .quiet()
        .expect(Answer::Opens)
        .or(
            Verdict::Informational,
            "it loses frames that come before its 101",
            Answer::Upgrades,
        )
        .or(
            Verdict::Informational,
            "it refuses frames that come before its 101",
            Answer::Refuses(&[]),
        )
        .or(
            Verdict::NonStrict,
            super::chapter::NO_RESPONSE,
            Answer::Ends,
        )
}

const SECTION: &str = "RFC 6455 §4.2.1";
