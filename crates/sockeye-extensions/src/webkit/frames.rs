//! x-webkit-deflate-frame in use on one connection.
//!
//! RSV1 marks each compressed frame, first or continuation, and what is marked is complete with
//! its frame: compressed, flushed and without the tail 00 00 ff ff, as a message of RFC 7692
//! §7.2.1 is. Frames without the mark go by and leave both windows as they are.

use alloc::vec::Vec;

use sockeye_frame::Rsv;

use super::NAME;
use crate::codec::{Compressor, Direction, Inflater, Shape};
use crate::deflate::{Policy, Tuning};
use crate::extension::{DecodeError, EncodeError, Extension, FrameStart, FrameToSend};

/// Both directions of one connection.
#[derive(Debug)]
pub(super) struct Frames {
    compressor: Compressor,
    inflater: Inflater,
    shape: Shape,
    policy: Policy,
}

impl Frames {
    pub(super) fn new(sends: Direction, receives: Direction, tuning: Tuning) -> Self {
        let shape = Shape {
            level: tuning.level,
            window: sends.window,
        };
        Self {
            compressor: Compressor::new(shape, sends.takeover),
            // Its window is the largest in any case.
            inflater: Inflater::new(receives.takeover, tuning.max_ratio),
            shape,
            policy: tuning.policy(sends.takeover),
        }
    }
}

impl Extension for Frames {
    fn name(&self) -> &str {
        NAME
    }

    fn rsv(&self) -> Rsv {
        Rsv::RSV1
    }

    fn begin_frame(&mut self, frame: &FrameStart) -> Result<bool, DecodeError> {
        Ok(frame.rsv.contains(Rsv::RSV1))
    }

    fn decode(
        &mut self,
        payload: &[u8],
        end_of_frame: bool,
        max_bytes: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        self.inflater.inflate(payload, end_of_frame, max_bytes, out)
    }

    fn encode(
        &mut self,
        frame: &FrameToSend,
        payload: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<Option<Rsv>, EncodeError> {
        // Each frame is complete by itself, as a message in one frame is.
        let as_message = FrameToSend {
            fin: true,
            ..*frame
        };
        if !self.policy.compresses(&as_message, payload) {
            return Ok(None);
        }
        // Frame by frame, so that a message encoded alone suits connections without takeover too.
        let is_shorter = self.compressor.compress_whole(payload, frame.alone, out)?;
        Ok(is_shorter.then_some(Rsv::RSV1))
    }

    fn alone_key(&self) -> Option<u64> {
        Some(self.policy.alone_key(self.shape))
    }

    fn pass_alone(&mut self) {
        self.compressor.forget();
    }

    fn release_idle(&mut self) {
        self.compressor.release();
    }
}
