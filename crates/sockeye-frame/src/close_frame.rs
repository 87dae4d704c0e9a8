//! The payload of a Close frame: a code and a reason (RFC 6455 §5.5.1).
//!
//! Reads and writes the body, unmasked. When a Close is sent and what follows it (§7.1) is
//! decided by the connection.

#[cfg(test)]
mod tests;

use alloc::string::String;
use core::error::Error;
use core::fmt;
use core::ops::Deref;

use crate::{CloseCode, validate_utf8};

/// Why an endpoint closes, as it tells its peer.
///
/// A Close frame without a body is the code [`CloseCode::NoStatusReceived`] and an empty reason.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct CloseFrame {
    /// The reason as a number.
    pub code: CloseCode,
    /// The reason in words, for logs rather than for people (§7.1.6); at most
    /// [`MAX_REASON_LEN`](Self::MAX_REASON_LEN) bytes of it are sent.
    pub reason: String,
}

impl CloseFrame {
    /// The longest reason in bytes: a control frame's 125 less two for the code.
    pub const MAX_REASON_LEN: usize = 123;

    /// A close with this code and reason.
    ///
    /// A `reason` longer than [`MAX_REASON_LEN`](Self::MAX_REASON_LEN) bytes is cut at the last
    /// character boundary that fits.
    #[must_use]
    pub fn new(code: CloseCode, reason: impl Into<String>) -> Self {
        let mut reason = reason.into();
        reason.truncate(sendable(&reason).len());
        Self { code, reason }
    }

    /// Reads the unmasked payload of a Close frame.
    ///
    /// # Errors
    ///
    /// - [`CloseFault::OneByteBody`]: a body must start with a code of two bytes.
    /// - [`CloseFault::InvalidCode`]: the code has no meaning or must not be sent.
    /// - [`CloseFault::InvalidUtf8Reason`]: the reason is not UTF-8.
    ///
    /// Source: RFC 6455 §5.5.1, §7.4.
    pub fn decode(payload: &[u8]) -> Result<Self, CloseFault> {
        let (number, reason) = match payload {
            // RFC 6455 §7.1.5: without a status code, the code is considered to be 1005
            [] => {
                return Ok(Self {
                    code: CloseCode::NoStatusReceived,
                    reason: String::new(),
                });
            }
            // RFC 6455 §5.5.1: if there is a body, the first two bytes MUST be the status code
            [_] => return Err(CloseFault::OneByteBody),
            [high, low, reason @ ..] => (u16::from_be_bytes([*high, *low]), reason),
        };
        let code = match CloseCode::try_from(number) {
            Ok(code) if code.is_sendable() => code,
            Ok(_) | Err(_) => return Err(CloseFault::InvalidCode(number)),
        };
        // RFC 6455 §5.5.1: the body may contain UTF-8-encoded data with value /reason/
        let reason = validate_utf8(reason).map_err(|_| CloseFault::InvalidUtf8Reason)?;
        Ok(Self {
            code,
            reason: String::from(reason),
        })
    }

    /// The payload to send, unmasked.
    ///
    /// Empty when the code must not be sent, whatever the reason. A reason that became too long
    /// since [`new`](Self::new) is cut as there.
    ///
    /// Source: RFC 6455 §5.5.1.
    #[must_use]
    pub fn encode(&self) -> ClosePayload {
        let mut payload = ClosePayload {
            bytes: [0; ClosePayload::MAX_LEN],
            len: 0,
        };
        // RFC 6455 §7.4.1: 1005, 1006 and 1015 MUST NOT be set as a status code in a Close
        // control frame by an endpoint
        if self.code.is_sendable() {
            payload.push(&u16::from(self.code).to_be_bytes());
            payload.push(sendable(&self.reason).as_bytes());
        }
        payload
    }
}

/// A close with this code and no reason.
impl From<CloseCode> for CloseFrame {
    fn from(code: CloseCode) -> Self {
        Self {
            code,
            reason: String::new(),
        }
    }
}

/// Writes the code and, unless it is empty, the reason: `1001 going away: restart`.
impl fmt::Display for CloseFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.reason.as_str() {
            "" => write!(f, "{}", self.code),
            reason => write!(f, "{}: {reason}", self.code),
        }
    }
}

/// The payload of a Close frame in wire form: at most 125 bytes, held inline.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct ClosePayload {
    bytes: [u8; Self::MAX_LEN],
    len: u8,
}

impl ClosePayload {
    // RFC 6455 §5.5: all control frames MUST have a payload length of 125 bytes or less
    const MAX_LEN: usize = 125;

    #[expect(
        clippy::cast_possible_truncation,
        reason = "125 bytes at most, or the line before panics"
    )]
    fn push(&mut self, bytes: &[u8]) {
        let len = usize::from(self.len);
        self.bytes[len..len + bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len() as u8;
    }
}

impl Deref for ClosePayload {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

impl AsRef<[u8]> for ClosePayload {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl fmt::Debug for ClosePayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClosePayload({:02x?})", &**self)
    }
}

/// What can be wrong with the payload of a received Close frame.
///
/// The RFC has no more faults, so that a `match` may name them all.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum CloseFault {
    /// A single byte, too short for a code (§5.5.1).
    OneByteBody,
    /// A code without a meaning, or one that must not be on the wire (§7.4).
    InvalidCode(u16),
    /// A reason that is not UTF-8 (§5.5.1).
    InvalidUtf8Reason,
}

impl fmt::Display for CloseFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OneByteBody => f.write_str("close frame with a body of one byte"),
            Self::InvalidCode(number) => write!(f, "close frame with the invalid code {number}"),
            Self::InvalidUtf8Reason => f.write_str("close reason that is not UTF-8"),
        }
    }
}

impl Error for CloseFault {}

/// The longest start of `reason` that fits a Close frame.
fn sendable(reason: &str) -> &str {
    let mut len = reason.len().min(CloseFrame::MAX_REASON_LEN);
    while !reason.is_char_boundary(len) {
        len -= 1;
    }
    &reason[..len]
}
