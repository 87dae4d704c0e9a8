//! Checks that text is UTF-8, whole or in pieces (RFC 6455 §8.1, RFC 3629).
//!
//! The incremental check keeps the bytes of at most one unfinished character and fails as early
//! as UTF-8 allows. Nothing is repaired or replaced.

#[cfg(test)]
mod tests;

use core::error::Error;
use core::fmt;

/// Checks a whole text and gives it as a string.
///
/// Any length; short texts are checked by the standard library, longer ones with vector
/// instructions where the processor has them.
///
/// # Errors
///
/// [`InvalidUtf8`] when any byte cannot be part of UTF-8, or the last character is incomplete.
#[inline]
pub fn validate_utf8(text: &[u8]) -> Result<&str, InvalidUtf8> {
    if text.len() < SIMD_FROM {
        core::str::from_utf8(text).map_err(|_| InvalidUtf8)
    } else {
        simdutf8::basic::from_utf8(text).map_err(|_| InvalidUtf8)
    }
}

/// Checks a text that arrives in pieces, cut anywhere.
///
/// Feed it each piece and [`finish`](Self::finish) at the end of the text. It fails at the piece
/// that has the first byte which no continuation can make UTF-8, also within a character: after
/// `F4`, the byte `90` fails at once. After a failure, and after the end, it is as new.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Utf8Validator {
    /// The start of a character, so far valid; the rest of the array is zero.
    pending: [u8; 4],
    n_pending: u8,
}

impl Utf8Validator {
    /// Checks the next piece of the text.
    ///
    /// # Errors
    ///
    /// [`InvalidUtf8`] when a byte of `piece` cannot follow what came before it.
    #[inline]
    pub fn feed(&mut self, piece: &[u8]) -> Result<(), InvalidUtf8> {
        let piece = if self.n_pending == 0 {
            piece
        } else {
            self.complete(piece)?
        };
        if piece.len() < SIMD_FROM {
            return self.end_with(piece);
        }
        let (whole, tail) = split_unfinished(piece);
        validate_utf8(whole)?;
        self.end_with(tail)
    }

    /// Ends the text.
    ///
    /// # Errors
    ///
    /// [`InvalidUtf8`] when the last character is incomplete.
    #[inline]
    pub fn finish(&mut self) -> Result<(), InvalidUtf8> {
        match core::mem::take(self).n_pending {
            0 => Ok(()),
            _ => Err(InvalidUtf8),
        }
    }

    /// Takes bytes of `piece` until the pending character is complete; gives what is left.
    fn complete<'a>(&mut self, piece: &'a [u8]) -> Result<&'a [u8], InvalidUtf8> {
        let mut so_far = core::mem::take(self);
        let mut piece = piece;
        while let [byte, rest @ ..] = piece {
            let len = usize::from(so_far.n_pending);
            so_far.pending[len] = *byte;
            so_far.n_pending += 1;
            piece = rest;
            match core::str::from_utf8(&so_far.pending[..=len]) {
                Ok(_) => return Ok(piece),
                Err(error) if error.error_len().is_some() => return Err(InvalidUtf8),
                Err(_) => {}
            }
        }
        *self = so_far;
        Ok(piece)
    }

    /// Checks `piece` when nothing is pending; keeps an unfinished last character.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "three bytes at most")]
    fn end_with(&mut self, piece: &[u8]) -> Result<(), InvalidUtf8> {
        let Err(error) = core::str::from_utf8(piece) else {
            return Ok(());
        };
        if error.error_len().is_some() {
            return Err(InvalidUtf8);
        }
        // No error length means that the input ended within a character: at most three bytes.
        let unfinished = &piece[error.valid_up_to()..];
        self.pending[..unfinished.len()].copy_from_slice(unfinished);
        self.n_pending = unfinished.len() as u8;
        Ok(())
    }
}

/// Text that is not UTF-8.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct InvalidUtf8;

impl fmt::Display for InvalidUtf8 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text that is not UTF-8")
    }
}

impl Error for InvalidUtf8 {}

/// Splits off the last character when its first byte asks for more bytes than there are.
///
/// Judges by that first byte alone: both parts remain to be checked.
fn split_unfinished(text: &[u8]) -> (&[u8], &[u8]) {
    let unfinished = match text {
        [.., 0xC0..=0xFF] => 1,
        [.., 0xE0..=0xFF, _] => 2,
        [.., 0xF0..=0xFF, _, _] => 3,
        [..] => 0,
    };
    text.split_at(text.len() - unfinished)
}

/// Length in bytes from which vector instructions gain more than they cost to start.
const SIMD_FROM: usize = 64;
