//! Two small extensions for the tests of this crate.
//!
//! [`Xor`] marks every frame that it changed and keeps its state from message to message, as an
//! extension with context takeover does. [`RunLength`] marks the first frame of a message, decides
//! there for the whole message, and can make much of little, as a compressing extension does.
//! Both check that the caller keeps its side of the contract.

use alloc::boxed::Box;
use alloc::vec::Vec;
use alloc::{format, vec};

use sockeye_frame::{Opcode, Rsv};

use crate::{
    ClientExtension, Compress, DecodeError, EncodeError, Extension, FrameStart, FrameToSend,
    NegotiationError, Offer, ServerExtension,
};

/// The only frame of a binary message, as it is before the extensions.
pub(crate) const WHOLE: FrameStart = FrameStart {
    opcode: Opcode::Binary,
    first: true,
    fin: true,
    rsv: Rsv::NONE,
};

/// The same frame for its sender.
pub(crate) const WHOLE_TO_SEND: FrameToSend = to_send(&WHOLE);

/// What the sender's extensions learn of a frame that reaches the receiver's as `frame`.
pub(crate) const fn to_send(frame: &FrameStart) -> FrameToSend {
    FrameToSend {
        opcode: frame.opcode,
        first: frame.first,
        fin: frame.fin,
        compress: Compress::Auto,
        alone: false,
    }
}

/// A frame of a text message of several fragments.
pub(crate) fn fragment(first: bool, fin: bool) -> FrameStart {
    FrameStart {
        opcode: Opcode::Text,
        first,
        fin,
        rsv: Rsv::NONE,
    }
}

/// Adds a key to each byte that grows with each byte; RSV2 on every frame that is not empty.
#[derive(Debug)]
pub(crate) struct Xor {
    sending: u8,
    receiving: u8,
}

impl Xor {
    pub(crate) fn new(key: u8) -> Self {
        Self {
            sending: key,
            receiving: key,
        }
    }

    fn apply(key: &mut u8, payload: &[u8], out: &mut Vec<u8>) {
        for byte in payload {
            out.push(byte ^ *key);
            *key = key.wrapping_add(1);
        }
    }
}

impl Extension for Xor {
    fn name(&self) -> &str {
        "x-xor"
    }

    fn rsv(&self) -> Rsv {
        Rsv::RSV2
    }

    fn begin_frame(&mut self, frame: &FrameStart) -> Result<bool, DecodeError> {
        assert!(
            Rsv::RSV2.contains(frame.rsv),
            "shown a bit of another extension"
        );
        Ok(frame.rsv == Rsv::RSV2)
    }

    fn decode(
        &mut self,
        payload: &[u8],
        _end_of_frame: bool,
        max_bytes: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        if payload.len() > max_bytes {
            return Err(DecodeError::TooBig);
        }
        Self::apply(&mut self.receiving, payload, out);
        Ok(())
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
        Self::apply(&mut self.sending, payload, out);
        Ok(Some(Rsv::RSV2))
    }
}

/// Writes each run of equal bytes as its length and the byte; RSV3 on the first frame.
///
/// Leaves a message as it is when its first frame would not become shorter.
#[derive(Debug, Default)]
pub(crate) struct RunLength {
    encodes_message: bool,
    decodes_message: bool,
    last_frame: bool,
    /// The length of a run whose byte has not arrived.
    pending: Option<u8>,
}

impl Extension for RunLength {
    fn name(&self) -> &str {
        "x-run-length"
    }

    fn rsv(&self) -> Rsv {
        Rsv::RSV3
    }

    fn begin_frame(&mut self, frame: &FrameStart) -> Result<bool, DecodeError> {
        assert!(
            Rsv::RSV3.contains(frame.rsv),
            "shown a bit of another extension"
        );
        if frame.first {
            self.decodes_message = frame.rsv == Rsv::RSV3;
        } else if !frame.rsv.is_empty() {
            return Err(DecodeError::ReservedBits);
        }
        self.last_frame = frame.fin;
        Ok(self.decodes_message)
    }

