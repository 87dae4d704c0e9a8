//! x-webkit-deflate-frame in use on one connection.
//!
//! RSV1 marks each compressed frame, first or continuation, and what is marked is complete with
//! its frame: compressed, flushed and without the tail 00 00 ff ff, as a message of RFC 7692
//! §7.2.1 is. Frames without the mark go by and leave both windows as they are.

use alloc::vec::Vec;

use sockeye_frame::Rsv;

use super::{Direction, NAME, WebkitDeflateFrame};
use crate::codec::{Compressor, Decompressor, Shape};
use crate::extension::{Compress, DecodeError, EncodeError, Extension, FrameStart, FrameToSend};

/// Both directions of one connection.
#[derive(Debug)]
pub(super) struct Frames {
    compressor: Compressor,
    decompressor: Decompressor,
    shape: Shape,
    compress: Compress,
    threshold_bytes: usize,
}

impl Frames {
    /// `own` is what the peer has left of the configuration.
    pub(super) fn new(config: &WebkitDeflateFrame, own: Direction) -> Self {
        let shape = Shape {
            level: config.level,
            window: own.window,
        };
        Self {
            compressor: Compressor::new(shape, own.takeover),
            decompressor: Decompressor::new(config.peer.takeover),
            shape,
            compress: config.compress,
            threshold_bytes: config.threshold_bytes,
        }
    }

    fn compresses(&self, frame: &FrameToSend, payload: &[u8]) -> bool {
        let wish = match frame.compress {
            Compress::Auto => self.compress,
            Compress::Always | Compress::Never => frame.compress,
        };
        match wish {
            Compress::Auto => payload.len() >= self.threshold_bytes,
            Compress::Always => true,
            Compress::Never => false,
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
        self.decompressor
            .decompress(payload, end_of_frame, max_bytes, out)
    }

    fn encode(
        &mut self,
        frame: &FrameToSend,
        payload: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<Option<Rsv>, EncodeError> {
        if !self.compresses(frame, payload) {
            return Ok(None);
        }
        // Frame by frame, so that a message encoded alone suits connections without takeover too.
        if frame.alone {
            self.compressor.forget();
        }
        let start = out.len();
        self.compressor.compress(payload, true, out)?;
        let is_shorter = out.len() - start < payload.len();
        if !is_shorter {
            out.truncate(start);
        }
        // The peer's window has not taken in what is sent as it is.
        if frame.alone || !is_shorter {
            self.compressor.forget();
        }
        Ok(is_shorter.then_some(Rsv::RSV1))
    }

    fn alone_key(&self) -> Option<u64> {
        let compress = match self.compress {
            Compress::Auto => 0,
            Compress::Always => 1,
            Compress::Never => 2,
        };
        // No frame is so long that a threshold of more than 54 bits would be another.
        let threshold = (self.threshold_bytes as u64).min((1 << 54) - 1);
        let level = u64::from(self.shape.level.level());
        let window = u64::from(self.shape.window.bits());
        Some(threshold << 10 | compress << 8 | level << 4 | window)
    }

    fn pass_alone(&mut self) {
        self.compressor.forget();
    }

    fn release_idle(&mut self) {
        self.compressor.release();
    }
}
