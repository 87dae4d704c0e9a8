//! The size of an LZ77 sliding window, as a power of two (RFC 7692 §7.1.2).
//!
//! Reads the values of the window parameters too. What is agreed on is decided elsewhere.

use core::fmt::{self, Display, Formatter};

/// How far back compressed data refer: 2 to the power of this number, in bytes.
///
/// From 8 (256 bytes) to 15 (32 KiB), which is the default. A smaller window needs less memory
/// in the compressor and compresses less.
///
/// Source: RFC 7692 §7.1.2.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct WindowBits(u8);

impl WindowBits {
    /// The smallest, 256 bytes.
    pub const MIN: Self = Self(8);
    /// The largest, 32 KiB.
    pub const MAX: Self = Self(15);

    /// `None` when `bits` is not in 8 to 15.
    #[must_use]
    pub const fn new(bits: u8) -> Option<Self> {
        match bits {
            8..=15 => Some(Self(bits)),
            _ => None,
        }
    }

    /// The number, 8 to 15.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The same, or `None` for the largest: what need not be said is not said.
    pub(crate) fn less_than_max(self) -> Option<Self> {
        (self < Self::MAX).then_some(self)
    }

    /// Reads the value of a parameter.
    pub(crate) fn parse(value: &str) -> Option<Self> {
        // RFC 7692 §7.1.2.1: a decimal integer value without leading zeroes between 8 to 15
        // inclusive; FromStr of numbers would take a sign and zeros
        match value.as_bytes() {
            [digit @ b'8'..=b'9'] => Some(Self(digit - b'0')),
            [b'1', digit @ b'0'..=b'5'] => Some(Self(10 + (digit - b'0'))),
            _ => None,
        }
    }
}

impl Default for WindowBits {
    fn default() -> Self {
        Self::MAX
    }
}

impl Display for WindowBits {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(&self.0, f)
    }
}
