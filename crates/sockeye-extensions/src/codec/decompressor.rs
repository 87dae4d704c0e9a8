//! Decompresses the messages of one direction of a connection (RFC 7692 §7.2.2).
//!
//! Takes the bytes as they arrive and gives what can be known from them, within a bound that
//! holds before memory is asked for.
//!
//! Notices a message that is cut off, wherever that shows. Without context takeover it always does:
//! behind the tail a final block is read, which only stands where a block may begin. With it nothing
//! may be added behind the tail, and whether zlib stands between two blocks is not told by flate2.
//! So a message that is cut off in the head of a block, or in a long code, so that the tail is taken
//! for more of it and gives nothing, is given as far as it came. What follows is then read as the
//! rest of that block, as a rule an error. Only a broken or hostile peer sends that, and it could as
//! well send the messages that come of it.
//!
//! After a final block (§7.2.3.4) a new stream begins at the next byte. It may refer to the last
//! 32 KiB of the same message, with context takeover; what was before the message is gone then,
//! since flate2 cannot keep it. Compressors that end a stream start anew, so nobody is known to
//! refer over one; who does gets an error, never wrong bytes.

use alloc::vec::Vec;
use core::fmt::{self, Debug, Formatter};

use flate2::{Decompress, FlushDecompress, Status};

use super::{TAIL, pool};
use crate::extension::DecodeError;
use crate::work::Work;

pub(crate) struct Decompressor {
    /// Whether a message may refer to messages before it.
    takeover: bool,
    /// None before the first use, and without takeover between messages.
    state: Option<Decompress>,
    /// Whether nothing was taken in since the message began, or since the last final block of it.
    is_at_start: bool,
    /// The end of what earlier calls gave of this message, with takeover.
    recent: Vec<u8>,
    /// How often this message's output was made a dictionary.
    n_dictionaries: u32,
    /// How often zlib was called.
    work: Work,
}

impl Decompressor {
    pub(crate) fn new(takeover: bool) -> Self {
        Self {
            takeover,
            state: None,
            is_at_start: true,
            recent: Vec::new(),
            n_dictionaries: 0,
            work: Work::default(),
        }
    }

    /// Decompresses the next bytes of a message, and appends the result to `out`.
    ///
    /// Not to be called again after an error.
    ///
    /// # Errors
    ///
    /// - [`DecodeError::TooBig`]: there is more than `max_bytes` to append. Memory was asked for
    ///   up to that only.
    /// - [`DecodeError::InvalidData`]: not DEFLATE, or the message ends within a block.
    pub(crate) fn decompress(
        &mut self,
        payload: &[u8],
        end_of_message: bool,
        max_bytes: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        let start = out.len();
        // The call, one more when it fills the room that there was, and a stream for each byte.
        self.work.allow(2 + payload.len());
        if !payload.is_empty() {
            let mut state = self.state.take().unwrap_or_else(pool::take_decompress);
            let mut target = Target {
                end: start.saturating_add(max_bytes),
                start,
                out,
            };
            self.inflate(&mut state, payload, &mut target)?;
            self.state = Some(state);
        }
        if end_of_message {
            self.end_message(&out[start..])
        } else {
            self.keep_recent(&out[start..]);
            Ok(())
        }
    }

    #[cfg(test)]
    pub(crate) fn has_state(&self) -> bool {
        self.state.is_some()
    }

    /// How much room the end of a message takes, which a later stream of it may refer to.
    #[cfg(test)]
    pub(crate) fn n_recent_bytes(&self) -> usize {
        self.recent.capacity()
    }

    #[cfg(test)]
    pub(crate) const fn n_steps(&self) -> usize {
        self.work.n_steps()
    }

