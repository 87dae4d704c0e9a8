//! Masks and unmasks payloads (RFC 6455 §5.3).
//!
//! Masking and unmasking are the same exclusive-or, so there is one verb for both. The work is
//! done eight bytes at a time in safe code, in loops that the compiler turns into vector
//! instructions. Where keys come from is not decided here: the entropy is the caller's.

#[cfg(test)]
mod tests;

use alloc::vec::Vec;

/// The four bytes that a client's payload is combined with.
///
/// A key should come from a strong source of entropy and be fresh for every frame (§10.3).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct MaskKey([u8; 4]);

impl MaskKey {
    /// Masks or unmasks `data` in place.
    ///
    /// `offset` is the number of payload bytes of this frame already processed, so that a
    /// payload which arrives in pieces can be treated piece by piece; `0` at its start.
    ///
    /// Source: RFC 6455 §5.3.
    #[inline]
    pub fn apply(self, offset: usize, data: &mut [u8]) {
        let key = self.rotated(offset);
        let (steps, rest) = data.as_chunks_mut::<STEP>();
        for step in steps {
            *step = key.mask_step(*step);
        }
        key.mask_rest(rest);
    }

    /// Appends `payload`, masked from its first byte, to `out`.
    ///
    /// Masks while copying, so that the payload is read once; `out` grows at most once.
    ///
    /// Source: RFC 6455 §5.3.
    #[inline]
    pub fn append_masked(self, payload: &[u8], out: &mut Vec<u8>) {
        out.reserve(payload.len());
        for block in payload.chunks(BLOCK) {
            let start = out.len();
            out.extend_from_slice(block);
            if let Some(copied) = out.get_mut(start..) {
                self.apply(0, copied);
            }
        }
    }

    /// The key's bytes in the order of the wire.
    #[inline]
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 4] {
        self.0
    }

    /// The key as the byte at `offset` of a payload sees it.
    #[inline]
    const fn rotated(self, offset: usize) -> Self {
        // RFC 6455 §5.3: octet i of the result is octet i of the payload XOR octet i MOD 4 of
        // the key. Big-endian puts octet 0 on top, so that rotating left skips octets.
        let skipped_bits = (offset % 4) as u32 * 8;
        Self(
            u32::from_be_bytes(self.0)
                .rotate_left(skipped_bits)
                .to_be_bytes(),
        )
    }

    #[inline]
    const fn mask_step(self, step: [u8; STEP]) -> [u8; STEP] {
        let [a, b, c, d] = self.0;
        let key = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
        (u64::from_ne_bytes(step) ^ key).to_ne_bytes()
    }

    #[inline]
    fn mask_rest(self, rest: &mut [u8]) {
        for (byte, key) in rest.iter_mut().zip(self.0.iter().cycle()) {
            *byte ^= key;
        }
    }
}

impl From<[u8; 4]> for MaskKey {
    #[inline]
    fn from(bytes: [u8; 4]) -> Self {
        Self(bytes)
    }
}

/// Bytes masked at once; a multiple of the key's four, so that the phase stays the same.
const STEP: usize = 8;

/// Bytes copied before they are masked, few enough to be still in the first-level cache.
const BLOCK: usize = 4096;
