//! Servers that never come to the end of their answer.
//!
//! No standard sets a limit to the wait, so a client that has one is ok, and one that waits for
//! longer than this suite is a fact worth knowing.

use std::time::Duration;

use crate::Verdict;
use crate::groups::responses::chapter::{Chapter, Owed};
use crate::groups::responses::response::Response;
use crate::script::{Answer, OpeningScript, Piece};

pub(super) fn add(chapter: &mut Chapter) {
    for &(shows, bytes) in SILENT {
        chapter.add(shows, SECTION, Owed::Ends, move || {
            patient(OpeningScript::send(bytes.to_vec()))
        });
    }
    let shows = "A head comes at one byte a second, which a client need not bear for ever";
    chapter.add(shows, SECTION, Owed::Ends, || {
        let head = Response::valid().bytes();
        let pieces = head[..DRIBBLED].iter().flat_map(|&byte| {
            let pause = Piece::Pause(Duration::from_secs(1));
            [Piece::Send(vec![byte]), pause]
        });
        let script = patient(OpeningScript::pieces(pieces.collect()));
        script.patience(Duration::from_secs(2))
    });
}

fn patient(script: OpeningScript) -> OpeningScript {
    let why = "it waits for more than 20 s";
    script
        .quiet()
        .patience(PATIENCE)
        .or(Verdict::Informational, why, Answer::Waits)
}

const SILENT: &[(&str, &[u8])] = &[
    (
        "No answer comes, for which a client need not wait for ever",
        b"",
    ),
    (
        "Half of a head comes, for whose rest a client need not wait for ever",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnec",
    ),
    (
        "100 Continue comes and nothing more, for which a client need not wait for ever",
        b"HTTP/1.1 100 Continue\r\n\r\n",
    ),
];

/// Longer than the limits of most clients.
const PATIENCE: Duration = Duration::from_secs(22);

/// Bytes that come at one a second.
const DRIBBLED: usize = 20;

/// What a client does with a connection that cannot be established is to fail it.
const SECTION: &str = "RFC 6455 §4.1";
