//! An extension to test with: a byte in front of each frame, and a list of what it was asked.

use std::sync::{Arc, Mutex};

use sockeye_extensions::{Chain, DecodeError, EncodeError, Extension, FrameStart, FrameToSend};
use sockeye_frame::Rsv;

/// Cannot encode a payload that begins with `!`.
#[derive(Debug, Default)]
pub(crate) struct Marking {
    asked: Arc<Mutex<Vec<String>>>,
    at_start: bool,
}

impl Marking {
    /// A chain of this extension alone, and what its sending side was asked so far.
    pub(crate) fn chain() -> (Chain, Arc<Mutex<Vec<String>>>) {
        let marking = Self::default();
        let asked = Arc::clone(&marking.asked);
        let mut chain = Chain::default();
        chain
            .push(Box::new(marking))
            .expect("nothing to conflict with");
        (chain, asked)
    }

    fn note(&self, asked: String) {
        self.asked.lock().expect("no test panics here").push(asked);
    }
}

impl Extension for Marking {
    fn name(&self) -> &str {
        "x-marking"
    }

    fn rsv(&self) -> Rsv {
        Rsv::RSV3
    }

    fn begin_frame(&mut self, _: &FrameStart) -> Result<bool, DecodeError> {
        self.at_start = true;
        Ok(true)
    }

    fn decode(
        &mut self,
        payload: &[u8],
        _: bool,
        max_bytes: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        let payload = match payload.split_first() {
            Some((b'm', rest)) if self.at_start => rest,
            Some(_) if self.at_start => return Err(DecodeError::InvalidData),
            Some(_) | None => payload,
        };
        self.at_start = false;
        if payload.len() > max_bytes {
            return Err(DecodeError::TooBig);
        }
        out.extend_from_slice(payload);
        Ok(())
    }

    fn encode(
        &mut self,
        frame: &FrameToSend,
        payload: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<Option<Rsv>, EncodeError> {
        let FrameToSend {
            compress, alone, ..
        } = frame;
        self.note(format!("{compress:?} {alone}"));
        if payload.first() == Some(&b'!') {
            return Err(EncodeError::Failed);
        }
        out.push(b'm');
        out.extend_from_slice(payload);
        Ok(Some(if frame.first { Rsv::RSV3 } else { Rsv::NONE }))
    }

    fn alone_key(&self) -> Option<u64> {
        Some(0)
    }

    fn pass_alone(&mut self) {
        self.note("passed".into());
    }

    fn release_idle(&mut self) {
        self.note("released".into());
    }
}
