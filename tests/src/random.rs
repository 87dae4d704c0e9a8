//! Numbers that look like chance and are the same in every run (SplitMix64).
//!
//! For variety in what tests send; nothing here is hard to guess.

/// A generator; equal seeds give equal numbers.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The generator of `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `limit`, or 0 when that is 0.
    ///
    /// # Panics
    ///
    /// Never on systems whose addresses have 64 bits or fewer.
    pub fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).expect("lengths have at most 64 bits");
        let number = self.next().checked_rem(limit).unwrap_or(0);
        usize::try_from(number).expect("below a length")
    }

    /// One of `choices`.
    ///
    /// # Panics
    ///
    /// If there are none.
    pub fn pick<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())].clone()
    }

    /// A byte.
    pub fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    /// So many bytes.
    pub fn bytes(&mut self, len: usize) -> Vec<u8> {
        let blocks = (0..len.div_ceil(8)).flat_map(|_| self.next().to_le_bytes());
        blocks.take(len).collect()
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        number ^ (number >> 31)
    }
}
