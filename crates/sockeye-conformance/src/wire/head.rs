//! The head of an HTTP/1.1 request or response, read strictly (RFC 9112 §2–5).
//!
//! Only what the suite must see: the start line and the fields as they were written. Bodies are
//! for the code that runs cases.

use std::fmt;

/// A head as it was received.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Head {
    /// The request line or status line.
    pub start_line: String,
    /// Names as they were written, and values without the white space around them; bytes above
    /// 127 are taken as Latin-1.
    pub fields: Vec<(String, String)>,
    /// What is against the grammar.
    pub faults: Vec<HeadFault>,
}

/// What a head has that the grammar forbids.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum HeadFault {
    /// A line that ends in a line feed without a carriage return.
    BareLineFeed,
    /// A line that has no colon.
    NoColon(String),
    /// White space in a name, or before the colon (§5.1).
    SpaceInName(String),
    /// A folded line (§5.2).
    Folded(String),
    /// A control character in a value.
    ControlCharacter(String),
}

impl Head {
    /// Reads the head that `bytes` begin with, and its length; `None` while its end has not come.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<(Self, usize)> {
        let end = bytes.windows(2).enumerate().find_map(|(at, two)| {
            let is_end = two == b"\n\n" || bytes[at..].starts_with(b"\n\r\n");
            is_end.then(|| at + if two == b"\n\n" { 2 } else { 3 })
        })?;
        Some((Self::parse(&bytes[..end]), end))
    }

    /// The values of a field, in order; names are compared without regard to case.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let fields = self.fields.iter();
        fields
            .filter(move |(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The first value of a field; empty when it is not there.
    #[must_use]
    pub fn first(&self, name: &str) -> &str {
        let mut fields = self.fields.iter();
        let field = fields.find(|(field, _)| field.eq_ignore_ascii_case(name));
        field.map_or("", |(_, value)| value)
    }

    /// The elements of all lists in a field (RFC 9110 §5.6.1), without those that are empty.
    #[must_use]
    pub fn list(&self, name: &str) -> Vec<String> {
        self.values(name)
            .flat_map(|value| value.split(','))
            .map(|element| element.trim_matches(SPACE).to_owned())
            .filter(|element| !element.is_empty())
            .collect()
    }

    /// Whether a list has a token, without regard to case.
    #[must_use]
    pub fn has_token(&self, name: &str, token: &str) -> bool {
        self.list(name)
            .iter()
            .any(|element| element.eq_ignore_ascii_case(token))
    }

    /// Whether the start line and all names are printable ASCII.
    #[must_use]
    pub fn is_ascii_but_for_values(&self) -> bool {
        let names = self.fields.iter().map(|(name, _)| name);
        names
            .chain([&self.start_line])
            .all(|text| text.bytes().all(|byte| (b' '..=b'~').contains(&byte)))
    }

    /// The status code of a response.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        let rest = self.start_line.strip_prefix("HTTP/1.")?.get(1..)?;
        let (status, phrase) = rest.strip_prefix(' ')?.split_at_checked(3)?;
        let is_status = status.bytes().all(|byte| byte.is_ascii_digit());
        let ends = phrase.is_empty() || phrase.starts_with(' ');
        (is_status && ends).then(|| status.parse().ok())?
    }

    /// The target of a request.
    #[must_use]
    pub fn target(&self) -> Option<&str> {
        self.start_line.split(' ').nth(1)
    }

    fn parse(bytes: &[u8]) -> Self {
        let text: String = bytes.iter().map(|&byte| char::from(byte)).collect();
        let mut head = Self::default();
        let mut lines = text.split_inclusive('\n').map(|line| {
            let line = line.trim_end_matches('\n');
            (line.trim_end_matches('\r'), line.ends_with('\r'))
        });
        if let Some((line, has_return)) = lines.next() {
            head.start_line = line.to_owned();
            if !has_return {
                head.faults.push(HeadFault::BareLineFeed);
            }
        }
        for (line, has_return) in lines {
            if !has_return {
                head.faults.push(HeadFault::BareLineFeed);
            }
            if !line.is_empty() {
                head.read_field(line);
            }
        }
        head
    }

    fn read_field(&mut self, line: &str) {
        if line.starts_with([' ', '\t']) {
            return self.faults.push(HeadFault::Folded(line.to_owned()));
        }
        let Some((name, value)) = line.split_once(':') else {
            return self.faults.push(HeadFault::NoColon(line.to_owned()));
        };
        if name.is_empty() || name.contains([' ', '\t']) {
            self.faults.push(HeadFault::SpaceInName(name.to_owned()));
        }
        let value = value.trim_matches(SPACE);
        if value.chars().any(|c| c.is_ascii_control() && c != '\t') {
            self.faults
                .push(HeadFault::ControlCharacter(name.to_owned()));
        }
        self.fields
            .push((name.trim_matches(SPACE).to_owned(), value.to_owned()));
    }
}

