//! Bytes that were read from the socket and not decoded yet.
//!
//! One read brings many frames; `recv` returns after the first. What follows is kept here, in
//! memory of about its size, until the next call; a connection that waits holds nothing.

use bytes::BytesMut;

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
