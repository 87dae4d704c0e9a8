//! What can be wrong with a header (RFC 6455 §5).
//!
//! Names the faults and nothing more. Every one is a protocol error, close code 1002; telling
//! the peer so is the connection's task.

use core::error::Error;
use core::fmt;

/// A rule of RFC 6455 that a received header breaks.
///
/// The RFC has no more of them, so that a `match` may name them all.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum HeaderFault {
    /// A reserved bit is set that no extension claims for this frame (§5.2).
    ReservedBits,
    /// The opcode is one of `0x3..=0x7` and `0xB..=0xF` (§5.2).
    ReservedOpcode,
    /// A control frame has no FIN bit (§5.5).
    FragmentedControlFrame,
    /// A control frame announces more than 125 bytes of payload (§5.5).
    ControlFrameTooLong,
    /// The length would have fitted a shorter form (§5.2).
    NonMinimalLength,
    /// The length has its most significant bit set (§5.2).
    LengthTooLarge,
    /// A client sent a frame without masking it (§5.1).
    UnmaskedClientFrame,
    /// A server sent a masked frame (§5.1).
    MaskedServerFrame,
}

impl fmt::Display for HeaderFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReservedBits => "reserved bit set without an extension that claims it",
            Self::ReservedOpcode => "reserved opcode",
            Self::FragmentedControlFrame => "fragmented control frame",
            Self::ControlFrameTooLong => "control frame longer than 125 bytes",
            Self::NonMinimalLength => "payload length not in its shortest form",
            Self::LengthTooLarge => "payload length of 2^63 bytes or more",
            Self::UnmaskedClientFrame => "unmasked frame from a client",
            Self::MaskedServerFrame => "masked frame from a server",
        })
    }
}

impl Error for HeaderFault {}
