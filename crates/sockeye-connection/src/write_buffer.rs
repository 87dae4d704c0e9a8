//! Memory to queue frames in, to be lent from one connection to the next.
//!
//! Opaque: what a connection does with it is in `outbox.rs`. Holds nothing but capacity while no
//! connection has it.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use crate::splice::Splice;

/// Memory that a connection queues frames in.
///
/// Many connections can take turns with a few of these, so that an idle one holds none: see
/// [`Connection::lend_buffer`](crate::Connection::lend_buffer).
#[derive(Debug, Default)]
pub struct WriteBuffer {
    pub(crate) laid_out: Vec<u8>,
    /// In the order in which they leave; never of an empty payload.
    pub(crate) splices: VecDeque<Splice>,
}

impl WriteBuffer {
    /// A buffer with room for this many bytes of headers and small payloads.
    #[must_use]
    pub fn with_capacity(n_bytes: usize) -> Self {
        Self {
            laid_out: Vec::with_capacity(n_bytes),
            splices: VecDeque::new(),
        }
    }

    /// How much memory this is, in bytes.
    #[inline]
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.laid_out.capacity() + self.splices.capacity() * size_of::<Splice>()
    }
}
