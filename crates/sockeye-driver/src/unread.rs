//! Bytes that were read from the socket and not decoded yet.
//!
//! One read brings many frames; `recv` returns after the first. What follows is kept here, in
//! memory of about its size, until the next call; a connection that waits holds nothing.

use bytes::{Buf, BytesMut};

use crate::buffers;

/// The tail of a read, waiting to be decoded.
#[derive(Default)]
pub(crate) struct Unread {
    bytes: BytesMut,
    start: usize,
}

impl Unread {
    /// Keeps a copy of `bytes`, which come after everything already here.
    pub(crate) fn append(&mut self, bytes: &[u8]) {
        if self.is_empty() {
            self.bytes = buffers::take_unread_buffer(bytes.len());
            self.start = 0;
        }
        // What has been decoded gives its place up, also where each read ends within a frame.
        self.bytes.advance(self.start);
        self.start = 0;
        self.bytes.extend_from_slice(bytes);
    }

    /// The bytes, to be decoded (and unmasked) in place.
    #[inline]
    pub(crate) fn as_mut_slice(&mut self) -> &mut [u8] {
        self.bytes.get_mut(self.start..).unwrap_or_default()
    }

    /// Lets `use_all` have the memory for a while, and where in it [`Self::as_slice`] begins.
    pub(crate) fn lend(&mut self, use_all: impl FnOnce(BytesMut, usize) -> BytesMut) {
        self.bytes = use_all(std::mem::take(&mut self.bytes), self.start);
    }

    /// Forgets all but the last `n_left` bytes, and the memory once none is left.
    #[inline]
    pub(crate) fn keep_last(&mut self, n_left: usize) {
        if n_left == 0 {
            buffers::give_unread_buffer(std::mem::take(&mut self.bytes));
            self.start = 0;
        } else {
            self.start = self.bytes.len().saturating_sub(n_left);
        }
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.start >= self.bytes.len()
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads that each end within a frame never leave it empty.
    #[test]
    fn what_was_decoded_takes_no_room() {
        let mut unread = Unread::default();
        unread.append(b"?");
        for index in 0..10_000_u32 {
            let mut read = [0; 1000];
            read[999] = index as u8;
            unread.append(&read);
            assert_eq!(unread.as_slice().len(), 1001);
            unread.keep_last(1);
            assert_eq!(unread.as_slice(), [index as u8]);
            let capacity = unread.bytes.capacity() + unread.start;
            assert!(capacity <= 8192, "{capacity} bytes after {index} reads");
        }
    }
}
