//! What several tests need: ways to cut input, and a small extension to agree on.
//!
//! Knows nothing of the handshake itself.

use sockeye_extensions::{
    ClientExtension, DecodeError, EncodeError, Extension, FrameStart, FrameToSend,
    NegotiationError, Offer, ServerExtension,
};
use sockeye_frame::Rsv;

/// Feeds input whole, byte by byte, and in pieces of every small size.
pub(crate) fn cut_in_all_ways<T>(
    input: &[u8],
    mut feed: impl FnMut(&mut dyn Iterator<Item = &[u8]>) -> T,
) -> Vec<T> {
    let whole = input.len().max(1);
    [whole, 1, 2, 3, 7, 64]
        .iter()
        .map(|&size| feed(&mut input.chunks(size)))
        .collect()
}

/// An extension named `x-toy`, which takes one optional parameter and changes nothing.
#[derive(Debug)]
pub(crate) struct Toy;

impl Extension for Toy {
    fn name(&self) -> &str {
        "x-toy"
    }

    fn rsv(&self) -> Rsv {
        Rsv::RSV3
    }

    fn begin_frame(&mut self, _frame: &FrameStart) -> Result<bool, DecodeError> {
        Ok(false)
    }

    fn decode(
        &mut self,
        payload: &[u8],
        _end_of_frame: bool,
        _max_bytes: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
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

impl ClientExtension for Toy {
    fn name(&self) -> &str {
        "x-toy"
    }

    fn offers(&self) -> Vec<Offer> {
        vec![Offer::new("x-toy").flag("loud")]
    }

    fn accept(&self, answer: &Offer) -> Result<Box<dyn Extension>, NegotiationError> {
        match answer.params() {
            [] => Ok(Box::new(Self)),
            [_, ..] => Err(NegotiationError::UnknownParameter),
        }
    }
}

impl ServerExtension for Toy {
    fn name(&self) -> &str {
        "x-toy"
    }

    fn negotiate(&self, _offer: &Offer) -> Option<(Offer, Box<dyn Extension>)> {
        Some((Offer::new("x-toy"), Box::new(Self)))
    }
}
