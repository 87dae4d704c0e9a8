//! Chapter 29: answers in pieces, frames right behind them, and silence.

mod waits;

use std::time::Duration;

use super::chapter::{Chapter, Owed};
use super::response::Response;
use crate::script::{Answer, OpeningScript, Piece};
use crate::wire::Pen;
use crate::{Case, Role, Verdict};

pub(super) fn cases() -> Vec<Case> {
    let mut chapter = Chapter::new(29);
    chapter.add("A head comes byte by byte", TCP, Owed::Opens, || {
        OpeningScript::pieces(vec![Piece::Chop(Response::valid().bytes(), 1)])
    });
    for &(shows, before, n_bytes_after) in CUTS {
        chapter.add(shows, TCP, Owed::Opens, move || {
            let head = Response::valid().then(b"%MESSAGE%");
            let at = head.windows(before.len()).position(|part| part == before);
            let (first, rest) = head.split_at(at.unwrap_or_default() + n_bytes_after);
            OpeningScript::pieces(vec![
                Piece::Send(first.to_vec()),
                Piece::Pause(Duration::from_millis(60)),
                Piece::Send(rest.to_vec()),
            ])
            .quiet()
        });
    }
    chapter.add(
        "A head comes line by line, slowly",
        TCP,
        Owed::Opens,
        || {
            let head = Response::valid().bytes();
            let pieces = head
                .split_inclusive(|&byte| byte == b'\n')
                .flat_map(|line| {
                    let pause = Piece::Pause(Duration::from_millis(150));
                    [Piece::Send(line.to_vec()), pause]
                });
            OpeningScript::pieces(pieces.collect())
        },
    );
    add_early_frames(&mut chapter);
    add_ends(&mut chapter);
    waits::add(&mut chapter);
    add_early_closes(&mut chapter);
    chapter.cases()
}

/// A server may send frames with the same write as its 101 (RFC 6455 §4.2.2: it is open then).
fn add_early_frames(chapter: &mut Chapter) {
    let pen = Pen::against(Role::Client);
    let frames: [(&str, Vec<u8>); 4] = [
        ("A message", b"%MESSAGE%".to_vec()),
        (
            "A ping and a message",
            [&pen.ping("early")[..], b"%MESSAGE%"].concat(),
        ),
        (
            "A pong that nobody asked for and a message",
            [&pen.pong("")[..], b"%MESSAGE%"].concat(),
        ),
        (
            "A message in two fragments with a ping between them",
            [
                pen.text_start("Is this Web"),
                pen.ping(""),
                pen.last("Socket open?"),
            ]
            .concat(),
        ),
    ];
    for (what, frames) in frames {
        let shows = format!("{what} may come with the head, in one packet");
        let frames_with_head = frames.clone();
        chapter.add(&shows, OPEN, Owed::Opens, move || {
            OpeningScript::send(Response::valid().then(&frames_with_head)).quiet()
        });
        let shows = format!("{what} may come with the head, byte by byte");
        chapter.add(&shows, OPEN, Owed::Opens, move || {
            OpeningScript::pieces(vec![Piece::Chop(Response::valid().then(&frames), 1)]).quiet()
        });
    }
}

/// A Close may come as early. A message before it is echoed, or not any more.
fn add_early_closes(chapter: &mut Chapter) {
    let close = Pen::against(Role::Client).close(1000, "");
    let message_and_close = [b"%MESSAGE%", &close[..]].concat();
    let shows = "A Close may come with the head, in one packet, and is answered";
    chapter.add_with(shows, CLOSE, move || {
        let script = OpeningScript::send(Response::valid().then(&close));
        script.quiet().expect(Answer::Closes)
    });
    let shows = "A message and a Close may come with the head, in one packet";
    chapter.add_with(shows, CLOSE, move || {
        let script = OpeningScript::send(Response::valid().then(&message_and_close));
        script.quiet().expect(Answer::Opens).expect(Answer::Closes)
    });
}

/// Connections that end before there is a WebSocket, or as soon as there is one.
fn add_ends(chapter: &mut Chapter) {
    for &(shows, bytes) in ENDS {
        chapter.add(shows, FAIL, Owed::Ends, move || {
            OpeningScript::pieces(vec![Piece::Send(bytes.to_vec()), Piece::HalfClose]).quiet()
        });
    }
    let shows = "The connection is reset in the place of an answer";
    chapter.add(shows, FAIL, Owed::Ends, || {
        OpeningScript::pieces(vec![Piece::Reset]).quiet()
    });
    let shows = "The connection ends right behind the head";
    chapter.add(shows, "RFC 6455 §7.1.5", Owed::Ends, || {
        let head = Piece::Send(Response::valid().bytes());
        let why = "it answers the end of TCP with a Close";
        OpeningScript::pieces(vec![head, Piece::HalfClose])
            .quiet()
            .or(Verdict::Ok, why, Answer::Closes)
    });
}

/// Where a head with a message behind is cut: so many bytes from the start of a part of it.
const CUTS: &[(&str, &[u8], usize)] = &[
    ("A head is cut after its first byte", b"HTTP", 1),
    ("A head is cut within the status line", b"Switching", 0),
    ("A head is cut behind the status", b" Switching", 0),
    ("A head is cut within the first CRLF", b"\r\nUpgrade", 1),
    ("A head is cut within a name", b"Upgrade:", 3),
    ("A head is cut behind a colon", b"Connection:", 11),
    ("A head is cut within a value", b"websocket", 3),
    ("A head is cut before its last CRLFs", b"\r\n\r\n", 0),
    (
        "A head is cut behind the first of its last CRs",
        b"\r\n\r\n",
        1,
    ),
    ("A head is cut before the empty line", b"\r\n\r\n", 2),
    ("A head is cut within the empty line", b"\r\n\r\n", 3),
    (
        "A head is cut off from the message behind it",
        b"\r\n\r\n",
        4,
    ),
];

const ENDS: &[(&str, &[u8])] = &[
    ("The connection ends in the place of an answer", b""),
    (
        "The connection ends within the status line",
        b"HTTP/1.1 101 Switch",
    ),
    (
        "The connection ends within a field",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: webso",
    ),
    (
        "The connection ends before the empty line",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Accept: %ACCEPT%\r\n",
    ),
    (
        "The connection ends behind a 100 Continue",
        b"HTTP/1.1 100 Continue\r\n\r\n",
    ),
];

/// TCP has no bounds of messages, so HTTP has none either.
const TCP: &str = "RFC 9112 §2.2";

const OPEN: &str = "RFC 6455 §4.2.2";

const CLOSE: &str = "RFC 6455 §5.5.1";

const FAIL: &str = "RFC 6455 §4.1";