    fn decode(
        &mut self,
        payload: &[u8],
        end_of_frame: bool,
        max_bytes: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        let mut room = max_bytes;
        for &byte in payload {
            let Some(run) = self.pending.take() else {
                if byte == 0 {
                    return Err(DecodeError::InvalidData);
                }
                self.pending = Some(byte);
                continue;
            };
            let run = usize::from(run);
            room = room.checked_sub(run).ok_or(DecodeError::TooBig)?;
            out.resize(out.len() + run, byte);
        }
        if end_of_frame && self.last_frame && self.pending.is_some() {
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
        let mut encoded = Vec::new();
        for run in payload.chunk_by(|a, b| a == b) {
            for part in run.chunks(255) {
                encoded.extend([part.len() as u8, part[0]]);
            }
        }
        if frame.first {
            self.encodes_message = encoded.len() < payload.len();
        }
        if !self.encodes_message {
            return Ok(None);
        }
        out.extend(encoded);
        Ok(Some(if frame.first { Rsv::RSV3 } else { Rsv::NONE }))
    }
}

/// Offers [`Xor`] with a key, and without one as a fallback that leaves the key to the server.
#[derive(Debug)]
pub(crate) struct XorConfig {
    pub(crate) key: u8,
}

impl ClientExtension for XorConfig {
    fn name(&self) -> &str {
        "x-xor"
    }

    fn offers(&self) -> Vec<Offer> {
        vec![
            Offer::new("x-xor").param("key", format!("{}", self.key)),
            Offer::new("x-xor"),
        ]
    }

    fn accept(&self, answer: &Offer) -> Result<Box<dyn Extension>, NegotiationError> {
        match answer.params() {
            [] => Err(NegotiationError::MissingParameter),
            [param, others @ ..] => {
                if param.name() != "key" {
                    return Err(NegotiationError::UnknownParameter);
                }
                if !others.is_empty() {
                    return Err(NegotiationError::DuplicateParameter);
                }
                let value = param.value().ok_or(NegotiationError::InvalidParameter)?;
                let key = value
                    .parse()
                    .map_err(|_| NegotiationError::InvalidParameter)?;
                Ok(Box::new(Xor::new(key)))
            }
        }
    }
}

impl ServerExtension for XorConfig {
    fn name(&self) -> &str {
        "x-xor"
    }

    /// Accepts its own key, or chooses it when the offer has none.
    fn negotiate(&self, offer: &Offer) -> Option<(Offer, Box<dyn Extension>)> {
        let key = format!("{}", self.key);
        let acceptable = match offer.params() {
            [] => true,
            [param] => param.name() == "key" && param.value() == Some(&key),
            [..] => false,
        };
        let answer = Offer::new("x-xor").param("key", key);
        acceptable.then(|| (answer, Box::new(Xor::new(self.key)) as Box<dyn Extension>))
    }
}

/// Offers and accepts [`RunLength`], which has no parameters.
#[derive(Debug)]
pub(crate) struct RunLengthConfig;

impl ClientExtension for RunLengthConfig {
    fn name(&self) -> &str {
        "x-run-length"
    }

    fn offers(&self) -> Vec<Offer> {
        vec![Offer::new("x-run-length")]
    }

    fn accept(&self, answer: &Offer) -> Result<Box<dyn Extension>, NegotiationError> {
        match answer.params() {
            [] => Ok(Box::new(RunLength::default())),
            [..] => Err(NegotiationError::UnknownParameter),
        }
    }
}

impl ServerExtension for RunLengthConfig {
    fn name(&self) -> &str {
        "x-run-length"
    }

    fn negotiate(&self, offer: &Offer) -> Option<(Offer, Box<dyn Extension>)> {
        let answer = Offer::new("x-run-length");
        let extension = Box::new(RunLength::default()) as Box<dyn Extension>;
        offer.params().is_empty().then_some((answer, extension))
    }
}

/// An extension under the name `x-rival` that claims the same bit as [`Xor`].
#[derive(Debug)]
pub(crate) struct RivalConfig;

impl ClientExtension for RivalConfig {
    fn name(&self) -> &str {
        "x-rival"
    }

    fn offers(&self) -> Vec<Offer> {
        vec![Offer::new("x-rival"), Offer::new("x-rival-by-another-name")]
    }

    fn accept(&self, _answer: &Offer) -> Result<Box<dyn Extension>, NegotiationError> {
        Ok(Box::new(Xor::new(0)))
    }
}

impl ServerExtension for RivalConfig {
    fn name(&self) -> &str {
        "x-rival"
    }

    fn negotiate(&self, offer: &Offer) -> Option<(Offer, Box<dyn Extension>)> {
        Some((offer.clone(), Box::new(Xor::new(0))))
    }
}
