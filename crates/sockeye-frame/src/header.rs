//! The header of a frame (RFC 6455 §5.2).
//!
//! Reads a header from the start of a byte slice, however little of it is there, and refuses
//! the illegal at the first byte that shows it. Stateless: neither fragmentation across frames
//! (§5.4) nor limits on the payload's length are known here.

mod encode;
mod fault;
mod plain;
mod rules;
#[cfg(test)]
mod tests;

use crate::{MaskKey, Opcode, Rsv};

pub use encode::EncodedHeader;
pub use fault::HeaderFault;
pub use plain::PlainHeader;
pub use rules::HeaderRules;

/// What a frame says about itself before its payload.
///
/// Any value can be encoded, also one that a peer would refuse: who sends frames minds the rules.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct FrameHeader {
    /// Whether this is the last fragment of its message.
    pub fin: bool,
    /// The reserved bits that are set.
    pub rsv: Rsv,
    /// What the payload is.
    pub opcode: Opcode,
    /// The key that the payload is masked with; `None` when it is not masked.
    pub mask: Option<MaskKey>,
    /// Length of the payload in bytes, below 2^63.
    pub payload_len: u64,
}

impl FrameHeader {
    /// The longest header in bytes: two, a 64-bit length and a masking key.
    pub const MAX_LEN: usize = 14;

    /// Reads the header at the start of `input`.
    ///
    /// `input` may end anywhere and may go on beyond the header. Gives the header and its length
    /// in bytes, or `None` while bytes are missing; the caller then tries again from the same
    /// start with more of them.
    ///
    /// # Errors
    ///
    /// The [`HeaderFault`] of the first byte that breaks a rule, even while the header is
    /// incomplete. More bytes never take a fault back.
    ///
    /// Source: RFC 6455 §5.2.
    #[inline]
    pub fn decode(input: &[u8], rules: HeaderRules) -> Result<Option<(Self, usize)>, HeaderFault> {
        let [first, rest @ ..] = input else {
            return Ok(None);
        };
        let fin = first & FIN != 0;
        let rsv = Rsv::from_first_byte(*first);
        let opcode = rules.check_first_byte(fin, rsv, first & OPCODE)?;

        let [second, rest @ ..] = rest else {
            return Ok(None);
        };
        let masked = second & MASK != 0;
        let short_len = second & SHORT_LEN;
        rules.check_second_byte(opcode, masked, short_len)?;

        let (payload_len, rest) = match short_len {
            LEN_IS_U16 => {
                let Some((bytes, rest)) = rest.split_first_chunk() else {
                    return Ok(None);
                };
                rules::check_u16_length(*bytes)?;
                (u64::from(u16::from_be_bytes(*bytes)), rest)
            }
            LEN_IS_U64 => {
                rules::check_u64_length(rest)?;
                let Some((bytes, rest)) = rest.split_first_chunk() else {
                    return Ok(None);
                };
                (u64::from_be_bytes(*bytes), rest)
            }
            short_len => (u64::from(short_len), rest),
        };

        let (mask, rest) = if masked {
            let Some((key, rest)) = rest.split_first_chunk() else {
                return Ok(None);
            };
            (Some(MaskKey::from(*key)), rest)
        } else {
            (None, rest)
        };

        let header = Self {
            fin,
            rsv,
            opcode,
            mask,
            payload_len,
        };
        Ok(Some((header, input.len() - rest.len())))
    }
}

const FIN: u8 = 0x80;
const OPCODE: u8 = 0x0F;
const MASK: u8 = 0x80;
const SHORT_LEN: u8 = 0x7F;
/// Value of the seven-bit length that announces a 16-bit length.
const LEN_IS_U16: u8 = 126;
/// Value of the seven-bit length that announces a 64-bit length.
const LEN_IS_U64: u8 = 127;
/// The longest payload of a control frame in bytes, which is the longest that seven bits express.
const MAX_SHORT_LEN: u8 = 125;
