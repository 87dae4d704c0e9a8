//! Numbers as if by chance, the same ones each time.

/// Marsaglia's xorshift: no more than variety is asked of it.
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// From a seed, which must not be 0.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number, which is less than `n`.
    pub const fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % n
    }
}
