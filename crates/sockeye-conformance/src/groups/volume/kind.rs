//! Text or binary, and contents for either that never repeat themselves.

use crate::script::{Event, binary, text};
use crate::wire::Pen;

/// What messages are of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Text,
    Binary,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Binary => "binary",
        }
    }

    pub(super) fn opcode(self) -> u8 {
        match self {
            Self::Text => 0x1,
            Self::Binary => 0x2,
        }
    }

    /// A whole message.
    pub(super) fn frame(self, pen: Pen, payload: &[u8]) -> Vec<u8> {
        pen.frame(0x80 | self.opcode(), payload)
    }

    /// The message that comes back.
    pub(super) fn event(self, payload: &[u8]) -> Event {
        match self {
            Self::Text => text(payload),
            Self::Binary => binary(payload),
        }
    }

    /// Bytes that are the same each time for the same `seed`. A piece that is lost, doubled or out
    /// of place shows, which it would not among bytes that are all alike.
    pub(super) fn contents(self, seed: u64, len: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(len + 8);
        let mut state = seed;
        while bytes.len() < len {
            bytes.extend_from_slice(&self.word(&mut state).to_le_bytes());
        }
        bytes.truncate(len);
        bytes
    }

    /// The next eight bytes, by SplitMix64; for text they are letters and the like.
    fn word(self, state: &mut u64) -> u64 {
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (*state ^ *state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        let word = mixed ^ mixed >> 31;
        match self {
            Self::Text => word & 0x1f1f_1f1f_1f1f_1f1f | 0x4040_4040_4040_4040,
            Self::Binary => word,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_ascii_and_nothing_repeats_itself() {
        let text = Kind::Text.contents(0, 1003);
        assert_eq!(text.len(), 1003);
        assert!(text.iter().all(u8::is_ascii_graphic));
        assert_ne!(text[..16], text[16..32]);
        assert_ne!(text, Kind::Text.contents(1, 1003));
    }
}
