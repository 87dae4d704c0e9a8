//! permessage-deflate in use on one connection (RFC 7692 §6, §7.2).
//!
//! Marks compressed messages with RSV1 on their first frame, and decides there for all of them.
//! Never refers to what the peer has not seen: what was compressed and not sent is forgotten.

use alloc::vec::Vec;

use sockeye_frame::Rsv;

use super::NAME;
use super::policy::{Policy, Tuning};
use crate::codec::{Compressor, Direction, Inflater, Shape};
use crate::extension::{DecodeError, EncodeError, Extension, FrameStart, FrameToSend};

/// Both directions of one connection.
#[derive(Debug)]
pub(super) struct InUse {
    sending: Sending,
    receiving: Receiving,
}

#[derive(Debug)]
struct Sending {
    compressor: Compressor,
    shape: Shape,
    policy: Policy,
    /// Whether the message that is being sent is compressed.
    compresses: bool,
}

#[derive(Debug)]
struct Receiving {
    inflater: Inflater,
    /// Whether the message that is being received is compressed.
    is_compressed: bool,
    /// Whether the frame that is being received is its last.
    fin: bool,
}

impl InUse {
    pub(super) fn new(sends: Direction, receives: Direction, tuning: Tuning) -> Self {
        let shape = Shape {
            level: tuning.level,
            window: sends.window,
        };
        Self {
            sending: Sending {
                compressor: Compressor::new(shape, sends.takeover),
                shape,
                policy: tuning.policy(sends.takeover),
                compresses: false,
            },
            receiving: Receiving {
                // Its window is the largest in any case, so what was agreed on does not matter.
                inflater: Inflater::new(receives.takeover, tuning.max_ratio),
                is_compressed: false,
                fin: false,
            },
        }
    }
}

impl Extension for InUse {
    fn name(&self) -> &str {
        NAME
    }

    fn rsv(&self) -> Rsv {
        Rsv::RSV1
    }

    fn begin_frame(&mut self, frame: &FrameStart) -> Result<bool, DecodeError> {
        let receiving = &mut self.receiving;
        let is_marked = frame.rsv.contains(Rsv::RSV1);
        if frame.first {
            receiving.is_compressed = is_marked;
        } else if is_marked {
            // RFC 7692 §6.1: an endpoint MUST NOT set the "Per-Message Compressed" bit of control
            // frames and non-first fragments of a data message
            return Err(DecodeError::ReservedBits);
        }
        receiving.fin = frame.fin;
        Ok(receiving.is_compressed)
    }

    fn decode(
        &mut self,
        payload: &[u8],
        end_of_frame: bool,
        max_bytes: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        let receiving = &mut self.receiving;
        let end_of_message = end_of_frame && receiving.fin;
        receiving
            .inflater
            .inflate(payload, end_of_message, max_bytes, out)
    }

    fn encode(
        &mut self,
        frame: &FrameToSend,
        payload: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<Option<Rsv>, EncodeError> {
        let sending = &mut self.sending;
        if frame.first {
            sending.compresses = sending.policy.compresses(frame, payload);
        }
        if !sending.compresses {
            return Ok(None);
        }
        // RFC 7692 §6.1 leaves it to the sender which messages to compress
        if frame.first && frame.fin {
            let is_shorter = sending
                .compressor
                .compress_whole(payload, frame.alone, out)?;
            return Ok(is_shorter.then_some(Rsv::RSV1));
        }
        if frame.alone && frame.first {
            sending.compressor.forget();
        }
        sending.compressor.compress(payload, frame.fin, out)?;
        if frame.alone && frame.fin {
            sending.compressor.forget();
        }
        // RFC 7692 §6.1: set the "Per-Message Compressed" bit of the first fragment
        match frame.first {
            true => Ok(Some(Rsv::RSV1)),
            false => Ok(Some(Rsv::NONE)),
        }
    }

    fn allows_fragmentation(&self) -> bool {
        // RFC 7692 §6.1: to fragment a compressed message is to split what it was compressed to
        true
    }

    fn alone_key(&self) -> Option<u64> {
        let Sending { shape, policy, .. } = &self.sending;
        Some(policy.alone_key(*shape))
    }

    fn pass_alone(&mut self) {
        // The peer's window has moved on, if the message was compressed; its bytes do not say so
        // here, and to start anew is right in any case.
        self.sending.compressor.forget();
    }

    fn release_idle(&mut self) {
        self.sending.compressor.release();
    }
}
