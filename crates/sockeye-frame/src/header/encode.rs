//! Writes a frame's header (RFC 6455 §5.2).
//!
//! Allocates nothing: the bytes live in the value. Writes what it is told, legal or not, but
//! always with the shortest form of the length.

use core::fmt;
use core::ops::Deref;

use super::{FIN, FrameHeader, LEN_IS_U16, LEN_IS_U64, MASK};

impl FrameHeader {
    /// The header's bytes, which the payload follows.
    ///
    /// Source: RFC 6455 §5.2.
    #[inline]
    #[must_use]
    pub fn encode(&self) -> EncodedHeader {
        let mut encoded = EncodedHeader {
            bytes: [0; Self::MAX_LEN],
            len: 0,
        };
        let fin = if self.fin { FIN } else { 0 };
        encoded.push([fin | self.rsv.bits() | self.opcode.bits()]);
        let mask = if self.mask.is_some() { MASK } else { 0 };
        // RFC 6455 §5.2: the minimal number of bytes MUST be used to encode the length
        match Length::of(self.payload_len) {
            Length::Short(len) => encoded.push([mask | len]),
            Length::U16(len) => {
                encoded.push([mask | LEN_IS_U16]);
                encoded.push(len.to_be_bytes());
            }
            Length::U64(len) => {
                encoded.push([mask | LEN_IS_U64]);
                encoded.push(len.to_be_bytes());
            }
        }
        if let Some(key) = self.mask {
            encoded.push(key.to_bytes());
        }
        encoded
    }

    /// Length in bytes of what [`encode`](Self::encode) gives, `2..=14`.
    #[inline]
    #[must_use]
    pub const fn encoded_len(&self) -> usize {
        let length_len = match Length::of(self.payload_len) {
            Length::Short(_) => 0,
            Length::U16(_) => 2,
            Length::U64(_) => 8,
        };
        let mask_len = if self.mask.is_some() { 4 } else { 0 };
        2 + length_len + mask_len
    }
}

/// A header in wire form: at most [`FrameHeader::MAX_LEN`] bytes, held inline.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct EncodedHeader {
    bytes: [u8; FrameHeader::MAX_LEN],
    len: u8,
}

impl EncodedHeader {
    #[inline]
    fn push<const N: usize>(&mut self, bytes: [u8; N]) {
        let len = usize::from(self.len);
        self.bytes[len..len + N].copy_from_slice(&bytes);
        self.len += N as u8;
    }
}

impl Deref for EncodedHeader {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

impl AsRef<[u8]> for EncodedHeader {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl fmt::Debug for EncodedHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncodedHeader({:02x?})", &**self)
    }
}

/// The three forms of a payload length.
enum Length {
    Short(u8),
    U16(u16),
    U64(u64),
}

impl Length {
    #[inline]
    const fn of(payload_len: u64) -> Self {
        match payload_len {
            0..=125 => Self::Short(payload_len as u8),
            126..=0xFFFF => Self::U16(payload_len as u16),
            0x1_0000.. => Self::U64(payload_len),
        }
    }
}
