//! The queue of bytes to write.
//!
//! Headers and small payloads lie one after the other in one buffer; large payloads are kept as
//! they are and noted with the position at which they belong. Bytes leave from the front by
//! moving a cursor, so that a peer that takes one byte at a time costs no more than linear time.
//! Knows nothing of frames, and has no bound of its own: see `send.rs` for it.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::collections::vec_deque;
use alloc::vec::Vec;
use core::iter::FusedIterator;

use bytes::{Buf, Bytes};

/// Bytes to write, in order.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    laid_out: Vec<u8>,
    /// Bytes at the front of `laid_out` that have left.
    n_left: usize,
    /// Rarely needed, so it costs an idle connection one word.
    spliced: Option<Box<Spliced>>,
}

/// Payloads that are queued by reference.
#[derive(Debug, Default)]
struct Spliced {
    queue: VecDeque<Splice>,
    /// Their bytes that have not left.
    n_bytes: usize,
}

#[derive(Debug)]
struct Splice {
    /// Where in `laid_out` the payload belongs: behind so many of its bytes.
    position: usize,
    /// What has not left of it; never empty.
    payload: Bytes,
}

impl Outbox {
    /// Bytes that have not left.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        let n_spliced = match &self.spliced {
            Some(spliced) => spliced.n_bytes,
            None => 0,
        };
        self.laid_out.len() - self.n_left + n_spliced
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The end of the buffer, to append to, with room for `additional` bytes.
    #[inline]
    pub(crate) fn append(&mut self, additional: usize) -> &mut Vec<u8> {
        if self.laid_out.capacity() - self.laid_out.len() < additional {
            self.make_room(additional);
        }
        &mut self.laid_out
    }

    /// Queues a payload by reference behind everything that is queued.
    pub(crate) fn splice(&mut self, payload: Bytes) {
        if payload.is_empty() {
            return;
        }
        let position = self.laid_out.len();
        let spliced = self.spliced.get_or_insert_default();
        spliced.n_bytes = spliced.n_bytes.saturating_add(payload.len());
        spliced.queue.push_back(Splice { position, payload });
    }

    /// Takes `n` bytes off the front, or all when there are fewer; gives how many.
    pub(crate) fn advance(&mut self, n: usize) -> usize {
        let n = n.min(self.len());
        let mut n_to_go = n;
        while let Some(spliced) = &mut self.spliced {
            let Some(splice) = spliced.queue.front_mut() else {
                self.spliced = None;
                break;
            };
            let n_before = n_to_go.min(splice.position - self.n_left);
            self.n_left += n_before;
            n_to_go -= n_before;
            if self.n_left < splice.position || n_to_go == 0 {
                break;
            }
            let n_spliced = n_to_go.min(splice.payload.len());
            splice.payload.advance(n_spliced);
            spliced.n_bytes -= n_spliced;
            n_to_go -= n_spliced;
            if splice.payload.is_empty() {
                spliced.queue.pop_front();
            }
        }
        self.n_left += n_to_go;
        if self.is_empty() {
            self.laid_out.clear();
            self.n_left = 0;
        }
        n
    }

    /// Drops everything, memory included.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The bytes in order, as slices.
    pub(crate) fn slices(&self) -> TransmitSlices<'_> {
        let (_, laid_out) = self.laid_out.split_at(self.n_left);
        let mut spliced = match &self.spliced {
            Some(spliced) => spliced.queue.iter(),
            None => vec_deque::Iter::default(),
        };
        TransmitSlices {
            laid_out,
            position: self.n_left,
            next: spliced.next(),
            spliced,
        }
    }

    /// Gives the queue memory to lay bytes out in; it keeps the larger of this and its own.
    pub(crate) fn lend(&mut self, mut buffer: Vec<u8>) {
        if self.laid_out.is_empty() && self.laid_out.capacity() < buffer.capacity() {
            buffer.clear();
            self.laid_out = buffer;
        }
    }

    /// Takes the queue's memory away, if it has some and no bytes in it.
    pub(crate) fn take(&mut self) -> Option<Vec<u8>> {
        if !self.is_empty() || self.laid_out.capacity() == 0 {
            return None;
        }
        Some(core::mem::take(&mut self.laid_out))
    }

    /// Moves what has not left to the front if that pays, otherwise grows.
    #[cold]
    fn make_room(&mut self, additional: usize) {
        // As many bytes have left as are moved, so moving costs each byte constant time.
        if self.n_left >= self.laid_out.len() - self.n_left {
            self.laid_out.drain(..self.n_left);
            if let Some(spliced) = &mut self.spliced {
                for splice in &mut spliced.queue {
                    splice.position -= self.n_left;
                }
            }
            self.n_left = 0;
        }
        self.laid_out.reserve(additional);
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
                self.next = self.spliced.next();
                return Some(&splice.payload);
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
