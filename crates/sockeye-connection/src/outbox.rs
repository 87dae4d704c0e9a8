//! The queue of bytes to write.
//!
//! Headers and small payloads lie one after the other in one buffer; large payloads are kept as
//! they are and noted with the position at which they belong. Bytes leave from the front by
//! moving a cursor, so that a peer that takes one byte at a time costs no more than linear time.
//! Knows nothing of frames, and has no bound of its own: see `send.rs` for it.

use alloc::collections::vec_deque;
use alloc::vec::Vec;
use core::iter::FusedIterator;

use bytes::Bytes;

use crate::splice::{Payload, Splice};
use crate::write_buffer::WriteBuffer;

/// Bytes to write, in order.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    memory: WriteBuffer,
    /// Bytes at the front of what is laid out that have left.
    n_left: usize,
    /// Bytes of the spliced payloads that have not left.
    n_spliced: usize,
}

impl Outbox {
    /// Bytes that have not left.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.memory.laid_out.len() - self.n_left + self.n_spliced
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether [`Self::slices`] gives any bytes: not while the first ones are to come out of a lent
    /// buffer.
    #[inline]
    pub(crate) fn has_output(&self) -> bool {
        !self.is_empty() && (self.n_spliced == 0 || self.has_bytes())
    }

    #[inline(never)]
    fn has_bytes(&self) -> bool {
        self.slices().next().is_some()
    }

    /// The end of the buffer, to append to, with room for `additional` bytes.
    #[inline]
    pub(crate) fn append(&mut self, additional: usize) -> &mut Vec<u8> {
        let laid_out = &self.memory.laid_out;
        if laid_out.capacity() - laid_out.len() < additional {
            self.make_room(additional);
        }
        &mut self.memory.laid_out
    }

    /// Queues a payload by reference behind everything that is queued.
    pub(crate) fn splice(&mut self, payload: Payload) {
        let len = payload.len();
        if len > 0 {
            let position = self.memory.laid_out.len();
            self.n_spliced = self.n_spliced.saturating_add(len);
            let splice = Splice { position, payload };
            self.memory.splices.push_back(splice);
        }
    }

    /// Gives the payloads that lie in a lent buffer their bytes.
    pub(crate) fn settle(&mut self, buffer: &Bytes) {
        for splice in &mut self.memory.splices {
            splice.payload.settle(buffer);
        }
    }

    /// Copies what has not left of a lent buffer, which is then free.
    pub(crate) fn keep_lent(&mut self) {
        for splice in &mut self.memory.splices {
            splice.payload.keep();
        }
    }

    /// Takes `n` bytes off the front, or all that [`Self::slices`] gives when those are fewer;
    /// gives how many.
    #[inline]
    pub(crate) fn advance(&mut self, n: usize) -> usize {
        let n = if self.n_spliced > 0 {
            self.advance_splices(n)
        } else {
            let n = n.min(self.len());
            self.n_left += n;
            n
        };
        if self.is_empty() {
            self.memory.laid_out.clear();
            self.n_left = 0;
        }
        n
    }

    #[inline(never)]
    fn advance_splices(&mut self, n: usize) -> usize {
        let mut n_to_go = n;
        while let Some(splice) = self.memory.splices.front_mut() {
            let n_before = n_to_go.min(splice.position - self.n_left);
            self.n_left += n_before;
            n_to_go -= n_before;
            if n_to_go == 0 {
                return n;
            }
            let n_spliced = splice.payload.advance(n_to_go);
            self.n_spliced -= n_spliced;
            n_to_go -= n_spliced;
            if splice.payload.len() > 0 {
                return n - n_to_go;
            }
            self.memory.splices.pop_front();
        }
        let n_behind = n_to_go.min(self.memory.laid_out.len() - self.n_left);
        self.n_left += n_behind;
        n - (n_to_go - n_behind)
    }

    /// Drops everything, memory included.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The bytes in order, as slices.
    #[inline]
    pub(crate) fn slices(&self) -> TransmitSlices<'_> {
        let (_, laid_out) = self.memory.laid_out.split_at(self.n_left);
        let mut spliced = self.memory.splices.iter();
        TransmitSlices {
            laid_out,
            position: self.n_left,
            next: spliced.next(),
            spliced,
        }
    }

    /// Gives the queue memory to lay bytes out in; it keeps the larger of this and its own.
    pub(crate) fn lend(&mut self, buffer: WriteBuffer) {
        if self.is_empty() && self.memory.capacity() < buffer.capacity() {
            self.memory = buffer;
        }
    }

    /// Takes the queue's memory away, if it has some and no bytes in it.
    #[inline]
    pub(crate) fn take(&mut self) -> Option<WriteBuffer> {
        if !self.is_empty() || self.memory.capacity() == 0 {
            return None;
        }
        Some(core::mem::take(&mut self.memory))
    }

    /// Moves what has not left to the front if that pays, otherwise grows.
    #[cold]
    fn make_room(&mut self, additional: usize) {
        let WriteBuffer { laid_out, splices } = &mut self.memory;
        // As many bytes have left as are moved, so moving costs each byte constant time.
        if self.n_left >= laid_out.len() - self.n_left {
            laid_out.drain(..self.n_left);
            for splice in splices {
                splice.position -= self.n_left;
            }
            self.n_left = 0;
        }
        laid_out.reserve(additional);
    }
}

/// The bytes to write, as slices in order; none is empty.
///
/// Cheap to clone, so that one can look ahead.
#[derive(Clone, Debug)]
pub struct TransmitSlices<'a> {
    laid_out: &'a [u8],
    /// Where `laid_out` begins, in the numbers of [`Splice::position`].
    position: usize,
    next: Option<&'a Splice>,
    spliced: vec_deque::Iter<'a, Splice>,
}

impl<'a> Iterator for TransmitSlices<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let before = match self.next {
            Some(splice) if splice.position == self.position => {
                // A payload that has no bytes yet holds back everything behind it.
                let payload = splice.payload.as_bytes()?;
                self.next = self.spliced.next();
                return Some(payload);
            }
            Some(splice) => splice.position - self.position,
            None => self.laid_out.len(),
        };
        let (slice, rest) = self.laid_out.split_at(before);
        self.laid_out = rest;
        self.position += before;
        (!slice.is_empty()).then_some(slice)
    }
}

impl FusedIterator for TransmitSlices<'_> {}

#[cfg(test)]
mod tests;
