//! A client under test that has come: its request, and telling it something.

use std::time::Duration;

use tokio::time::Instant;

use super::heads::take_head;
use super::line::Line;
use super::record::Record;
use super::stream::Stream;
use crate::Role;
use crate::script::RESPONSE;
use crate::wire::{Head, Pen, accept};

/// A client under test that has connected and asked.
#[derive(Debug)]
pub(crate) struct Visitor {
    pub(crate) line: Line,
    pub(crate) request: Head,
}

impl Visitor {
    /// Reads its request; `None` when none comes.
    pub(crate) async fn greet(stream: Stream) -> Option<Self> {
        let mut line = Line::new(stream, Record::new());
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(request) = take_head(&mut line) {
                return Some(Self { line, request });
            }
            let is_over = line.end.is_some() || line.received.len() > MAX_HEAD_BYTES;
            if is_over || !line.receive_until(deadline).await {
                return None;
            }
        }
    }

    /// Opens the WebSocket, sends one text message unless it is empty, and closes.
    pub(crate) async fn tell(mut self, message: &str) {
        let accept = accept(self.request.first("Sec-WebSocket-Key"));
        let head = RESPONSE.replace("%ACCEPT%", &accept) + "\r\n";
        let pen = Pen::against(Role::Client);
        let mut bytes = head.into_bytes();
        if !message.is_empty() {
            bytes.extend(pen.text(message));
        }
        bytes.extend(pen.close(1000, ""));
        self.line.send(&bytes, String::new).await;
        self.line.half_close().await;
        self.line.drain(PATIENCE).await;
    }
}

const PATIENCE: Duration = Duration::from_secs(10);

const MAX_HEAD_BYTES: usize = 64 * 1024;
