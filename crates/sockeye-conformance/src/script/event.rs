//! What the subject sends, as a case compares it: whole messages and control frames.
//!
//! How a message was cut into frames is the sender's affair (RFC 6455 §5.4), so it does not count;
//! nor does a ping, which an endpoint may send at any time (§5.5.2).

use std::fmt;

use sha1::{Digest, Sha1};

/// Something that a subject sent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Event {
    /// A whole text message.
    Text(Payload),
    /// A whole binary message.
    Binary(Payload),
    /// A pong.
    Pong(Payload),
    /// The connection was open still at that point of the script.
    StillOpen,
    /// The subject broke a rule; no case expects this.
    Violation(String),
}

/// A payload: its length, what tells it from others, and how it starts.
///
/// Payloads of many megabytes are not kept.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Payload {
    len: usize,
    digest: [u8; 20],
    start: Vec<u8>,
}

impl Payload {
    /// Of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self {
            len: bytes.len(),
            digest: Sha1::digest(bytes).into(),
            start: bytes[..bytes.len().min(SHOWN)].to_vec(),
        }
    }
}

/// A text message with this payload.
#[must_use]
pub fn text(payload: impl AsRef<[u8]>) -> Event {
    Event::Text(Payload::of(payload.as_ref()))
}

/// A binary message with this payload.
#[must_use]
pub fn binary(payload: impl AsRef<[u8]>) -> Event {
    Event::Binary(Payload::of(payload.as_ref()))
}

/// A pong with this payload.
#[must_use]
pub fn pong(payload: impl AsRef<[u8]>) -> Event {
    Event::Pong(Payload::of(payload.as_ref()))
}

/// The connection is open at this point of the script.
#[must_use]
pub fn still_open() -> Event {
    Event::StillOpen
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(payload) => write!(f, "text {payload}"),
            Self::Binary(payload) => write!(f, "binary {payload}"),
            Self::Pong(payload) => write!(f, "pong {payload}"),
            Self::StillOpen => f.write_str("still open"),
            Self::Violation(what) => f.write_str(what),
        }
    }
}

impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { len, start, .. } = self;
        let unit = if *len == 1 { "byte" } else { "bytes" };
        write!(f, "of {len} {unit}")?;
        match str::from_utf8(start) {
            _ if start.is_empty() => Ok(()),
            Ok(start) => write!(f, " {start:?}"),
            Err(_) => write!(f, " {start:02x?}"),
        }?;
        f.write_str(if *len > start.len() { "…" } else { "" })
    }
}

/// How many bytes of a payload are shown.
const SHOWN: usize = 24;
