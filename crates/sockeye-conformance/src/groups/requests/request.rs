//! Requests, made from one that every server must take by changing parts of it (RFC 6455 §4.1).

use crate::script::{OpeningScript, REQUEST};

/// A request: its first line, its fields, and what follows its head.
#[derive(Clone, Debug)]
pub(super) struct Request {
    line: Vec<u8>,
    /// Lines without their ends.
    fields: Vec<Vec<u8>>,
    line_end: &'static [u8],
    empty_line: &'static [u8],
    behind: Vec<u8>,
    key: Option<String>,
}

impl Request {
    /// What every server must take: all that is asked for, and no more.
    pub(super) fn valid() -> Self {
        let mut lines = REQUEST.lines().map(|line| line.as_bytes().to_vec());
        Self {
            line: lines.next().unwrap_or_default(),
            fields: lines.collect(),
            line_end: b"\r\n",
            empty_line: b"\r\n",
            behind: Vec::new(),
            key: None,
        }
    }

    /// A request that asks for no upgrade.
    pub(super) fn plain() -> Self {
        ["Upgrade", "Connection", "Sec-WebSocket-Key"]
            .into_iter()
            .fold(Self::valid(), Self::without)
            .without("Sec-WebSocket-Version")
    }

    /// Has another first line.
    pub(super) fn line(mut self, line: impl AsRef<[u8]>) -> Self {
        self.line = line.as_ref().to_vec();
        self
    }

    /// Has a field, or several lines, behind the others.
    pub(super) fn with(mut self, lines: impl AsRef<[u8]>) -> Self {
        let lines = lines.as_ref();
        if !lines.is_empty() {
            self.fields.push(lines.to_vec());
        }
        self
    }

    /// Has a line before the other fields.
    pub(super) fn first(mut self, line: impl AsRef<[u8]>) -> Self {
        self.fields.insert(0, line.as_ref().to_vec());
        self
    }

    /// Has this field in the place of the one with its name.
    pub(super) fn set(mut self, line: impl AsRef<[u8]>) -> Self {
        let line = line.as_ref();
        let name = line.split(|&byte| byte == b':').next().unwrap_or_default();
        let field = self.fields.iter_mut().find(|field| is_named(field, name));
        match field {
            Some(field) => *field = line.to_vec(),
            None => self.fields.push(line.to_vec()),
        }
        self
    }

    /// Lacks a field.
    pub(super) fn without(mut self, name: &str) -> Self {
        let name = name.as_bytes();
        self.fields.retain(|field| !is_named(field, name));
        self
    }

    /// Has each field changed.
    pub(super) fn each(mut self, change: impl Fn(&str) -> String) -> Self {
        for field in &mut self.fields {
            *field = change(&String::from_utf8_lossy(field)).into_bytes();
        }
        self
    }

    /// Has the fields in the reverse order.
    pub(super) fn reversed(mut self) -> Self {
        self.fields.reverse();
        self
    }

    /// Has other line ends.
    pub(super) fn line_end(mut self, line_end: &'static [u8]) -> Self {
        self.line_end = line_end;
        self.empty_line = line_end;
        self
    }

    /// Has another empty line at the end of its head.
    pub(super) fn empty_line(mut self, empty_line: &'static [u8]) -> Self {
        self.empty_line = empty_line;
        self
    }

    /// Has bytes behind its head.
    pub(super) fn behind(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.behind.extend_from_slice(bytes.as_ref());
        self
    }

    /// Has this key.
    pub(super) fn key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    /// The bytes, with their blanks.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for line in std::iter::once(&self.line).chain(&self.fields) {
            bytes.extend_from_slice(line);
            bytes.extend_from_slice(self.line_end);
        }
        bytes.extend_from_slice(self.empty_line);
        bytes.extend_from_slice(&self.behind);
        bytes
    }

    /// A script that sends it at once.
    pub(super) fn script(self) -> OpeningScript {
        let script = OpeningScript::send(self.bytes());
        match self.key {
            Some(key) => script.key(key),
            None => script,
        }
    }
}

fn is_named(field: &[u8], name: &[u8]) -> bool {
    let is_name = |start: &[u8]| start.eq_ignore_ascii_case(name);
    field.get(..name.len()).is_some_and(is_name) && field.get(name.len()) == Some(&b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(request: &Request, expected: &str) {
        assert_eq!(request.bytes(), expected.as_bytes());
    }

    #[test]
    fn parts_are_changed_one_by_one() {
        check(
            &Request::plain().with("A: b").behind("body"),
            "GET %PATH% HTTP/1.1\r\nHost: %HOST%\r\nA: b\r\n\r\nbody",
        );
        let request = Request::plain().line("GET / HTTP/1.0").first(" x");
        check(&request, "GET / HTTP/1.0\r\n x\r\nHost: %HOST%\r\n\r\n");
        let request = request.without("host").with("").line_end(b"\n");
        check(&request, "GET / HTTP/1.0\n x\n\n");
        check(&request.empty_line(b"\r\n"), "GET / HTTP/1.0\n x\n\r\n");
        check(
            &Request::plain().set("HOST:x").set("A: b").reversed(),
            "GET %PATH% HTTP/1.1\r\nA: b\r\nHOST:x\r\n\r\n",
        );
    }
}
