//! The bytes that the caller read, and how far they have been consumed.
//!
//! A cursor that only moves forward. Handing parts of it out for the caller's lifetime is what
//! lets an event borrow its payload; nothing is stored here beyond the call.

use core::fmt;
use core::mem;

/// Bytes read from the transport and not consumed yet.
///
/// Made from a mutable slice, because payloads are unmasked where they are. Events taken from it
/// borrow from the slice, not from the connection.
#[derive(Default)]
pub struct Input<'a> {
    bytes: &'a mut [u8],
}

impl<'a> Input<'a> {
    /// How many bytes are left.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether all bytes have been consumed.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The bytes that are left, to look at.
    #[inline]
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes
    }

    /// Consumes `len` bytes, or all when there are fewer.
    #[inline]
    pub(crate) fn take(&mut self, len: usize) -> &'a mut [u8] {
        let bytes = mem::take(&mut self.bytes);
        let len = len.min(bytes.len());
        let (taken, rest) = bytes.split_at_mut(len);
        self.bytes = rest;
        taken
    }

    /// Consumes everything; gives the number of bytes.
    pub(crate) fn discard(&mut self) -> usize {
        mem::take(&mut self.bytes).len()
    }
}

impl<'a> From<&'a mut [u8]> for Input<'a> {
    #[inline]
    fn from(bytes: &'a mut [u8]) -> Self {
        Self { bytes }
    }
}

/// Shows the number of bytes, not the bytes.
impl fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input").field("len", &self.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    #[test]
    fn says_its_length_and_no_bytes() {
        let mut bytes = *b"abc";
        let input = Input::from(&mut bytes[..]);
        assert_eq!(format!("{input:?}"), "Input { len: 3 }");
    }
}
