//! How much work compression does.
//!
//! The levels are zlib's. What each costs is said on the type; no level changes what can be decoded.

/// How hard to look for repetitions, from 1 (fast) to 9 (small).
///
/// The levels of zlib. The default is 3: what is above it takes longer than it saves. Messages of
/// JSON by `zlib-rs` without context takeover, in percent of their length and microseconds:
///
/// | level | 200 bytes | 1 KiB | 4 KiB | 64 KiB |
/// |---|---|---|---|---|
/// | 1 | 72 %, 3.6 | 48 %, 5.3 | 43 %, 14 | 38 %, 194 |
/// | 2 | 62 %, 7.6 | 35 %, 12 | 29 %, 24 | 27 %, 293 |
/// | 3 | 62 %, 7.7 | 34 %, 13 | 28 %, 29 | 25 %, 375 |
/// | 4 | 62 %, 7.7 | 34 %, 13 | 27 %, 33 | 24 %, 495 |
/// | 5 | 62 %, 8.0 | 33 %, 14 | 27 %, 35 | 23 %, 565 |
/// | 6 | 62 %, 8.0 | 33 %, 14 | 26 %, 36 | 23 %, 759 |
/// | 9 | 62 %, 8.6 | 34 %, 17 | 27 %, 52 | 23 %, 1448 |
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
