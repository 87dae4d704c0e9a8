//! The memory of one message that is being put together.
//!
//! One contiguous buffer that grows with what has arrived, never with what was announced. Plain
//! payload is kept so that the caller can read into its end; what an extension decodes goes to a
//! vector, because extensions append to one. Limits are checked by `assembly.rs` before bytes come
//! here.

use alloc::vec::Vec;

use bytes::{Bytes, BytesMut};

/// Bytes of one message, in the one or the other kind of memory.
#[derive(Debug)]
pub(crate) enum Buffer {
    /// Nothing but plain payload so far.
    Plain(BytesMut),
    /// Some of it was decoded by an extension.
    Decoded(Vec<u8>),
}

impl Buffer {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Plain(bytes) => bytes.len(),
            Self::Decoded(bytes) => bytes.len(),
        }
    }

    pub(crate) fn append(&mut self, bytes: &[u8], growth: Growth) {
        match self {
            Self::Plain(buffer) => {
                let n_come = buffer.len() + bytes.len();
                reserve(buffer, bytes.len(), n_come, growth);
                buffer.extend_from_slice(bytes);
            }
            Self::Decoded(buffer) => buffer.extend_from_slice(bytes),
        }
    }

    /// The vector that extensions append to.
    #[expect(clippy::unreachable, reason = "the variant was replaced just before")]
    pub(crate) fn decoded(&mut self) -> &mut Vec<u8> {
        if let Self::Plain(bytes) = self {
            *self = Self::Decoded(Vec::from(core::mem::take(bytes)));
        }
        match self {
            Self::Decoded(bytes) => bytes,
            Self::Plain(_) => unreachable!("replaced above"),
        }
    }

    /// Takes the bytes out, in memory at most twice their size.
    pub(crate) fn take(&mut self) -> Bytes {
        match self {
            Self::Plain(bytes) => {
                let bytes = core::mem::take(bytes);
                if is_wasteful(bytes.capacity(), bytes.len()) {
                    Bytes::copy_from_slice(&bytes)
                } else {
                    bytes.freeze()
                }
            }
            Self::Decoded(bytes) => {
                let mut bytes = core::mem::take(bytes);
                if is_wasteful(bytes.capacity(), bytes.len()) {
                    bytes.shrink_to_fit();
                }
                Bytes::from(bytes)
            }
        }
    }
}

impl Default for Buffer {
    fn default() -> Self {
        Self::Plain(BytesMut::new())
    }
}

/// Whether keeping `len` bytes in memory of `capacity` takes more than twice their size.
///
/// Memory of exactly their size needs no record; the record is what counts for small messages.
const fn is_wasteful(capacity: usize, len: usize) -> bool {
    capacity > len && capacity - len + RECORD_BYTES > len
}

/// How far a message's memory may grow ahead of its bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Growth {
    /// Bytes that are still to come, as far as that is known.
    pub(crate) expected: usize,
    /// Bytes that the peer has sent in the last message that was put together.
    pub(crate) earned: usize,
}

/// Makes room for `len` bytes, and for more as they are expected to come; `n_come` are here.
///
/// Doubles what is there, so that appending is linear, and takes no more than is expected. A peer
/// that has sent as much before gets the room of that message at once when this one has begun to
/// come: it holds no more than it has sent.
pub(crate) fn reserve(buffer: &mut BytesMut, len: usize, n_come: usize, growth: Growth) {
    if buffer.capacity() - buffer.len() >= len {
        return;
    }
    let doubling = (2 * buffer.capacity() - buffer.len()).max(MIN_GROWTH);
    // Not for a header alone: nothing is had before bytes of this very message have come.
    let earned = match n_come >= MIN_BEGUN {
        true => growth.earned.saturating_sub(buffer.len()),
        false => 0,
    };
    let ahead = doubling.max(earned);
    // And the last few bytes: to grow once more for them would take all of the memory twice.
    let n_few = (buffer.len() / 8).min(MIN_GROWTH);
    let ahead = match growth.expected.saturating_sub(ahead) <= n_few {
        true => growth.expected,
        false => ahead,
    };
    grow(buffer, ahead.max(len));
}

