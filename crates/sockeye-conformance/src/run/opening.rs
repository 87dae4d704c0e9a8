//! Opening handshakes: the ordinary one before frames, and those that a script is about.

mod against_client;
mod against_server;
mod agreed;
mod probe;

use super::meeting::Start;
use super::record::Sender;
use super::result::Judgement;
use crate::script::{Agreement, OpeningScript, Piece};
use crate::wire::{Head, accept};
use crate::{Role, Verdict};

pub(crate) use agreed::Agreed;

/// Why there is no WebSocket to send frames on.
#[derive(Debug)]
pub(crate) enum Unopened {
    /// The subject has not agreed to the extension that the case is about.
    Unimplemented(String),
    /// Something went wrong.
    Failed(String),
}

/// Opens a WebSocket in the ordinary way; gives what was agreed on, if anything was asked for.
pub(crate) async fn open(
    start: &mut Start,
    agreement: Option<&Agreement>,
) -> Result<Option<Agreed>, Unopened> {
    match start.subject {
        Role::Server => against_server::open(start, agreement).await,
        Role::Client => against_client::open(start, agreement).await,
    }
}

/// Runs a script of an opening handshake, and judges.
pub(crate) async fn run(script: &OpeningScript, start: &mut Start) -> Judgement {
    match start.subject {
        Role::Server => against_server::run(script, start).await,
        Role::Client => against_client::run(script, start).await,
    }
}

/// Sends the pieces of a script with their blanks filled in.
async fn send_pieces(start: &mut Start, pieces: &[Piece]) {
    for piece in pieces {
        match piece {
            Piece::Send(bytes) => {
                let bytes = fill_in(start, bytes);
                start.line.send(&bytes, || first_line(&bytes)).await;
            }
            Piece::Chop(bytes, piece_bytes) => {
                let bytes = fill_in(start, bytes);
                let what = || format!("{}, in pieces of {piece_bytes}", first_line(&bytes));
                start.line.chop(&bytes, *piece_bytes, what).await;
            }
            Piece::Pause(duration) => tokio::time::sleep(*duration).await,
            Piece::HalfClose => start.line.half_close().await,
        }
    }
}

/// Puts the values of this connection in the place of the blanks.
fn fill_in(start: &Start, bytes: &[u8]) -> Vec<u8> {
    let blanks = [
        ("%PATH%", start.path.clone()),
        ("%HOST%", start.host.clone()),
        ("%KEY%", start.key.clone()),
        ("%ACCEPT%", accept(&start.key)),
    ];
    let mut filled = Vec::with_capacity(bytes.len() + 64);
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|&byte| byte == b'%') {
        filled.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let blank = blanks
            .iter()
            .find(|(blank, _)| rest.starts_with(blank.as_bytes()));
        let (len, value) = match blank {
            Some((blank, value)) => (blank.len(), value.as_bytes()),
            None => (1, &b"%"[..]),
        };
        filled.extend_from_slice(value);
        rest = &rest[len..];
    }
    filled.extend_from_slice(rest);
    filled
}

fn first_line(bytes: &[u8]) -> String {
    let line = bytes
        .split(|&byte| byte == b'\n')
        .next()
        .unwrap_or_default();
    let line = String::from_utf8_lossy(&line[..line.len().min(100)]);
    line.trim_end().escape_debug().to_string()
}

/// Takes the head that the line has received, if it is whole.
fn take_head(start: &mut Start) -> Option<Head> {
    let (head, len) = Head::read(&start.line.received)?;
    let bytes: Vec<_> = start.line.received.drain(..len).collect();
    start
        .line
        .record
        .bytes(Sender::Subject, &bytes, || first_line(&bytes));
    Some(head)
}

/// A verdict and what leads to it, with the words for people.
fn conclude(
    script: &OpeningScript,
    verdict: Verdict,
    why: impl Into<String>,
    received: impl Into<String>,
) -> Judgement {
    let mut judgement = Judgement::new(verdict, why);
    let best = script.answers.first();
    judgement.expected = best
        .map(|(_, _, answer)| answer.to_string())
        .into_iter()
        .collect();
    judgement.received = vec![received.into()];
    judgement
}
