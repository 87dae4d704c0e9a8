//! Shows that a WebSocket is open: a message is sent and must come back.

use std::time::Duration;

use tokio::time::Instant;

use crate::run::inbox::Inbox;
use crate::run::meeting::Start;
use crate::run::record::describe_frames;
use crate::script::text;
use crate::wire::Pen;

/// What came of the message.
#[derive(Debug)]
pub(super) enum Probed {
    /// It came back: the WebSocket is open.
    Echoed,
    /// The subject ended TCP and sent nothing.
    Ended,
    /// The subject sent frames, though no echo.
    Sent(String),
    /// Nothing.
    Silent,
}

/// Sends a message, waits for its echo, and closes the WebSocket.
pub(super) async fn probe(start: &mut Start, patience: Duration) -> Probed {
    let pen = Pen::against(start.subject);
    let mut inbox = Inbox::new(start.subject, None);
    let message = pen.text(PROBE);
    start
        .line
        .send(&message, || describe_frames(&message))
        .await;
    let deadline = Instant::now() + patience;
    loop {
        inbox.take(&mut start.line);
        if let Some(event) = inbox.events.first() {
            if *event != text(PROBE) {
                return Probed::Sent(event.to_string());
            }
            break;
        }
        if let Some(close) = &inbox.close {
            return Probed::Sent(format!("a Close with {:?}", close.code));
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

const PROBE: &str = "Is this WebSocket open?";

const CLOSE_PATIENCE: Duration = Duration::from_secs(2);
