//! A small generator of numbers of its own (xorshift64*), so that runs are the same everywhere.

pub struct Random(u64);

impl Random {
    /// `seed` must not be 0.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    pub fn below(&mut self, limit: u32) -> u32 {
        let number = (self.next() >> 16) % u64::from(limit);
        u32::try_from(number).expect("below a u32")
    }

    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        let limit = u32::try_from(of.len()).expect("a short list");
        of[self.below(limit) as usize]
    }
}
