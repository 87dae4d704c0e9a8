//! How much longer than its compressed bytes a message received may be.
//!
//! Judged at fixed places of the compressed message, so that the answer does not depend on where
//! the network cuts it. The limit on the message itself is kept by the decompressor.

use alloc::vec::Vec;

use super::decompressor::Decompressor;
use crate::extension::DecodeError;

/// A [`Decompressor`] that keeps messages to a ratio, if there is one.
#[derive(Debug)]
pub(crate) struct Inflater {
    decompressor: Decompressor,
    ratio: Option<Ratio>,
}

impl Inflater {
    /// `takeover` is whether messages may refer to those before; `max_ratio` how many bytes there
    /// may be for each compressed one.
    pub(crate) fn new(takeover: bool, max_ratio: Option<u32>) -> Self {
        Self {
            decompressor: Decompressor::new(takeover),
            ratio: max_ratio.map(Ratio::new),
        }
    }

    /// As [`Decompressor::decompress`].
    ///
    /// # Errors
    ///
    /// Those, and [`DecodeError::RatioExceeded`] when the ratio is exceeded.
    pub(crate) fn inflate(
        &mut self,
        payload: &[u8],
        end_of_message: bool,
        max_bytes: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        let decompressor = &mut self.decompressor;
        let Some(ratio) = &mut self.ratio else {
            return decompressor.decompress(payload, end_of_message, max_bytes, out);
        };
        let start = out.len();
        let mut rest = payload;
        loop {
            let (piece, behind) = rest.split_at(rest.len().min(ratio.until_check()));
            let end_of_message = end_of_message && behind.is_empty();
            let n_before = out.len();
            let room = max_bytes.saturating_sub(n_before - start);
            decompressor.decompress(piece, end_of_message, room, out)?;
            ratio.count(piece.len(), out.len() - n_before, end_of_message)?;
            if behind.is_empty() {
                return Ok(());
            }
            rest = behind;
        }
    }
}

/// The bytes of one message so far, and the ratio that they have to keep.
#[derive(Clone, Copy, Debug)]
struct Ratio {
    /// Bytes given for each taken.
    max: u32,
    n_taken: u64,
    n_given: u64,
}

impl Ratio {
    fn new(max: u32) -> Self {
        Self {
            max,
            n_taken: 0,
            n_given: 0,
        }
    }

    /// How many more bytes to take in before the next check.
    fn until_check(&self) -> usize {
        let n_more = STEP_BYTES - self.n_taken % STEP_BYTES;
        usize::try_from(n_more).unwrap_or(usize::MAX)
    }

    /// Takes in what was done, and checks when that is due.
    ///
    /// # Errors
    ///
    /// [`DecodeError::RatioExceeded`] when the message so far is too long for what it was made of.
    fn count(
        &mut self,
        n_taken: usize,
        n_given: usize,
        end_of_message: bool,
    ) -> Result<(), DecodeError> {
        self.n_taken = self.n_taken.saturating_add(n_taken as u64);
        self.n_given = self.n_given.saturating_add(n_given as u64);
        if !end_of_message && !self.n_taken.is_multiple_of(STEP_BYTES) {
            return Ok(());
        }
        let most = self.n_taken.saturating_mul(self.max.into());
        let is_too_big = self.n_given > most;
        if end_of_message {
            *self = Self::new(self.max);
        }
        match is_too_big {
            true => Err(DecodeError::RatioExceeded),
            false => Ok(()),
        }
    }
}

/// A step gives at most 1032 times as much, which is about a megabyte.
const STEP_BYTES: u64 = 1024;
