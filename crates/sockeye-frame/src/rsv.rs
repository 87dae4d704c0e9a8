//! The three reserved bits of a frame, which extensions may claim (RFC 6455 §5.2, §9.2).
//!
//! A set of bits, nothing more: what RSV1 means is for the extension that claimed it.

use core::fmt;
use core::ops::BitOr;

/// A set of the bits RSV1, RSV2 and RSV3.
#[derive(Clone, Copy, Default, Eq, Hash, PartialEq)]
pub struct Rsv(u8);

impl Rsv {
    /// No bit, as on every frame of a connection without extensions.
    pub const NONE: Self = Self(0);
    /// The first reserved bit, `0x40`; permessage-deflate marks compressed messages with it.
    pub const RSV1: Self = Self(0x40);
    /// The second reserved bit, `0x20`.
    pub const RSV2: Self = Self(0x20);
    /// The third reserved bit, `0x10`.
    pub const RSV3: Self = Self(0x10);

    /// The reserved bits of a frame's first byte.
    #[inline]
    pub(crate) const fn from_first_byte(byte: u8) -> Self {
        Self(byte & 0x70)
    }

    /// Whether all bits of `other` are set.
    #[inline]
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any bit is set in both.
    #[inline]
    #[must_use]
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether no bit is set.
    #[inline]
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The bits set in either; the operator `|` does the same.
    #[inline]
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The bits set here and not in `other`.
    #[inline]
    #[must_use]
    pub const fn difference(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The bits where they stand in a frame's first byte: RSV1 `0x40`, RSV2 `0x20`, RSV3 `0x10`.
    #[inline]
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }
}

impl BitOr for Rsv {
    type Output = Self;

    #[inline]
    fn bitor(self, other: Self) -> Self {
        self.union(other)
    }
}

impl fmt::Debug for Rsv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rsv({self})")
    }
}

/// Writes the names of the bits, as in `RSV1|RSV3`, or `none`.
impl fmt::Display for Rsv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("none");
        }
        let mut separator = "";
        for (bit, name) in [
            (Self::RSV1, "RSV1"),
            (Self::RSV2, "RSV2"),
            (Self::RSV3, "RSV3"),
        ] {
            if self.contains(bit) {
                write!(f, "{separator}{name}")?;
                separator = "|";
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::Rsv;

    #[test]
    fn bits_form_a_set() {
        let both = Rsv::RSV1 | Rsv::RSV3;
        assert!(both.contains(Rsv::RSV1) && both.contains(Rsv::NONE) && both.contains(both));
        assert!(!both.contains(Rsv::RSV1 | Rsv::RSV2));
        assert!(both.intersects(Rsv::RSV1 | Rsv::RSV2));
        assert!(!both.intersects(Rsv::RSV2) && !both.intersects(Rsv::NONE));
        assert_eq!(both.difference(Rsv::RSV1), Rsv::RSV3);
        assert!(both.difference(both).is_empty());
        assert_eq!(both.bits(), 0x50);
        assert_eq!(both | Rsv::RSV3, both);
    }

    #[test]
    fn only_the_reserved_bits_of_the_first_byte_count() {
        assert_eq!(
            Rsv::from_first_byte(0xFF),
            Rsv::RSV1 | Rsv::RSV2 | Rsv::RSV3
        );
        assert_eq!(Rsv::from_first_byte(0x8F), Rsv::NONE);
    }

    #[test]
    fn bits_are_shown_by_name() {
        assert_eq!((Rsv::RSV1 | Rsv::RSV3).to_string(), "RSV1|RSV3");
        assert_eq!(Rsv::NONE.to_string(), "none");
        assert_eq!(std::format!("{:?}", Rsv::RSV2), "Rsv(RSV2)");
    }
}
