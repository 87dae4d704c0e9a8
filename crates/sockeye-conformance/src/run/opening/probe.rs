//! Shows that a WebSocket is open: a message is sent and must come back.

use std::time::Duration;

use tokio::time::Instant;

use super::Settled;
use crate::run::inbox::Inbox;
use crate::run::meeting::Start;
use crate::run::record::describe_frames;
use crate::script::{Event, OpeningScript, text};
use crate::wire::{Inflater, Pen};

/// What came of the message.
#[derive(Debug)]
pub(super) enum Probed {
    /// It came back: the WebSocket is open.
    Echoed,
    /// The subject ended TCP and sent nothing.
    Ended,
    /// The subject sent a Close frame, with this code, and no echo.
    Closed(Option<u16>),
    /// The subject sent frames, though no echo.
    Sent(String),
    /// Nothing.
    Silent,
}

/// Sends a message unless that was done, waits for its echo, and closes the WebSocket. Both are
/// compressed where that is settled.
pub(super) async fn probe(start: &mut Start, script: &OpeningScript, settled: Settled) -> Probed {
    let pen = Pen::against(start.subject);
    let (message, inflater) = match settled {
        Settled::Deflate(agreed) => {
            let payload = agreed.deflater().message(PROBE.as_bytes());
            (pen.frame(0xc1, &payload), Some(agreed.inflater()))
        }
        Settled::Nothing | Settled::Unspoken => (pen.text(PROBE), None),
        Settled::Wrong => (pen.text(PROBE), Some(Inflater::new(15, false))),
    };
    let mut inbox = Inbox::new(start.subject, inflater);
    if !script.is_quiet {
        start
            .line
            .send(&message, || describe_frames(&message))
            .await;
    }
    let deadline = Instant::now() + script.patience;
    loop {
        inbox.take(&mut start.line);
        // An endpoint may send those at any time (RFC 6455 §5.5.2, §5.5.3).
        inbox
            .events
            .retain(|event| !matches!(event, Event::Pong(_)));
        if let Some(event) = inbox.events.first() {
            if *event != text(PROBE) {
                return Probed::Sent(event.to_string());
            }
            break;
        }
        if let Some(close) = &inbox.close {
            let code = close.code;
            answer_close(start, code).await;
            return Probed::Closed(code);
        }
        if start.line.end.is_some() {
            return Probed::Ended;
        }
        if !start.line.receive_until(deadline).await {
            return Probed::Silent;
        }
    }
    // The closing handshake is not what this is about: do it, and do not look.
    let close = pen.close(1000, "");
    start.line.send(&close, || describe_frames(&close)).await;
    while inbox.close.is_none() && start.line.end.is_none() {
        if !start.line.receive(CLOSE_PATIENCE).await {
            break;
        }
        inbox.take(&mut start.line);
    }
    Probed::Echoed
}

/// Does the suite's part of a closing handshake that the subject has begun.
async fn answer_close(start: &mut Start, code: Option<u16>) {
    let pen = Pen::against(start.subject);
    let close = pen.close(code.unwrap_or(1000), "");
    start.line.send(&close, || describe_frames(&close)).await;
    if pen.is_server() {
        start.line.half_close().await;
    }
    start.line.drain(CLOSE_PATIENCE).await;
}

pub(super) const PROBE: &str = "Is this WebSocket open?";

const CLOSE_PATIENCE: Duration = Duration::from_secs(2);
