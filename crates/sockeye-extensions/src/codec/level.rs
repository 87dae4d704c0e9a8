//! How much work compression does.
//!
//! The levels are zlib's. What each costs is said on the type; no level changes what can be decoded.

/// How hard to look for repetitions, from 1 (fast) to 9 (small).
///
/// LEVEL_TABLE
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct CompressionLevel(u8);

impl CompressionLevel {
    /// The least work: 1.
    pub const FASTEST: Self = Self(1);
    /// The most work: 9.
    pub const SMALLEST: Self = Self(9);

    /// `None` when `level` is not in 1 to 9; to send everything as it is, agree on no compression.
    #[must_use]
    pub const fn new(level: u8) -> Option<Self> {
        match level {
            1..=9 => Some(Self(level)),
            _ => None,
        }
    }

    /// The number, 1 to 9.
    #[must_use]
    pub const fn level(self) -> u8 {
        self.0
    }
}

impl Default for CompressionLevel {
    fn default() -> Self {
        Self(3)
    }
}
