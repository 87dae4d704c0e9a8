//! What is left of an extension when its connection has ended: the name.
//!
//! Takes the place of the extension, so that whatever that held is given up without its help.

use alloc::boxed::Box;
use alloc::vec::Vec;

use sockeye_frame::Rsv;

use crate::extension::{DecodeError, EncodeError, Extension, FrameStart, FrameToSend};

/// Leaves every frame as it is.
#[derive(Debug)]
pub(super) struct Ended {
    name: Box<str>,
}

impl Ended {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.into() }
    }
}

impl Extension for Ended {
    fn name(&self) -> &str {
        &self.name
    }

    fn rsv(&self) -> Rsv {
        Rsv::NONE
    }

    fn begin_frame(&mut self, _frame: &FrameStart) -> Result<bool, DecodeError> {
        Ok(false)
    }

    fn decode(
        &mut self,
        _payload: &[u8],
        _end_of_frame: bool,
        _max_bytes: usize,
        _out: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        Err(DecodeError::InvalidData)
    }

    fn encode(
        &mut self,
        _frame: &FrameToSend,
        _payload: &[u8],
        _out: &mut Vec<u8>,
    ) -> Result<Option<Rsv>, EncodeError> {
        Ok(None)
    }
}
