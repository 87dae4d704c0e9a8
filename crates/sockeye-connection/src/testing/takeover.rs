//! An extension to test with, whose messages depend on those before, as with context takeover.
//!
//! Each frame begins with a byte that says whether the context is used. If it is, every byte is
//! mixed with the last byte that was encoded before: a frame that is not decoded where it was
//! expected makes the next ones come out wrong.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicUsize, Ordering};

use sockeye_extensions::{
    Chain, Compress, DecodeError, EncodeError, Extension, FrameStart, FrameToSend,
};
use sockeye_frame::Rsv;

/// How often something was asked of an extension.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    decode: AtomicUsize,
    encode: AtomicUsize,
    pass_alone: AtomicUsize,
    release_idle: AtomicUsize,
}

impl Calls {
    pub(crate) fn n_decoded(&self) -> usize {
        self.decode.load(Ordering::Relaxed)
    }

    pub(crate) fn n_encoded(&self) -> usize {
        self.encode.load(Ordering::Relaxed)
    }

    pub(crate) fn n_passed(&self) -> usize {
        self.pass_alone.load(Ordering::Relaxed)
    }

    pub(crate) fn n_released(&self) -> usize {
        self.release_idle.load(Ordering::Relaxed)
    }
}

/// Leaves messages as they are that are not to be compressed, and those of which the first frame
/// begins with `#`. Sets a bit on the first frame of the others.
#[derive(Debug, Default)]
pub(crate) struct Takeover {
    calls: Arc<Calls>,
    alone_key: Option<u64>,
    /// The context of both directions: the last byte that was encoded, if it may be used.
    sent: Option<u8>,
    received: Option<u8>,
    encodes: bool,
    decodes: bool,
    /// What is mixed into the frame that is being decoded, once its first byte has come.
    mixed_in: Option<u8>,
}

impl Takeover {
    /// A chain of this extension alone, and what is asked of it.
    pub(crate) fn chain(alone_key: Option<u64>) -> (Chain, Arc<Calls>) {
        let extension = Self {
            alone_key,
            ..Self::default()
        };
        let calls = Arc::clone(&extension.calls);
        let mut chain = Chain::default();
        chain
            .push(Box::new(extension))
            .expect("nothing to conflict with");
        (chain, calls)
    }
}

impl Extension for Takeover {
    fn name(&self) -> &str {
        "x-takeover"
    }

    fn rsv(&self) -> Rsv {
        Rsv::RSV2
    }

    fn begin_frame(&mut self, frame: &FrameStart) -> Result<bool, DecodeError> {
        if frame.first {
            self.decodes = frame.rsv == Rsv::RSV2;
        }
        self.mixed_in = None;
        Ok(self.decodes)
    }

    fn decode(
        &mut self,
        payload: &[u8],
        end_of_frame: bool,
        max_bytes: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        self.calls.decode.fetch_add(1, Ordering::Relaxed);
        let mut room = max_bytes;
        for byte in payload {
            let Some(mixed_in) = self.mixed_in else {
                let context = match byte {
                    0 => Some(0),
                    _ => self.received,
                };
                self.mixed_in = Some(context.ok_or(DecodeError::InvalidData)?);
                continue;
            };
            room = room.checked_sub(1).ok_or(DecodeError::TooBig)?;
            out.push(byte ^ mixed_in);
            self.received = Some(byte ^ mixed_in);
        }
        if end_of_frame && self.mixed_in.is_none() {
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
        self.calls.encode.fetch_add(1, Ordering::Relaxed);
        if frame.first {
            self.encodes = frame.compress != Compress::Never && payload.first() != Some(&b'#');
        }
        if !self.encodes {
            return Ok(None);
        }
        let context = if frame.alone { None } else { self.sent };
        out.push(u8::from(context.is_some()));
        out.extend(payload.iter().map(|byte| byte ^ context.unwrap_or(0)));
        // What comes next must not depend on this, and on nothing before it either: the peer's
        // context has moved on.
        self.sent = match frame.alone {
            true => None,
            false => payload.last().copied().or(self.sent),
        };
        Ok(Some(if frame.first { Rsv::RSV2 } else { Rsv::NONE }))
    }

    fn alone_key(&self) -> Option<u64> {
        self.alone_key
    }

    fn pass_alone(&mut self) {
        self.calls.pass_alone.fetch_add(1, Ordering::Relaxed);
        self.sent = None;
    }

    fn release_idle(&mut self) {
        self.calls.release_idle.fetch_add(1, Ordering::Relaxed);
        self.sent = None;
    }
}
