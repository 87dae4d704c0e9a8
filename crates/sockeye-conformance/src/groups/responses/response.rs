//! A 101 that every client must take, and changes to it (RFC 6455 §4.2.2).

use crate::script::{OpeningScript, RESPONSE};

/// The head of an answer, line by line.
#[derive(Clone, Debug)]
pub(super) struct Response {
    lines: Vec<Vec<u8>>,
}

impl Response {
    /// As a server must send it.
    pub(super) fn valid() -> Self {
        Self {
            lines: RESPONSE
                .lines()
                .map(|line| line.as_bytes().to_vec())
                .collect(),
        }
    }

    /// A refusal with these lines; the client is told where its body ends by them alone.
    pub(super) fn refusal(lines: &[u8]) -> Self {
        Self {
            lines: vec![lines.to_vec()],
        }
    }

    /// With another status line.
    pub(super) fn status(mut self, line: &[u8]) -> Self {
        line.clone_into(&mut self.lines[0]);
        self
    }

    /// Without a field.
    pub(super) fn without(mut self, name: &str) -> Self {
        let start = format!("{name}:").into_bytes();
        self.lines.retain(|line| !line.starts_with(&start));
        self
    }

    /// With more lines at the end. Line ends are CRLF; none is at the last.
    pub(super) fn with(mut self, lines: &[u8]) -> Self {
        // No line at all is not an empty line, which would end the head.
        if !lines.is_empty() {
            self.lines.push(lines.to_vec());
        }
        self
    }

    /// With more lines right behind the status line.
    pub(super) fn with_first(mut self, lines: &[u8]) -> Self {
        self.lines.insert(1, lines.to_vec());
        self
    }

    /// The head on the wire.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.lines.join(&b"\r\n"[..]);
        bytes.extend(b"\r\n\r\n");
        bytes
    }

    /// The head on the wire, then `more`.
    pub(super) fn then(&self, more: &[u8]) -> Vec<u8> {
        [&self.bytes(), more].concat()
    }

    /// A script that sends it at once.
    pub(super) fn script(&self) -> OpeningScript {
        OpeningScript::send(self.bytes())
    }
}
