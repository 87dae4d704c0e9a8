//! Headers as nearly all are: of a frame that is a whole message, or goes on with one
//! (RFC 6455 §5.2).
//!
//! A short cut: no reserved bit is set and the opcode is that of a data frame, so no rule about the
//! first byte needs to be looked at. Says nothing about any other header, which is for
//! [`FrameHeader::decode`](super::FrameHeader::decode).

use super::{FIN, LEN_IS_U16, LEN_IS_U64, MASK, SHORT_LEN};
use crate::{MaskKey, Opcode, Role};

/// What the header of a data frame without reserved bits says.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct PlainHeader {
    /// Whether the message ends with this frame.
    pub fin: bool,
    /// That of a data frame.
    pub opcode: Opcode,
    /// The key that the payload is masked with; `None` when it is not masked.
    pub mask: Option<MaskKey>,
    /// Length of the payload in bytes, below 2^16.
    pub payload_len: usize,
    /// Length of the header in bytes.
    pub len: usize,
}

impl PlainHeader {
    /// Reads the header of a whole text or binary message at the start of `input`, for a receiver
    /// of this role.
    ///
    /// `None` when it is of another kind, illegal, incomplete, or of a payload of 64 KiB and more:
    /// [`FrameHeader::decode`](super::FrameHeader::decode) knows which. Where this gives a header,
    /// that gives the same.
    ///
    /// Source: RFC 6455 §5.2.
    #[inline]
    #[must_use]
    pub fn decode(input: &[u8], receiver: Role) -> Option<Self> {
        let (first, rest) = input.split_first()?;
        let opcode = match *first {
            TEXT => Opcode::Text,
            BINARY => Opcode::Binary,
            _ => return None,
        };
        Self::decode_rest(true, opcode, rest, receiver)
    }

    /// Reads the header of a continuation in the same way.
    ///
    /// Source: RFC 6455 §5.4.
    #[inline]
    #[must_use]
    pub fn decode_continuation(input: &[u8], receiver: Role) -> Option<Self> {
        let (first, rest) = input.split_first()?;
        let fin = match *first {
            CONTINUATION => false,
            LAST_CONTINUATION => true,
            _ => return None,
        };
        Self::decode_rest(fin, Opcode::Continuation, rest, receiver)
    }

    /// Reads what follows the first byte.
    // Hot, and short only where the opcode is known: measured by the echo benchmarks.
    #[inline(always)]
    fn decode_rest(fin: bool, opcode: Opcode, rest: &[u8], receiver: Role) -> Option<Self> {
        let (second, rest) = rest.split_first()?;
        // RFC 6455 §5.1: a client's frames are masked, a server's are not
        let masked = second & MASK != 0;
        if masked == receiver.masks() {
            return None;
        }
        let (payload_len, length_len, rest) = match second & SHORT_LEN {
            LEN_IS_U16 => {
                let (bytes, rest) = rest.split_first_chunk()?;
                super::rules::check_u16_length(*bytes).ok()?;
                (usize::from(u16::from_be_bytes(*bytes)), 2, rest)
            }
            LEN_IS_U64 => return None,
            short_len => (usize::from(short_len), 0, rest),
        };
        let (mask, mask_len) = if masked {
            (Some(MaskKey::from(*rest.first_chunk()?)), 4)
        } else {
            (None, 0)
        };
        Some(Self {
            fin,
            opcode,
            mask,
            payload_len,
            len: 2 + length_len + mask_len,
        })
    }
}

const TEXT: u8 = FIN | Opcode::Text.bits();
const BINARY: u8 = FIN | Opcode::Binary.bits();
const CONTINUATION: u8 = Opcode::Continuation.bits();
const LAST_CONTINUATION: u8 = FIN | CONTINUATION;