    fn inflate(
        &mut self,
        state: &mut Decompress,
        mut input: &[u8],
        target: &mut Target<'_>,
    ) -> Result<(), DecodeError> {
        loop {
            self.work.step(1);
            let n_before = target.out.len();
            let step = target.step(state, input)?;
            self.work
                .allow((target.out.len() - n_before) / MIN_ROOM_BYTES);
            input = input.get(step.n_taken..).unwrap_or_default();
            self.is_at_start = step.is_end_of_stream;
            if step.is_end_of_stream {
                self.start_stream(state, &target.out[target.start..])?;
                if input.is_empty() {
                    return Ok(());
                }
            } else if !step.is_full {
                // zlib takes in everything as long as it has room.
                return match input {
                    [] => Ok(()),
                    _ => Err(DecodeError::InvalidData),
                };
            }
        }
    }

    /// Begins anew behind a final block; `given` is what this call has given.
    fn start_stream(&mut self, state: &mut Decompress, given: &[u8]) -> Result<(), DecodeError> {
        state.reset(false);
        let may_refer = self.takeover && self.n_dictionaries < MAX_DICTIONARIES;
        if !may_refer {
            return Ok(());
        }
        self.n_dictionaries += 1;
        let joined;
        let dictionary = if given.len() >= WINDOW_BYTES || self.recent.is_empty() {
            given
        } else {
            joined = [&self.recent, given].concat();
            &joined
        };
        match last(dictionary) {
            [] => Ok(()),
            dictionary => state
                .set_dictionary(dictionary)
                .map(drop)
                .map_err(|_| DecodeError::InvalidData),
        }
    }

    /// Takes in what the sender left out; `given` is what this call has given.
    fn end_message(&mut self, given: &[u8]) -> Result<(), DecodeError> {
        let Some(mut state) = self.state.take() else {
            // Nothing but empty frames, which is taken for an empty message.
            return Ok(());
        };
        // Behind a final block nothing was left out. Messages that end there lack the byte that
        // RFC 7692 §7.2.3.4 shows, and can be read all the same.
        if !self.is_at_start {
            self.take_tail(&mut state, given)?;
        }
        self.is_at_start = true;
        self.n_dictionaries = 0;
        self.recent = Vec::new();
        if self.takeover {
            self.state = Some(state);
        } else {
            pool::give_decompress(state);
        }
        Ok(())
    }

    fn take_tail(&mut self, state: &mut Decompress, given: &[u8]) -> Result<(), DecodeError> {
        let (n_in, n_out) = (state.total_in(), state.total_out());
        // RFC 7692 §7.2.2: append 4 octets of 0x00 0x00 0xff 0xff to the tail end
        let status = if self.takeover {
            state.decompress(&TAIL, &mut [0], FlushDecompress::None)
        } else {
            state.decompress(&TAIL_AND_END, &mut [0], FlushDecompress::None)
        };
        let is_end_of_stream = match status {
            Ok(Status::StreamEnd) => true,
            Ok(Status::Ok | Status::BufError) => false,
            Err(_) => return Err(DecodeError::InvalidData),
        };
        // The tail completes an empty block, and the final block behind it is one. Anything else
        // means that the data ended before.
        let is_expected = match (state.total_in() - n_in, self.takeover) {
            (4, true) => true,
            (4 | 6, false) => is_end_of_stream,
            (_, true | false) => false,
        };
        if !is_expected || state.total_out() != n_out {
            return Err(DecodeError::InvalidData);
        }
        if is_end_of_stream && self.takeover {
            self.start_stream(state, given)?;
        }
        Ok(())
    }

    /// Keeps what a stream that begins later in this message may refer to.
    fn keep_recent(&mut self, given: &[u8]) {
        if !self.takeover || given.is_empty() {
            return;
        }
        let given = last(given);
        // Cut now and then, so that little output at a time does not move all of it each time.
        if self.recent.len() + given.len() > MAX_RECENT_BYTES {
            let n_kept = WINDOW_BYTES - given.len();
            self.recent.drain(..self.recent.len() - n_kept);
        }
        // A vector that grows by itself doubles, up to twice as much as is ever kept.
        let wanted = self.recent.len() + given.len();
        if wanted > self.recent.capacity() {
            let room = (2 * wanted).min(MAX_RECENT_BYTES);
            self.recent.reserve_exact(room - self.recent.len());
        }
        self.recent.extend_from_slice(given);
    }
}

