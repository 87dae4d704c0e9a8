//! Choices out of bytes: a body's input is read from its front.
//!
//! No format and no errors: where the bytes are used up there are zeros, so that every input means
//! something and a small change of it is a small change of what is done.

/// Bytes to choose by.
#[derive(Clone, Debug)]
pub struct Choices<'a> {
    /// Those that are left.
    pub rest: &'a [u8],
}

impl<'a> Choices<'a> {
    /// Those of one input.
    #[must_use]
    pub const fn new(input: &'a [u8]) -> Self {
        Self { rest: input }
    }

    /// One byte; zero when the input is used up.
    pub fn byte(&mut self) -> u8 {
        let Some((&byte, rest)) = self.rest.split_first() else {
            return 0;
        };
        self.rest = rest;
        byte
    }

    /// Two bytes as a number.
    pub fn number(&mut self) -> usize {
        usize::from(u16::from_be_bytes([self.byte(), self.byte()]))
    }

    /// Up to so many bytes, as many as there are.
    pub fn take(&mut self, n_bytes: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at(n_bytes.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    /// Up to 255 bytes, behind a byte that says how many.
    pub fn short(&mut self) -> &'a [u8] {
        let n_bytes = self.byte().into();
        self.take(n_bytes)
    }
}

/// Whether bit number `at` is set.
#[must_use]
pub fn bit(flags: u8, at: u8) -> bool {
    flags >> at & 1 == 1
}
