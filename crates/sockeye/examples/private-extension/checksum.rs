//! `x-checksum`: each frame that is not empty ends in the CRC-32 of its payload.
//!
//! Marks no frame: what applies to all needs no reserved bit. A frame whose payload arrives in
//! pieces is passed on as it comes, except for four bytes that may be the checksum.

use sockeye::extensions::{
    ClientExtension, DecodeError, EncodeError, Extension, FrameStart, FrameToSend,
    NegotiationError, Offer, ServerExtension,
};
use sockeye::frame::Rsv;

/// Offers and accepts the extension, which has no parameters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Checksum;

const NAME: &str = "x-checksum";

impl ClientExtension for Checksum {
    fn name(&self) -> &str {
        NAME
    }

    fn offers(&self) -> Vec<Offer> {
        vec![Offer::new(NAME)]
    }

    fn accept(&self, answer: &Offer) -> Result<Box<dyn Extension>, NegotiationError> {
        match answer.params() {
            [] => Ok(Box::new(InUse::default())),
            [..] => Err(NegotiationError::UnknownParameter),
        }
    }
}

impl ServerExtension for Checksum {
    fn name(&self) -> &str {
        NAME
    }

    fn negotiate(&self, offer: &Offer) -> Option<(Offer, Box<dyn Extension>)> {
        let in_use = Box::new(InUse::default());
        offer
            .params()
            .is_empty()
            .then_some((Offer::new(NAME), in_use))
    }
}

/// The frame that is being received.
#[derive(Debug, Default)]
struct InUse {
    hasher: crc32fast::Hasher,
    /// The last bytes so far, at most four, which are the checksum if no more follow.
    held: Vec<u8>,
    is_empty: bool,
}

impl Extension for InUse {
    fn name(&self) -> &str {
        NAME
    }

    fn rsv(&self) -> Rsv {
        Rsv::NONE
    }

    fn begin_frame(&mut self, _frame: &FrameStart) -> Result<bool, DecodeError> {
        *self = Self {
            is_empty: true,
            ..Self::default()
        };
        Ok(true)
    }

    fn decode(
        &mut self,
        payload: &[u8],
        end_of_frame: bool,
        max_bytes: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        self.is_empty &= payload.is_empty();
        self.held.extend_from_slice(payload);
        let n_given = self.held.len().saturating_sub(CHECKSUM_BYTES);
        if n_given > max_bytes {
            return Err(DecodeError::TooBig);
        }
        let start = out.len();
        out.extend(self.held.drain(..n_given));
        self.hasher.update(&out[start..]);
        if !end_of_frame || self.is_empty {
            return Ok(());
        }
        let checksum = self.hasher.clone().finalize().to_be_bytes();
        match self.held == checksum {
            true => Ok(()),
            false => Err(DecodeError::InvalidData),
        }
    }

    fn encode(
        &mut self,
        _frame: &FrameToSend,
        payload: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<Option<Rsv>, EncodeError> {
        if payload.is_empty() {
            return Ok(None);
        }
        out.extend_from_slice(payload);
        out.extend_from_slice(&crc32fast::hash(payload).to_be_bytes());
        Ok(Some(Rsv::NONE))
    }

    /// The bytes depend on the payload alone, so they can be sent on any connection.
    fn alone_key(&self) -> Option<u64> {
        Some(0)
    }
}

const CHECKSUM_BYTES: usize = 4;
