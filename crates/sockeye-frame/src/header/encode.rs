//! Writes a frame's header (RFC 6455 §5.2).
//!
//! Allocates nothing: the bytes live in the value. Writes what it is told, legal or not, but
//! always with the shortest form of the length.

use alloc::vec::Vec;
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
        let fin = if self.fin { FIN } else { 0 };
        let mask = if self.mask.is_some() { MASK } else { 0 };
        let mut header = Register::default();
        header.push(fin | self.rsv.bits() | self.opcode.bits());
        // RFC 6455 §5.2: the minimal number of bytes MUST be used to encode the length
        match Length::of(self.payload_len) {
            Length::Short(len) => header.push(mask | len),
            Length::U16(len) => {
                header.push(mask | LEN_IS_U16);
                header.push(len);
            }
            Length::U64(len) => {
                header.push(mask | LEN_IS_U64);
                header.push(len);
            }
        }
        if let Some(key) = self.mask {
            header.push(u32::from_be_bytes(key.to_bytes()));
        }
        EncodedHeader {
            bytes: header.bits.to_be_bytes(),
            len: header.n_bytes,
        }
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
    /// The header, then zeros.
    bytes: [u8; Self::ROOM],
    len: u8,
}

impl EncodedHeader {
    /// The longest [`append_to`](Self::append_to) needs room for, in bytes.
    pub const ROOM: usize = 16;

    /// Appends the header to `out`.
    ///
    /// Without growing `out` when it has room for [`ROOM`](Self::ROOM) more bytes.
    #[inline]
    pub fn append_to(&self, out: &mut Vec<u8>) {
        let len = out.len() + usize::from(self.len);
        // All bytes and then less of them: a copy whose length is known is two instructions, and
        // one that is not is a call.
        out.extend_from_slice(&self.bytes);
        out.truncate(len);
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

/// Up to sixteen bytes in the making, the first one on top.
///
/// They are stored all at once: the copy into a write buffer, which comes next, would have to
/// wait for each of several smaller stores.
#[derive(Default)]
struct Register {
    bits: u128,
    n_bytes: u8,
}

impl Register {
    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a number of 16 bytes at most"
    )]
    fn push<T: Into<u128>>(&mut self, value: T) {
        let n_free = size_of::<u128>() - usize::from(self.n_bytes) - size_of::<T>();
        self.bits |= value.into() << (n_free * 8);
        self.n_bytes += size_of::<T>() as u8;
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
    #[expect(
        clippy::cast_possible_truncation,
        reason = "each form has the room for its range"
    )]
    const fn of(payload_len: u64) -> Self {
        match payload_len {
            0..=125 => Self::Short(payload_len as u8),
            126..=0xFFFF => Self::U16(payload_len as u16),
            0x1_0000.. => Self::U64(payload_len),
        }
    }
}