impl Debug for Decompressor {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        // Not the state: it holds what was received.
        f.debug_struct("Decompressor")
            .field("takeover", &self.takeover)
            .field("has_state", &self.state.is_some())
            .finish_non_exhaustive()
    }
}

/// Where output goes, and how much of it is allowed.
struct Target<'a> {
    out: &'a mut Vec<u8>,
    /// Where the output of this call begins.
    start: usize,
    /// How long `out` may become.
    end: usize,
}

/// What one call of zlib did.
struct Step {
    n_taken: usize,
    /// Whether there may be more output without more input.
    is_full: bool,
    is_end_of_stream: bool,
}

impl Target<'_> {
    fn step(&mut self, state: &mut Decompress, input: &[u8]) -> Result<Step, DecodeError> {
        let (n_in, n_out) = (state.total_in(), state.total_out());
        let room = self.end.saturating_sub(self.out.len());
        let status = if room == 0 {
            // Blocks that give nothing may still follow; one byte more is too much.
            state.decompress(input, &mut [0], FlushDecompress::None)
        } else {
            self.make_room(room, input.len());
            state.decompress_vec(input, self.out, FlushDecompress::None)
        };
        let status = status.map_err(|_| DecodeError::InvalidData)?;
        // The room that was there already may have been larger than allowed.
        let is_too_big = match room {
            0 => state.total_out() > n_out,
            _ => self.out.len() > self.end,
        };
        if is_too_big {
            return Err(DecodeError::TooBig);
        }
        Ok(Step {
            n_taken: usize::try_from(state.total_in() - n_in).unwrap_or(usize::MAX),
            is_full: room > 0 && self.out.len() == self.out.capacity(),
            is_end_of_stream: status == Status::StreamEnd,
        })
    }

    /// Asks for memory so that much is decompressed at once; never beyond what is allowed.
    fn make_room(&mut self, room: usize, n_input: usize) {
        if self.out.capacity() - self.out.len() >= room.min(MIN_ROOM_BYTES) {
            return;
        }
        let wanted = n_input
            .saturating_mul(4)
            .min(MAX_AHEAD_BYTES)
            .saturating_add(MIN_ROOM_BYTES)
            .max(self.out.len());
        // While it grows there are two of it. So the last time, to all that is allowed, comes while
        // the old one has less than two thirds of that.
        let n_then = self.out.len().saturating_add(wanted);
        let is_most = n_then >= self.end - self.end / 3;
        self.out
            .reserve_exact(if is_most { room } else { wanted.min(room) });
    }
}

/// As much of the end of `bytes` as a distance can reach.
fn last(bytes: &[u8]) -> &[u8] {
    &bytes[bytes.len().saturating_sub(WINDOW_BYTES)..]
}

/// [`TAIL`] and an empty final block with the fixed codes: only where a block may begin do they
/// end a stream, so that data which ended within a block are noticed.
const TAIL_AND_END: [u8; 6] = [0x00, 0x00, 0xff, 0xff, 0x03, 0x00];

const WINDOW_BYTES: usize = 32 * 1024;

/// Of the end of a message so much is kept, before it is cut to what a distance can reach.
const MAX_RECENT_BYTES: usize = 2 * WINDOW_BYTES;

/// As much is asked for at first, however much has come: about what that becomes, up to a point
/// from which what it became says more.
const MAX_AHEAD_BYTES: usize = 64 * 1024;

/// With less room than 260 bytes zlib decodes symbol by symbol.
const MIN_ROOM_BYTES: usize = 320;

/// Up to so many streams in one message may refer over the start of theirs. Each copies up to
/// 32 KiB for as little as two bytes of input, so there has to be an end to it.
const MAX_DICTIONARIES: u32 = 16;
