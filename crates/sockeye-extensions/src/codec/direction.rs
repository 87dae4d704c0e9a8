//! How what one peer sends is compressed (RFC 7692 §7.1).

use super::window_bits::WindowBits;

/// How the messages, or frames, of one peer are compressed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Direction {
    /// Whether one may refer to those before it.
    pub(crate) takeover: bool,
    pub(crate) window: WindowBits,
}

impl Direction {
    /// Each by itself, with the largest window.
    pub(crate) const WITHOUT_TAKEOVER: Self = Self {
        takeover: false,
        window: WindowBits::MAX,
    };
}
