//! The payload of one data frame as it arrives (RFC 6455 §5.2–5.3).
//!
//! How much of it is still to come, and unmasking it wherever it is cut. The message that it belongs
//! to is in `assembly.rs`.

use sockeye_frame::{FrameHeader, MaskKey};

use crate::stats::count;

/// What the header of a data frame said, and how much of its payload is to come.
#[derive(Debug)]
pub(crate) struct DataFrame {
    pub(crate) fin: bool,
    pub(crate) mask: Option<MaskKey>,
    pub(crate) remaining: u64,
    /// Payload bytes that have come, as far as the mask needs to know.
    pub(crate) offset: usize,
    /// Whether an extension decodes the payload.
    pub(crate) encoded: bool,
}

impl DataFrame {
    pub(crate) const fn new(header: &FrameHeader, encoded: bool) -> Self {
        Self {
            fin: header.fin,
            mask: header.mask,
            remaining: header.payload_len,
            offset: 0,
            encoded,
        }
    }

    /// How many of `len` bytes at hand belong to the frame.
    #[inline]
    pub(crate) fn bounded(&self, len: usize) -> usize {
        usize::try_from(self.remaining).unwrap_or(len).min(len)
    }

    /// Unmasks the next bytes of the payload and counts them as come.
    #[inline]
    pub(crate) fn unmask(&mut self, payload: &mut [u8]) {
        if let Some(key) = self.mask {
            key.apply(self.offset, payload);
        }
        self.offset = self.offset.wrapping_add(payload.len());
        self.remaining = self.remaining.saturating_sub(count(payload.len()));
    }
}