/// Makes room for exactly `n_more` bytes, where there is less.
fn grow(buffer: &mut BytesMut, n_more: usize) {
    // What `BytesMut::reserve` would make of less than twice the capacity.
    if buffer.len() + n_more >= 2 * buffer.capacity() {
        return buffer.reserve(n_more);
    }
    let mut larger = BytesMut::with_capacity(buffer.len() + n_more);
    larger.extend_from_slice(buffer);
    *buffer = larger;
}

/// What `Bytes` allocates beside memory that is larger than its bytes: where it begins, how large
/// it is, and how many share it.
const RECORD_BYTES: usize = size_of::<[usize; 3]>();

/// Bytes of a message from which it has begun to come: enough to be worth growing once for.
const MIN_BEGUN: usize = 1024;

/// First growth in bytes: memory that a header alone, without payload, makes us hold.
const MIN_GROWTH: usize = 4096;

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn what_is_taken_out_holds_at_most_twice_its_size() {
        for len in [
            1_usize, 8, 9, 10, 31, 32, 33, 65, 100, 129, 4096, 5000, 100_000,
        ] {
            for part_len in [1, 5, 1000] {
                let [mut plain, mut decoded] = [Buffer::default(), Buffer::default()];
                for part in vec![7; len].chunks(part_len) {
                    plain.append(
                        part,
                        Growth {
                            expected: part.len(),
                            earned: 0,
                        },
                    );
                    decoded.decoded().extend_from_slice(part);
                }
                for buffer in [&mut plain, &mut decoded] {
                    let bytes = buffer.take();
                    assert_eq!(bytes, vec![7; len]);
                    // Nobody else has it, so this shows the memory behind it.
                    let capacity = bytes.try_into_mut().unwrap().capacity();
                    let record = if capacity > len { RECORD_BYTES } else { 0 };
                    assert!(capacity + record <= 2 * len, "{capacity} bytes for {len}");
                    assert_eq!(buffer.len(), 0);
                }
            }
        }
    }

    #[test]
    fn what_takes_at_most_twice_its_size_is_not_copied() {
        let twice = 2000 - RECORD_BYTES;
        for (capacity, len, kept_capacity) in [
            (8, 8, 8),
            (1000, 1000, 1000),
            (twice, 1000, twice),
            (twice + 1, 1000, 1000),
        ] {
            let (mut plain, mut decoded) = (
                BytesMut::with_capacity(capacity),
                Vec::with_capacity(capacity),
            );
            plain.resize(len, 7);
            decoded.resize(len, 7);
            let place = plain.as_ptr();
            let [plain, decoded] =
                [Buffer::Plain(plain), Buffer::Decoded(decoded)].map(|mut buffer| buffer.take());
            assert_eq!(plain.as_ptr() == place, kept_capacity == capacity);
            for bytes in [plain, decoded] {
                assert_eq!(bytes, vec![7; len]);
                assert_eq!(bytes.try_into_mut().unwrap().capacity(), kept_capacity);
            }
        }
    }

    #[test]
    fn earned_memory_is_had_at_once_when_a_message_has_begun() {
        for (len, capacity) in [(1023, 4096), (1024, 100_000)] {
            let mut buffer = Buffer::default();
            let growth = Growth {
                expected: 100_000,
                earned: 100_000,
            };
            buffer.append(&vec![7; len], growth);
            let Buffer::Plain(bytes) = &buffer else {
                panic!("nothing was decoded");
            };
            assert_eq!(bytes.capacity(), capacity, "after {len} bytes");
        }
    }

    #[test]
    fn memory_doubles_and_takes_no_more_than_is_expected() {
        for (len, expected, capacity) in [
            (8000, 100, 8100),
            (8000, 8000, 16_000),
            // The last few bytes come with those before them: an eighth of what there is,
            (8000, 9000, 17_000),
            (8000, 9001, 16_000),
            // and no more than the first growth.
            (80_000, 84_096, 164_096),
            (80_000, 84_097, 160_000),
        ] {
            let mut buffer = BytesMut::from(&vec![7; len][..]);
            let growth = Growth {
                expected,
                earned: 0,
            };
            reserve(&mut buffer, 1, len, growth);
            assert_eq!(buffer, vec![7; len]);
            assert_eq!(buffer.capacity(), capacity, "{expected} expected");
        }
    }
}
