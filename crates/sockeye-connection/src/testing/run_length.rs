//! An extension to test with: run-length coding in pairs of count and byte.
//!
//! Has what makes real compression hard: state across fragments and cuts, bits on the first frame
//! only, output much longer or much shorter than the input.

use alloc::boxed::Box;
use alloc::vec::Vec;

use sockeye_extensions::{Chain, DecodeError, EncodeError, Extension, FrameStart, FrameToSend};
use sockeye_frame::{Opcode, Rsv};

/// Encodes text; leaves binary messages as they are. Text that contains `!` cannot be encoded at
/// all.
#[derive(Debug, Default)]
pub(crate) struct RunLength {
    applies: bool,
    ends_message: bool,
    count: Option<u8>,
}

/// A chain of this one extension.
pub(crate) fn run_length() -> Chain {
    let mut chain = Chain::default();
    chain
        .push(Box::new(RunLength::default()))
        .expect("nothing to conflict with");
    chain
}

impl Extension for RunLength {
    fn name(&self) -> &str {
        "x-run-length"
    }

    fn rsv(&self) -> Rsv {
        Rsv::RSV1
    }

    fn begin_frame(&mut self, frame: &FrameStart) -> Result<bool, DecodeError> {
        if frame.first {
            self.applies = frame.rsv == Rsv::RSV1;
        } else if !frame.rsv.is_empty() {
            return Err(DecodeError::ReservedBits);
        }
        self.ends_message = frame.fin;
        Ok(self.applies)
    }

    fn decode(
        &mut self,
        payload: &[u8],
        end_of_frame: bool,
        max_bytes: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        let mut room = max_bytes;
        for byte in payload {
            match self.count.take() {
                None => self.count = Some(*byte),
                Some(count) => {
                    let count = usize::from(count);
                    room = room.checked_sub(count).ok_or(DecodeError::TooBig)?;
                    out.resize(out.len() + count, *byte);
                }
            }
        }
        if end_of_frame && self.ends_message && self.count.is_some() {
            return Err(DecodeError::InvalidData);
        }
        Ok(())
    }

    fn encode(
        &mut self,
        frame: &FrameToSend,
        payload: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<Option<Rsv>, EncodeError> {
        if frame.opcode == Opcode::Binary {
            return Ok(None);
        }
        if payload.contains(&b'!') {
            out.extend_from_slice(b"half-done");
            return Err(EncodeError::Failed);
        }
        for run in payload.chunk_by(|a, b| a == b) {
            for part in run.chunks(255) {
                out.push(u8::try_from(part.len()).expect("at most 255"));
                out.extend(part.first());
            }
        }
        Ok(Some(if frame.first { Rsv::RSV1 } else { Rsv::NONE }))
    }
}
