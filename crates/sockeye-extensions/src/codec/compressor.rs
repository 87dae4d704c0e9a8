//! Compresses the messages of one direction of a connection (RFC 7692 §7.2.1).
//!
//! Flushes at the end of each frame, so that its receiver can read all of it, and leaves out the
//! tail at the end of each message. Has a state only while it needs one.
//! Whether a message is worth it is decided by its caller.

use alloc::vec::Vec;
use core::fmt::{self, Debug, Formatter};

use flate2::{Compress, FlushCompress};

use super::level::CompressionLevel;
use super::window_bits::WindowBits;
use super::{TAIL, pool};
use crate::extension::EncodeError;

/// What a state is made for, and all that its output depends on besides its input.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Shape {
    pub(crate) level: CompressionLevel,
    /// Distances are at most this window's size.
    pub(crate) window: WindowBits,
}

pub(crate) struct Compressor {
    shape: Shape,
    /// Whether a message may refer to messages before it.
    takeover: bool,
    /// None before the first use, and without takeover between messages.
    state: Option<Compress>,
    /// Whether the state holds what must not be referred to any more.
    is_stale: bool,
}

impl Compressor {
    pub(crate) fn new(shape: Shape, takeover: bool) -> Self {
        Self {
            shape,
            takeover,
            state: None,
            is_stale: false,
        }
    }

    /// Compresses a message in one frame if that makes it shorter, and appends the result to `out`.
    ///
    /// Gives whether it did. If not, nothing was appended, and the message goes out as it is. What
    /// is `alone` refers to nothing before it, and nothing after it refers to it.
    ///
    /// # Errors
    ///
    /// As [`compress`](Self::compress).
    pub(crate) fn compress_whole(
        &mut self,
        payload: &[u8],
        alone: bool,
        out: &mut Vec<u8>,
    ) -> Result<bool, EncodeError> {
        // Nothing is shorter, and the window need not be given up to see that.
        if payload.is_empty() {
            return Ok(false);
        }
        if alone {
            self.forget();
        }
        let start = out.len();
        self.compress(payload, true, out)?;
        let is_shorter = out.len() - start < payload.len();
        if !is_shorter {
            out.truncate(start);
        }
        // The peer's window has not taken in what is sent as it is.
        if alone || !is_shorter {
            self.forget();
        }
        Ok(is_shorter)
    }

    /// Compresses the payload of one frame, and appends the result to `out`.
    ///
    /// # Errors
    ///
    /// [`EncodeError::Failed`] when the library reports what cannot happen.
    pub(crate) fn compress(
        &mut self,
        payload: &[u8],
        end_of_message: bool,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        if payload.is_empty() {
            // RFC 7692 §7.2.3.6: an empty message is the byte 0x00, the head of an empty block
            // without compression. It adds nothing to the window, so the state need not know, and
            // zlib would write nothing where it has just flushed.
            if end_of_message {
                out.push(0x00);
                self.end_early();
            }
            return Ok(());
        }
        let mut state = match self.state.take() {
            Some(mut state) if self.is_stale => {
                state.reset();
                state
            }
            Some(state) => state,
            None => pool::take_compress(self.shape),
        };
        self.is_stale = false;
        let start = out.len();
        if end_of_message && !self.takeover {
            // Leaves a state as new, for less than a reset takes: 3.1 in place of 3.9 µs for all of
            // a message of 200 bytes.
            flush(&mut state, payload, FlushCompress::Full, out)?;
            pool::give_compress(self.shape, state);
        } else {
            flush(&mut state, payload, FlushCompress::Sync, out)?;
            self.state = Some(state);
        }
        if end_of_message {
            // RFC 7692 §7.2.1: remove 4 octets (that are 0x00 0x00 0xff 0xff) from the tail end
            let kept = out[start..].strip_suffix(&TAIL);
            let n_kept = kept.ok_or(EncodeError::Failed)?.len();
            out.truncate(start + n_kept);
        }
        Ok(())
    }

    /// Makes what follows refer to nothing before. Between messages only.
    pub(crate) fn forget(&mut self) {
        self.is_stale = true;
    }

    /// Gives up the memory, which [forgets](Self::forget) too. Between messages only.
    pub(crate) fn release(&mut self) {
        self.state = None;
    }

    #[cfg(test)]
    pub(crate) fn has_state(&self) -> bool {
        self.state.is_some()
    }

    /// Ends a message whose last frame was flushed as if more were to come.
    fn end_early(&mut self) {
        if self.takeover {
            return;
        }
        if let Some(mut state) = self.state.take() {
            state.reset();
            pool::give_compress(self.shape, state);
        }
    }
}

impl Debug for Compressor {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        // Not the state: it holds what was sent.
        f.debug_struct("Compressor")
            .field("shape", &self.shape)
            .field("takeover", &self.takeover)
            .field("has_state", &self.state.is_some())
            .finish_non_exhaustive()
    }
}

/// Compresses `input` so that all of it can be read from what was appended to `out`, which ends in
/// [`TAIL`].
///
/// Makes room for whatever may come before each step: where zlib runs out of it at the end of a
/// flush, it writes a second empty block once there is more. So the same input gives the same
/// bytes, however much room `out` had.
fn flush(
    state: &mut Compress,
    input: &[u8],
    how: FlushCompress,
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    let mut rest = input;
    let mut max_held_bytes = 0;
    while rest.len() > STEP_BYTES {
        let (step, behind) = rest.split_at(STEP_BYTES);
        put(state, step, FlushCompress::None, max_held_bytes, out)?;
        rest = behind;
        max_held_bytes = MAX_HELD_BYTES;
    }
    put(state, rest, how, max_held_bytes, out)
}

/// Gives all of `input` to zlib, which may hold `max_held_bytes` of output from before.
fn put(
    state: &mut Compress,
    input: &[u8],
    how: FlushCompress,
    max_held_bytes: usize,
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    let mut rest = input;
    loop {
        // What does not shrink becomes an eighth longer at most, and a flush adds a few bytes.
        out.reserve(rest.len() + rest.len() / 8 + MAX_FLUSH_BYTES + max_held_bytes);
        let n_before = state.total_in();
        state
            .compress_vec(rest, out, how)
            .map_err(|_| EncodeError::Failed)?;
        let n_taken = usize::try_from(state.total_in() - n_before).unwrap_or(usize::MAX);
        rest = rest.get(n_taken..).ok_or(EncodeError::Failed)?;
        // zlib has written everything once it leaves room.
        if rest.is_empty() && out.len() < out.capacity() {
            return Ok(());
        }
    }
}

/// As much input is given to zlib at once, so that the room which is made for what does not shrink
/// is no large part of what a long message takes.
const STEP_BYTES: usize = 32 * 1024;

/// What zlib can hold back without a flush: one block, which has less than 16384 symbols of 31 bits
/// at most, or as many bytes that wait to be written.
const MAX_HELD_BYTES: usize = 64 * 1024;

/// The blocks' heads and codes, and the empty block that a flush ends with.
const MAX_FLUSH_BYTES: usize = 64;
