//! An extension for tests: frames with RSV1 are decoded, and two payloads do not decode.

use std::fmt::Debug;

use sockeye::extensions::{
    ClientExtension, DecodeError, EncodeError, Extension, FrameStart, FrameToSend,
    NegotiationError, Offer, ServerExtension,
};
use sockeye::frame::Rsv;

/// Offers, accepts and is the extension `marking`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marking;

/// The payload that is no data of this extension.
pub(super) const INVALID: &[u8] = b"!invalid";

/// The payload that would become longer than any limit.
pub(super) const EXPLODING: &[u8] = b"!exploding";

impl Extension for Marking {
    fn name(&self) -> &str {
        "marking"
    }

    fn rsv(&self) -> Rsv {
        Rsv::RSV1
    }

    fn begin_frame(&mut self, frame: &FrameStart) -> Result<bool, DecodeError> {
        match (frame.rsv.is_empty(), frame.first) {
            (true, _) => Ok(false),
            (false, true) => Ok(true),
            (false, false) => Err(DecodeError::ReservedBits),
        }
    }

    fn decode(
        &mut self,
        payload: &[u8],
        _end_of_frame: bool,
        max_bytes: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        if payload == INVALID {
            return Err(DecodeError::InvalidData);
        }
        if payload == EXPLODING || payload.len() > max_bytes {
            return Err(DecodeError::TooBig);
        }
        out.extend_from_slice(payload);
        Ok(())
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

impl ServerExtension for Marking {
    fn name(&self) -> &str {
        Extension::name(self)
    }

    fn negotiate(&self, offer: &Offer) -> Option<(Offer, Box<dyn Extension>)> {
        Some((offer.clone(), Box::new(Self)))
    }
}

impl ClientExtension for Marking {
    fn name(&self) -> &str {
        Extension::name(self)
    }

    fn offers(&self) -> Vec<Offer> {
        vec![Offer::new(Extension::name(self))]
    }

    fn accept(&self, _answer: &Offer) -> Result<Box<dyn Extension>, NegotiationError> {
        Ok(Box::new(Self))
    }
}
