//! The payload of frames to send, in whatever memory it is in (RFC 6455 §5.3).
//!
//! Decides whether it is copied into the queue or queued by reference, and masks it where it may.
//! Knows nothing of headers; `frame_writer.rs` lays the frames out.

use alloc::vec::Vec;

use bytes::{Bytes, BytesMut};
use sockeye_frame::{MaskKey, Role};

/// A payload to send, in the memory it is in.
#[derive(Debug)]
pub(crate) enum Outgoing<'a> {
    /// The caller's; must be copied.
    Lent(&'a [u8]),
    /// Shared with others; must not be changed.
    Shared(Bytes),
    /// Nobody else's; can be masked where it is.
    Unique(BytesMut),
}

impl Outgoing<'_> {
    /// A payload that is queued by reference if it is long enough for that to pay.
    #[inline]
    pub(crate) fn from_bytes(payload: Bytes, role: Role) -> Self {
        if role.masks() && payload.len() >= MIN_SPLICED_BYTES {
            return match payload.try_into_mut() {
                Ok(payload) => Self::Unique(payload),
                Err(payload) => Self::Shared(payload),
            };
        }
        Self::Shared(payload)
    }

    #[inline]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Lent(payload) => payload,
            Self::Shared(payload) => payload,
            Self::Unique(payload) => payload,
        }
    }

    /// Splits off the first `len` bytes; there are as many.
    pub(crate) fn split_to(&mut self, len: usize) -> Self {
        match self {
            Self::Lent(payload) => {
                let (head, tail) = payload.split_at(len);
                *payload = tail;
                Self::Lent(head)
            }
            Self::Shared(payload) => Self::Shared(payload.split_to(len)),
            Self::Unique(payload) => Self::Unique(payload.split_to(len)),
        }
    }

    /// Whether copying the payload behind its header is better than queueing it by reference.
    #[inline]
    pub(crate) fn is_copied(&self, masked: bool) -> bool {
        match self {
            Self::Lent(_) => true,
            // A shared payload is copied anyhow when it is masked.
            Self::Shared(payload) if masked => payload.len() < MIN_MASKED_APART_BYTES,
            Self::Shared(payload) => payload.len() < MIN_SPLICED_BYTES,
            Self::Unique(payload) => payload.len() < MIN_SPLICED_BYTES,
        }
    }

    /// The payload in memory that can be queued, masked if there is a key.
    pub(crate) fn into_masked(self, mask: Option<MaskKey>) -> Bytes {
        let (payload, key) = match (self, mask) {
            (Self::Shared(payload), None) => return payload,
            (Self::Unique(payload), None) => return payload.freeze(),
            (Self::Lent(payload), None) => return Bytes::copy_from_slice(payload),
            (Self::Unique(mut payload), Some(key)) => {
                key.apply(0, &mut payload);
                return payload.freeze();
            }
            (payload, Some(key)) => (payload, key),
        };
        let mut masked = Vec::new();
        key.append_masked(payload.as_bytes(), &mut masked);
        Bytes::from(masked)
    }
}

/// Bytes from which a payload is queued by reference; below, copying it is cheaper than a further
/// slice in a vectored write.
pub(crate) const MIN_SPLICED_BYTES: usize = 2048;

/// Bytes from which the masked copy of a shared payload gets memory of its own, so that the
/// buffer which small frames share does not grow large.
const MIN_MASKED_APART_BYTES: usize = 32 * 1024;

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    fn bytes(len: usize) -> Bytes {
        BytesMut::from(&vec![7; len][..]).freeze()
    }

    #[test]
    fn memory_that_nobody_else_holds_is_taken_to_mask_long_payloads_in_it() {
        let shared = bytes(5000);
        for (payload, role, is_taken) in [
            (bytes(2048), Role::Client, true),
            (bytes(2047), Role::Client, false),
            (bytes(5000), Role::Server, false),
            (shared.clone(), Role::Client, false),
        ] {
            let outgoing = Outgoing::from_bytes(payload, role);
            assert_eq!(matches!(outgoing, Outgoing::Unique(_)), is_taken);
        }
        assert_eq!(shared, vec![7; 5000]);
    }

    #[test]
    fn short_payloads_are_copied_and_shared_ones_that_are_masked() {
        let shared = |len| Outgoing::Shared(bytes(len));
        let unique = |len: usize| Outgoing::Unique(BytesMut::from(&vec![7; len][..]));
        for (payload, masked, is_copied) in [
            (Outgoing::Lent(&[7; 100_000]), false, true),
            (Outgoing::Lent(&[7; 100_000]), true, true),
            (shared(2047), false, true),
            (shared(2048), false, false),
            (shared(32_767), true, true),
            (shared(32_768), true, false),
            (unique(2047), true, true),
            (unique(2048), true, false),
        ] {
            let len = payload.as_bytes().len();
            assert_eq!(payload.is_copied(masked), is_copied, "{len} {masked}");
        }
    }
}
