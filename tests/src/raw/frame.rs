//! Frames for raw peers: written as badly as a test wants, read by a decoder of its own
//! (RFC 6455 §5.2).
//!
//! Shares nothing with `sockeye-frame`, so that a fault there cannot hide on both sides.

use std::fmt;

use sockeye::Role;

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
        let (&first_byte, rest) = bytes.split_first()?;
        let (&second, rest) = rest.split_first()?;
        let (len, rest) = match second & 0x7f {
            126 => {
                let (len, rest) = rest.split_first_chunk()?;
                (usize::from(u16::from_be_bytes(*len)), rest)
            }
            127 => {
                let (len, rest) = rest.split_first_chunk()?;
                (usize::try_from(u64::from_be_bytes(*len)).ok()?, rest)
            }
            len => (usize::from(len), rest),
        };
        let masked = second & 0x80 != 0;
        let (key, rest) = match masked {
            true => rest
                .split_first_chunk::<4>()
                .map(|(key, rest)| (*key, rest))?,
            false => ([0; 4], rest),
        };
        let payload = rest.get(..len)?;
        let payload = payload
            .iter()
            .zip(key.iter().cycle())
            .map(|(byte, key)| byte ^ key)
            .collect();
        let frame = Self {
            first_byte,
            masked,
            payload,
        };
        Some((frame, bytes.len() - rest.len() + len))
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
    let len = payload.len();
    let mut bytes = match (u8::try_from(len), u16::try_from(len)) {
        (Ok(len @ ..126), _) => header(sender, first_byte, len, &[]),
        (_, Ok(len)) => header(sender, first_byte, 126, &len.to_be_bytes()),
        (_, Err(_)) => header(sender, first_byte, 127, &(len as u64).to_be_bytes()),
    };
    match sender {
        Role::Client => {
            let key = KEY.iter().cycle();
            bytes.extend(payload.iter().zip(key).map(|(byte, key)| byte ^ key));
        }
        Role::Server => bytes.extend_from_slice(payload),
    }
    bytes
}

/// The header of a frame: `len` is the 7-bit length, `extended` what follows it, whether they fit
/// each other or not.
#[must_use]
pub fn header(sender: Role, first_byte: u8, len: u8, extended: &[u8]) -> Vec<u8> {
    let (mask_bit, key): (u8, &[u8]) = match sender {
        Role::Client => (0x80, &KEY),
        Role::Server => (0, &[]),
    };
    [&[first_byte, mask_bit | len], extended, key].concat()
}

/// The masking key of the RFC's examples (§5.7).
const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
