//! Opening handshakes: the ordinary one before frames, and those that a script is about.

mod against_client;
mod against_server;
mod agreed;
mod blanks;
mod probe;
mod refusal;

use tokio::time::Instant;

use super::heads::first_line;
use super::meeting::Start;
use super::result::Judgement;
use crate::script::{Agreement, OpeningScript, Piece};
use crate::{Role, Verdict};

use blanks::fill_in;

pub(crate) use agreed::{Agreed, Settled};

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
            Piece::Repeat(bytes, n_times) => start.line.repeat(bytes, *n_times, true).await,
            Piece::Pause(duration) => {
                let deadline = Instant::now() + *duration;
                while start.line.end.is_none() && start.line.receive_until(deadline).await {}
            }
            Piece::HalfClose => start.line.half_close().await,
            Piece::Reset => start.line.reset(),
        }
    }
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
