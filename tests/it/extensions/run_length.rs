//! A private extension: runs of equal bytes as their length and the byte.
//!
//! Depends on nothing but the frame, so that what is encoded once can be sent anywhere.

use sockeye::Compress;
use sockeye::extensions::{
    ClientExtension, DecodeError, EncodeError, Extension, FrameStart, FrameToSend,
    NegotiationError, Offer, ServerExtension,
};
use sockeye::frame::Rsv;

const NAME: &str = "x-run-length";

/// The extension as both ends configure it; it has no parameters.
#[derive(Debug)]
pub(super) struct RunLength;

impl ClientExtension for RunLength {
    fn name(&self) -> &str {
        NAME
    }

    fn offers(&self) -> Vec<Offer> {
        vec![Offer::new(NAME)]
    }

    fn accept(&self, answer: &Offer) -> Result<Box<dyn Extension>, NegotiationError> {
        match answer.params() {
            [] => Ok(Box::<InUse>::default()),
            [..] => Err(NegotiationError::UnknownParameter),
        }
    }
}

impl ServerExtension for RunLength {
    fn name(&self) -> &str {
        NAME
    }

    fn negotiate(&self, offer: &Offer) -> Option<(Offer, Box<dyn Extension>)> {
        let is_known = offer.params().is_empty();
        is_known.then(|| {
            (
                Offer::new(NAME),
                Box::<InUse>::default() as Box<dyn Extension>,
            )
        })
    }
}

/// The extension on one connection.
#[derive(Debug, Default)]
struct InUse {
    is_decoding: bool,
    is_encoding: bool,
    /// The length of a run whose byte has not come.
    run: Option<u8>,
}

impl Extension for InUse {
    fn name(&self) -> &str {
        NAME
    }

    fn rsv(&self) -> Rsv {
        Rsv::RSV2
    }

    fn begin_frame(&mut self, frame: &FrameStart) -> Result<bool, DecodeError> {
        if frame.first {
            self.is_decoding = frame.rsv == Rsv::RSV2;
        } else if !frame.rsv.is_empty() {
            return Err(DecodeError::ReservedBits);
        }
        Ok(self.is_decoding)
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
            let Some(run) = self.run.take() else {
                self.run = Some(*byte);
                continue;
            };
            let run = usize::from(run);
            room = room.checked_sub(run).ok_or(DecodeError::TooBig)?;
            out.resize(out.len() + run, *byte);
        }
        match self.run {
            Some(_) if end_of_frame => Err(DecodeError::InvalidData),
            Some(_) | None => Ok(()),
        }
    }

    fn encode(
        &mut self,
        frame: &FrameToSend,
        payload: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<Option<Rsv>, EncodeError> {
        if frame.first {
            self.is_encoding = frame.compress != Compress::Never;
        }
        if !self.is_encoding {
            return Ok(None);
        }
        for run in payload.chunk_by(|a, b| a == b) {
            for part in run.chunks(255) {
                out.push(u8::try_from(part.len()).expect("at most 255"));
                out.extend(part.first());
            }
        }
        Ok(Some(if frame.first { Rsv::RSV2 } else { Rsv::NONE }))
    }

    fn alone_key(&self) -> Option<u64> {
        Some(0)
    }
}
