//! A payload that is queued by reference, and where it belongs.
//!
//! Its bytes may be the message's own, or lie in a buffer that the caller has lent for one burst
//! (see `lent.rs`): then they come after they were queued, and are copied when the buffer must go
//! back before they have left. The queue itself is in `outbox.rs`.

use core::ops::Range;

use bytes::{Buf, Bytes};

/// One payload among bytes that are laid out.
#[derive(Debug)]
pub(crate) struct Splice {
    /// Behind how many of the bytes laid out it belongs.
    pub(crate) position: usize,
    pub(crate) payload: Payload,
}

/// What has not left of a payload.
#[derive(Debug)]
pub(crate) enum Payload {
    /// In memory that is the message's.
    Own(Bytes),
    /// In a part of the lent buffer, which cannot be shared yet.
    Place(Range<usize>),
    /// In the lent buffer.
    Lent(Bytes),
}

impl Payload {
    #[inline]
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Own(bytes) | Self::Lent(bytes) => bytes.len(),
            Self::Place(range) => range.len(),
        }
    }

    /// The bytes, once there are.
    #[inline]
    pub(crate) fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Own(bytes) | Self::Lent(bytes) => Some(bytes),
            Self::Place(_) => None,
        }
    }

    /// Takes `n` bytes off the front, or all when there are fewer; gives how many.
    pub(crate) fn advance(&mut self, n: usize) -> usize {
        match self {
            Self::Own(bytes) | Self::Lent(bytes) => {
                let n = n.min(bytes.len());
                bytes.advance(n);
                n
            }
            // What has not been given out cannot have left.
            Self::Place(_) => 0,
        }
    }

    /// Takes the bytes out of the lent buffer, without copying them.
    pub(crate) fn settle(&mut self, buffer: &Bytes) {
        if let Self::Place(range) = self {
            *self = Self::Lent(buffer.slice(range.clone()));
        }
    }

    /// Copies the bytes out of the lent buffer.
    pub(crate) fn keep(&mut self) {
        if let Self::Lent(bytes) = self {
            *self = Self::Own(Bytes::copy_from_slice(bytes));
        }
    }
}