impl fmt::Display for HeadFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BareLineFeed => f.write_str("a line ends without a carriage return"),
            Self::NoColon(line) => write!(f, "no colon in {line:?}"),
            Self::SpaceInName(name) => write!(f, "white space in the name {name:?}"),
            Self::Folded(line) => write!(f, "a folded line, {line:?}"),
            Self::ControlCharacter(name) => write!(f, "a control character in {name}"),
        }
    }
}

/// White space in a head (RFC 9110 §5.6.3); a no-break space, which is one in Latin-1, is not.
const SPACE: [char; 2] = [' ', '\t'];

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &[u8] =
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: keep-alive, \tUpgrade\r\n\
        connection: x\r\n\r\nmore";

    #[test]
    fn a_head_is_read_when_it_is_whole() {
        let len = HEAD.len() - 4;
        for cut in 0..len {
            assert_eq!(Head::read(&HEAD[..cut]), None);
        }
        let (head, read) = Head::read(HEAD).unwrap();
        assert_eq!(read, len);
        assert_eq!(head.status(), Some(101));
        assert_eq!(head.list("Connection"), ["keep-alive", "Upgrade", "x"]);
        assert!(head.has_token("connection", "upgrade"));
        assert_eq!(head.faults, []);
    }

    #[test]
    fn a_status_has_three_digits() {
        let status = |start_line: &str| {
            let start_line = start_line.to_owned();
            let head = Head {
                start_line,
                ..Head::default()
            };
            head.status()
        };
        assert_eq!(status("HTTP/1.1 101 x"), Some(101));
        assert_eq!(status("HTTP/1.0 400"), Some(400));
        for wrong in ["1012 x", "101x", "+40 x", "10", "10é x", ""] {
            assert_eq!(status(&format!("HTTP/1.1 {wrong}")), None, "{wrong}");
        }
    }

    #[test]
    fn a_no_break_space_is_no_white_space() {
        let head =
            b"GET / HTTP/1.1\r\nUpgrade: \xa0websocket\r\nConnection: a, Upgrade\xa0\r\n\r\n";
        let (head, _) = Head::read(head).unwrap();
        assert!(!head.has_token("Upgrade", "websocket"));
        assert!(!head.has_token("Connection", "Upgrade"));
    }

    #[test]
    fn what_is_against_the_grammar_is_noticed() {
        let head = b"GET / HTTP/1.1\nHost : x\r\nnone\r\n folded\r\nA: b\0\r\n\r\n";
        let (head, _) = Head::read(head).unwrap();
        let faults: Vec<_> = head.faults.iter().map(ToString::to_string).collect();
        assert_eq!(
            faults,
            [
                "a line ends without a carriage return",
                "white space in the name \"Host \"",
                "no colon in \"none\"",
                "a folded line, \" folded\"",
                "a control character in A",
            ]
        );
        assert_eq!(head.target(), Some("/"));
    }
}
