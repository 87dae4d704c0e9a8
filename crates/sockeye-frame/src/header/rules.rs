//! The rules that a received header must keep, all of them (RFC 6455 §5.1, §5.2, §5.5).
//!
//! One function per part of the header, in the order in which the parts arrive. Rules that span
//! frames, such as a continuation without a message (§5.4), are the connection's.

use super::{HeaderFault, MAX_SHORT_LEN};
use crate::{Opcode, Role, Rsv};

/// What the receiver of a header knows before it arrives.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct HeaderRules {
    /// The role of the endpoint that decodes; its peer's frames are masked or not accordingly.
    pub receiver: Role,
    /// The reserved bits that negotiated extensions claim on data frames; control frames never
    /// have any.
    pub rsv: Rsv,
}

impl HeaderRules {
    /// Checks FIN, the reserved bits and the opcode; gives the opcode.
    #[inline]
    pub(super) fn check_first_byte(
        self,
        fin: bool,
        rsv: Rsv,
        opcode_bits: u8,
    ) -> Result<Opcode, HeaderFault> {
        // RFC 6455 §5.2: if an unknown opcode is received, the receiving endpoint MUST _Fail the
        // WebSocket Connection_
        let Some(opcode) = Opcode::from_bits(opcode_bits) else {
            return Err(HeaderFault::ReservedOpcode);
        };
        // RFC 6455 §5.2: RSV1-3 MUST be 0 unless an extension is negotiated that defines
        // meanings for non-zero values
        // RFC 7692 §6: an endpoint MUST NOT set the "Per-Message Compressed" bit of control frames
        let allowed = if opcode.is_control() {
            Rsv::NONE
        } else {
            self.rsv
        };
        if !allowed.contains(rsv) {
            return Err(HeaderFault::ReservedBits);
        }
        // RFC 6455 §5.5: all control frames MUST NOT be fragmented
        if opcode.is_control() && !fin {
            return Err(HeaderFault::FragmentedControlFrame);
        }
        Ok(opcode)
    }

    /// Checks the mask bit and the seven-bit length.
    #[inline]
    pub(super) fn check_second_byte(
        self,
        opcode: Opcode,
        masked: bool,
        short_len: u8,
    ) -> Result<(), HeaderFault> {
        match (self.receiver, masked) {
            // RFC 6455 §5.1: the server MUST close the connection upon receiving a frame that is
            // not masked
            (Role::Server, false) => return Err(HeaderFault::UnmaskedClientFrame),
            // RFC 6455 §5.1: a client MUST close a connection if it detects a masked frame
            (Role::Client, true) => return Err(HeaderFault::MaskedServerFrame),
            (Role::Server, true) | (Role::Client, false) => {}
        }
        // RFC 6455 §5.5: all control frames MUST have a payload length of 125 bytes or less
        if opcode.is_control() && short_len > MAX_SHORT_LEN {
            return Err(HeaderFault::ControlFrameTooLong);
        }
        Ok(())
    }
}

/// Checks a 16-bit length.
#[inline]
pub(super) fn check_u16_length(bytes: [u8; 2]) -> Result<(), HeaderFault> {
    // RFC 6455 §5.2: the minimal number of bytes MUST be used to encode the length
    if u16::from_be_bytes(bytes) <= u16::from(MAX_SHORT_LEN) {
        return Err(HeaderFault::NonMinimalLength);
    }
    Ok(())
}

/// Checks as much of a 64-bit length as has arrived; `bytes` may end anywhere, and may go on.
#[inline]
pub(super) fn check_u64_length(bytes: &[u8]) -> Result<(), HeaderFault> {
    match bytes {
        // RFC 6455 §5.2: the most significant bit of a 64-bit length MUST be 0
        [0x80..=0xFF, ..] => Err(HeaderFault::LengthTooLarge),
        // RFC 6455 §5.2: the minimal number of bytes MUST be used to encode the length; six zero
        // bytes leave two, and two are what the 16-bit form has
        [0, 0, 0, 0, 0, 0, ..] => Err(HeaderFault::NonMinimalLength),
        [..] => Ok(()),
    }
}
