//! One extension in a chain, held to its contract.
//!
//! Shows it only its own reserved bits (RFC 6455 §9.2), and checks what it gives: no more bytes
//! than allowed, none taken from what was there, no byte for a frame that it leaves as it is, no bit
//! that it does not claim. A faulty extension so can neither exceed a message limit nor disturb
//! another one.

use alloc::boxed::Box;
use alloc::vec::Vec;

use sockeye_frame::Rsv;

use super::common;
use super::ended::Ended;
use crate::extension::{DecodeError, EncodeError, Extension, FrameStart, FrameToSend};

#[derive(Debug)]
pub(super) struct Link {
    extension: Box<dyn Extension>,
    /// What it goes by here, where that is not its own name or that is gone.
    name: Option<Box<str>>,
    /// The bits it claims, asked once.
    rsv: Rsv,
    /// Whether it decodes the frame that is being received.
    applies: bool,
}

impl Link {
    pub(super) fn new(extension: Box<dyn Extension>) -> Self {
        let rsv = extension.rsv();
        Self {
            extension,
            name: None,
            rsv,
            applies: false,
        }
    }

    /// An extension that was agreed on under `name`.
    pub(super) fn named(name: &str, extension: Box<dyn Extension>) -> Self {
        let other_name = (name != extension.name()).then(|| name.into());
        Self {
            name: other_name,
            ..Self::new(extension)
        }
    }

    /// As [`Extension::begin_frame`], remembered in [`applies`](Self::applies).
    pub(super) fn begin_frame(&mut self, frame: &FrameStart) -> Result<bool, DecodeError> {
        let own = FrameStart {
            rsv: common(frame.rsv, self.rsv),
            ..*frame
        };
        self.applies = self.extension.begin_frame(&own)?;
        Ok(self.applies)
    }

    pub(super) fn decode(
        &mut self,
        payload: &[u8],
        end_of_frame: bool,
        max_bytes: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        let len_before = out.len();
        self.extension
            .decode(payload, end_of_frame, max_bytes, out)?;
        if out.len().saturating_sub(len_before) > max_bytes {
            return Err(DecodeError::TooBig);
        }
        Ok(())
    }

    pub(super) fn encode(
        &mut self,
        frame: &FrameToSend,
        payload: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<Option<Rsv>, EncodeError> {
        let len_before = out.len();
        let encoded = self.extension.encode(frame, payload, out);
        if out.len() < len_before {
            // The caller counts on as many bytes; what they were is lost.
            out.resize(len_before, 0);
            return Err(EncodeError::ShortenedOutput);
        }
        let encoded = encoded?;
        match encoded {
            None => out.truncate(len_before),
            Some(bits) if !self.rsv.contains(bits) => return Err(EncodeError::UnclaimedBits),
            Some(_) => {}
        }
        Ok(encoded)
    }

    pub(super) fn pass_alone(&mut self) {
        self.extension.pass_alone();
    }

    pub(super) fn release_idle(&mut self) {
        self.extension.release_idle();
    }

    /// Drops the extension; its name and bits stay.
    pub(super) fn end(&mut self) {
        self.name = Some(self.name().into());
        self.extension = Box::new(Ended);
        self.applies = false;
    }

    pub(super) fn alone_key(&self) -> Option<u64> {
        self.extension.alone_key()
    }

    pub(super) fn allows_fragmentation(&self) -> bool {
        self.extension.allows_fragmentation()
    }

    pub(super) fn rsv(&self) -> Rsv {
        self.rsv
    }

    pub(super) fn applies(&self) -> bool {
        self.applies
    }

    pub(super) fn name(&self) -> &str {
        match &self.name {
            Some(name) => name,
            None => self.extension.name(),
        }
    }
}
