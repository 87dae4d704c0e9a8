//! What a frame carries: the four-bit opcode (RFC 6455 §5.2, §11.8).
//!
//! Reserved opcodes have no variant: a value of this type is one that may be on the wire.
//! In which order opcodes may follow each other (§5.4) is decided by the connection.

use core::fmt;

/// The interpretation of a frame's payload.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Opcode {
    /// `0x0`: a further fragment of the message that is under way (§5.4).
    Continuation,
    /// `0x1`: a text message, or its first fragment (§5.6).
    Text,
    /// `0x2`: a binary message, or its first fragment (§5.6).
    Binary,
    /// `0x8`: the end of the connection, with an optional code and reason (§5.5.1).
    Close,
    /// `0x9`: asks the peer for a pong (§5.5.2).
    Ping,
    /// `0xA`: answers a ping, or comes unasked (§5.5.3).
    Pong,
}

impl Opcode {
    /// The opcode written as `bits`, the low half of a frame's first byte.
    ///
    /// `None` for the reserved values `0x3..=0x7` and `0xB..=0xF`, and for anything above.
    #[inline]
    #[must_use]
    pub const fn from_bits(bits: u8) -> Option<Self> {
        match bits {
            0x0 => Some(Self::Continuation),
            0x1 => Some(Self::Text),
            0x2 => Some(Self::Binary),
            0x8 => Some(Self::Close),
            0x9 => Some(Self::Ping),
            0xA => Some(Self::Pong),
            _ => None,
        }
    }

    /// The four bits on the wire, `0x0..=0xA`.
    #[inline]
    #[must_use]
    pub const fn bits(self) -> u8 {
        match self {
            Self::Continuation => 0x0,
            Self::Text => 0x1,
            Self::Binary => 0x2,
            Self::Close => 0x8,
            Self::Ping => 0x9,
            Self::Pong => 0xA,
        }
    }

    /// Whether frames of this kind speak about the connection: close, ping and pong.
    ///
    /// Source: RFC 6455 §5.5.
    #[inline]
    #[must_use]
    pub const fn is_control(self) -> bool {
        match self {
            Self::Close | Self::Ping | Self::Pong => true,
            Self::Continuation | Self::Text | Self::Binary => false,
        }
    }

    /// Whether frames of this kind carry a message: text, binary and continuation.
    ///
    /// Source: RFC 6455 §5.6.
    #[inline]
    #[must_use]
    pub const fn is_data(self) -> bool {
        !self.is_control()
    }
}

impl fmt::Display for Opcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Continuation => "continuation",
            Self::Text => "text",
            Self::Binary => "binary",
            Self::Close => "close",
            Self::Ping => "ping",
            Self::Pong => "pong",
        })
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::Opcode;

    #[test]
    fn opcodes_are_shown_by_name() {
        let known = (0..=0xF).filter_map(Opcode::from_bits);
        let shown: std::vec::Vec<_> = known.map(|opcode| opcode.to_string()).collect();
        let names = ["continuation", "text", "binary", "close", "ping", "pong"];
        assert_eq!(shown, names);
    }

    #[test]
    fn every_byte_is_an_opcode_or_reserved() {
        for bits in 0..=u8::MAX {
            let opcode = Opcode::from_bits(bits);
            assert_eq!(
                opcode.is_some(),
                matches!(bits, 0x0..=0x2 | 0x8..=0xA),
                "{bits:#x}"
            );
            if let Some(opcode) = opcode {
                assert_eq!(opcode.bits(), bits);
                // RFC 6455 §5.5: the most significant bit of a control frame's opcode is 1
                assert_eq!(opcode.is_control(), bits & 0x8 != 0);
                assert_ne!(opcode.is_control(), opcode.is_data());
            }
        }
    }
}
