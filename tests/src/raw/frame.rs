//! Frames for raw peers: written as badly as a test wants (RFC 6455 §5.2).
//!
//! Reading and writing are the conformance suite's, which shares nothing with `sockeye-frame`, so
//! that a fault there cannot hide on both sides.

use std::fmt;

use sockeye::Role;
use sockeye_conformance::wire;

/// One frame as it was received, unmasked.
#[derive(Clone, Eq, PartialEq)]
pub struct RawFrame {
    /// FIN, the reserved bits and the opcode.
    pub first_byte: u8,
    /// Whether the payload was masked.
    pub masked: bool,
    /// The payload.
    pub payload: Vec<u8>,
}

impl RawFrame {
    /// Reads the frame that `bytes` begin with, and its length; `None` when more bytes must come.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<(Self, usize)> {
        let (frame, len) = wire::Frame::read(bytes)?;
        let frame = Self {
            first_byte: frame.first_byte,
            masked: frame.masked,
            payload: frame.payload,
        };
        Some((frame, len))
    }

    /// Reads frames until `bytes` end.
    ///
    /// # Panics
    ///
    /// If they end within a frame.
    #[must_use]
    pub fn read_all(mut bytes: &[u8]) -> Vec<Self> {
        let mut frames = Vec::new();
        while !bytes.is_empty() {
            let Some((frame, len)) = Self::read(bytes) else {
                panic!("no whole frame: {bytes:02x?} after {frames:?}");
            };
            frames.push(frame);
            bytes = &bytes[len..];
        }
        frames
    }

    /// Code and reason of a Close frame that breaks no rule; `None` for any other frame.
    #[must_use]
    pub fn as_close(&self) -> Option<(u16, &str)> {
        let (code, reason) = self.payload.split_first_chunk()?;
        let is_close = self.first_byte == 0x88 && self.payload.len() <= 125;
        let reason = str::from_utf8(reason).ok().filter(|_| is_close)?;
        Some((u16::from_be_bytes(*code), reason))
    }
}

impl fmt::Debug for RawFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            first_byte,
            masked,
            payload,
        } = self;
        let mask = if *masked { " masked" } else { "" };
        match self.as_close() {
            Some((code, reason)) => write!(f, "Close{mask} {code} {reason:?}"),
            None => write!(f, "{first_byte:02x}{mask} {payload:02x?}"),
        }
    }
}

/// A frame in its shortest form, with the mask that `sender` owes: `first_byte` is FIN, the
/// reserved bits and the opcode.
#[must_use]
pub fn frame(sender: Role, first_byte: u8, payload: &[u8]) -> Vec<u8> {
    wire::encode(foreign(sender), first_byte, payload)
}

/// The header of a frame: `len` is the 7-bit length, `extended` what follows it, whether they fit
/// each other or not.
#[must_use]
pub fn header(sender: Role, first_byte: u8, len: u8, extended: &[u8]) -> Vec<u8> {
    wire::header(foreign(sender), first_byte, len, extended)
}

/// The conformance suite's word for a role.
fn foreign(role: Role) -> sockeye_conformance::Role {
    match role {
        Role::Client => sockeye_conformance::Role::Client,
        Role::Server => sockeye_conformance::Role::Server,
    }
}
