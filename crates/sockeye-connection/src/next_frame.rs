//! What comes next, told without taking it in (RFC 6455 §5.2, §5.5).
//!
//! Pings are to be answered and a Close echoed also while nobody wants messages. A caller who holds
//! bytes back until somebody does learns here how many of them are a control frame, of which part
//! may have been taken in. Whether it is a valid one shows when it is fed.

/// The frame that comes next, as far as bytes that have not been fed tell.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NextFrame {
    /// A control frame that is whole with the first of the bytes. Fed alone, they bring no message.
    Control {
        /// How many bytes, at least one.
        len: usize,
    },
    /// Nothing has come of it, or a part of what is or may be a control frame. Nor is there a next
    /// one when nothing is received any more.
    Incomplete,
    /// A data frame, or any frame while a message is under way.
    Data,
}

impl NextFrame {
    /// Where `taken`, the part of its header that has been taken in, is followed by `bytes`.
    pub(crate) fn new(taken: &[u8], bytes: &[u8]) -> Self {
        let mut head = taken.iter().chain(bytes);
        let Some(first) = head.next() else {
            return Self::Incomplete;
        };
        // RFC 6455 §5.5: all opcodes with the most significant bit set are control frames, of at
        // most 125 bytes. A longer one is found to be wrong by its first two bytes.
        if first & 0x08 == 0 {
            return Self::Data;
        }
        let Some(second) = head.next() else {
            return Self::Incomplete;
        };
        let mask_len = if second & 0x80 == 0 { 0 } else { 4 };
        let len = match usize::from(second & 0x7f) {
            payload_len @ ..=125 => 2 + mask_len + payload_len,
            _ => 2,
        };
        Self::control(len.saturating_sub(taken.len()), bytes.len())
    }

    /// A control frame of which `missing` bytes have not been taken in, and `n_here` are here.
    pub(crate) const fn control(missing: usize, n_here: usize) -> Self {
        if missing <= n_here {
            Self::Control { len: missing }
        } else {
            Self::Incomplete
        }
    }
}

#[cfg(test)]
mod tests;
