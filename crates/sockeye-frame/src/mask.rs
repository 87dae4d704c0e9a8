//! Masks and unmasks payloads (RFC 6455 §5.3).
//!
//! Masking and unmasking are the same exclusive-or, so there is one verb for both. The work is
//! done in steps of safe code, which the compiler turns into vector instructions. A long payload is
//! masked from an aligned address on: half of the vectors of one that lies elsewhere touch two
//! cache lines, which costs twice the time. Where keys come from is not decided here: the entropy
//! is the caller's.

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
        if data.len() < ALIGNED_FROM {
            return mask(self.rotated(offset), data);
        }
        let n_before = data.as_ptr().align_offset(ALIGNMENT).min(data.len());
        let (unaligned, aligned) = data.split_at_mut(n_before);
        mask(self.rotated(offset), unaligned);
        mask(self.rotated(offset.wrapping_add(n_before)), aligned);
    }

    /// Appends `payload`, masked from its first byte, to `out`.
    ///
    /// Masks while copying, so that the payload is read once; `out` grows at most once.
    ///
    /// Source: RFC 6455 §5.3.
    #[inline]
    pub fn append_masked(self, payload: &[u8], out: &mut Vec<u8>) {
        let key = self.repeated();
        let (steps, rest) = payload.as_chunks();
        out.reserve(payload.len());
        // Extending by an iterator over arrays is how safe code writes into room that was not
        // zeroed first, in steps rather than byte by byte.
        out.extend(steps.iter().flat_map(|step| mask_step(*step, key)));
        out.extend(rest.iter().zip(key).map(|(byte, key)| byte ^ key));
    }

    /// The key's bytes in the order of the wire.
    #[inline]
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 4] {
        self.0
    }

    /// The key as the byte at `offset` of a payload sees it.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "it is below four")]
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
    const fn repeated(self) -> Step {
        let [a, b, c, d] = self.0;
        [a, b, c, d, a, b, c, d, a, b, c, d, a, b, c, d]
    }
}

impl From<[u8; 4]> for MaskKey {
    #[inline]
    fn from(bytes: [u8; 4]) -> Self {
        Self(bytes)
    }
}

/// Masks `data`, whose first byte goes with the first byte of `key`.
#[inline]
fn mask(key: MaskKey, data: &mut [u8]) {
    let step_key = key.repeated();
    let (blocks, rest) = data.as_chunks_mut::<BLOCK>();
    for block in blocks {
        let (steps, _) = block.as_chunks_mut();
        for step in steps {
            *step = mask_step(*step, step_key);
        }
    }
    let (steps, rest) = rest.as_chunks_mut();
    for step in steps {
        *step = mask_step(*step, step_key);
    }
    // Less than a step; a loop over it would cost more than the work.
    let [k0, k1, k2, k3] = key.0;
    let half_key = u64::from_ne_bytes([k0, k1, k2, k3, k0, k1, k2, k3]);
    let rest = match rest.split_first_chunk_mut() {
        Some((half, rest)) => {
            *half = (u64::from_ne_bytes(*half) ^ half_key).to_ne_bytes();
            rest
        }
        None => rest,
    };
    let rest = match rest.split_first_chunk_mut() {
        Some((word, rest)) => {
            *word = (u32::from_ne_bytes(*word) ^ u32::from_ne_bytes(key.0)).to_ne_bytes();
            rest
        }
        None => rest,
    };
    for (byte, key) in rest.iter_mut().zip(key.0) {
        *byte ^= key;
    }
}

#[inline]
fn mask_step(mut step: Step, key: Step) -> Step {
    for (byte, key) in step.iter_mut().zip(key) {
        *byte ^= key;
    }
    step
}

/// What is masked at once: the smallest vector of all common processors. Its length is a multiple
/// of the key's four bytes, so that every step starts in the same phase.
type Step = [u8; 16];

/// Steps in a row without a test in between.
const BLOCK: usize = 4 * size_of::<Step>();

/// Address of which long payloads are masked from multiples on: the length of a cache line.
const ALIGNMENT: usize = 64;

/// Bytes from which looking for an aligned address pays.
const ALIGNED_FROM: usize = 512;
