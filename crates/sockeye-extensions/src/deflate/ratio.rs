//! How much longer than its compressed bytes a message received may be.
//!
//! Judged at fixed places of the compressed message, so that the answer does not depend on where
//! the network cuts it. The limit on the message itself is kept by the decompressor.

use crate::extension::DecodeError;

/// The bytes of one message so far, and the ratio that they have to keep.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ratio {
    /// Bytes given for each taken.
    max: u32,
    n_taken: u64,
    n_given: u64,
}

impl Ratio {
    pub(super) fn new(max: u32) -> Self {
        Self {
            max,
            n_taken: 0,
            n_given: 0,
        }
    }

    /// How many more bytes to take in before the next check.
    pub(super) fn until_check(&self) -> usize {
        let n_more = STEP_BYTES - self.n_taken % STEP_BYTES;
        usize::try_from(n_more).unwrap_or(usize::MAX)
    }

    /// Takes in what was done, and checks when that is due.
    ///
    /// # Errors
    ///
    /// [`DecodeError::TooBig`] when the message so far is too long for what it was made of.
    pub(super) fn count(
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
            true => Err(DecodeError::TooBig),
            false => Ok(()),
        }
    }
}

/// A step gives at most 1032 times as much, which is about a megabyte.
const STEP_BYTES: u64 = 1024;
