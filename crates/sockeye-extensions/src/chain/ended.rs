//! What stands for an extension when its connection has ended.
//!
//! Takes its place, so that whatever it held is given up without its help. What the extension went
//! by is kept in `link.rs`.

use alloc::vec::Vec;

use sockeye_frame::Rsv;

use crate::extension::{DecodeError, EncodeError, Extension, FrameStart, FrameToSend};

/// Leaves every frame as it is.
#[derive(Debug)]
pub(super) struct Ended;

impl Extension for Ended {
    fn name(&self) -> &str {
        ""
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
