//! `x-permessage-zstd`: messages compressed with Zstandard (RFC 8878), each by itself.
//!
//! RSV1 on the first frame marks a compressed message, as with permessage-deflate, so that the two
//! are never used together. Decompresses as bytes arrive and stops at the limit.

use std::fmt::{self, Debug, Formatter};
use std::io::{self, Write};

use sockeye::extensions::{
    ClientExtension, Compress, DecodeError, EncodeError, Extension, FrameStart, FrameToSend,
    NegotiationError, Offer, ServerExtension,
};
use sockeye::frame::Rsv;
use zstd::stream::raw::{DParameter, Decoder, Operation};
use zstd::stream::write::Encoder;

/// Offers and accepts the extension, which has no parameters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PermessageZstd;

const NAME: &str = "x-permessage-zstd";

impl ClientExtension for PermessageZstd {
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

impl ServerExtension for PermessageZstd {
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

/// Both directions; each has a state only while a compressed message is under way.
#[derive(Default)]
struct InUse {
    encoder: Option<Encoder<'static, Vec<u8>>>,
    decoder: Option<Decoder<'static>>,
    /// Whether the frame that is being received is the message's last.
    fin: bool,
    /// Whether what was received so far is complete.
    is_complete: bool,
}

impl Extension for InUse {
    fn name(&self) -> &str {
        NAME
    }

    fn rsv(&self) -> Rsv {
        Rsv::RSV1
    }

    fn begin_frame(&mut self, frame: &FrameStart) -> Result<bool, DecodeError> {
        let is_marked = frame.rsv.contains(Rsv::RSV1);
        match (frame.first, is_marked) {
            (true, true) => self.decoder = Some(decoder().map_err(|_| DecodeError::InvalidData)?),
            (true, false) => self.decoder = None,
            (false, true) => return Err(DecodeError::ReservedBits),
            (false, false) => {}
        }
        self.is_complete &= !frame.first;
        self.fin = frame.fin;
        Ok(self.decoder.is_some())
    }

    fn decode(
        &mut self,
        payload: &[u8],
        end_of_frame: bool,
        max_bytes: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        let decoder = self.decoder.as_mut().ok_or(DecodeError::InvalidData)?;
        let mut chunk = [0; 8192];
        let mut rest = payload;
        let mut room = max_bytes;
        let mut is_full = false;
        while !rest.is_empty() || is_full {
            let status = decoder
                .run_on_buffers(rest, &mut chunk)
                .map_err(|_| DecodeError::InvalidData)?;
            let given = chunk.get(..status.bytes_written).unwrap_or_default();
            // Before it is stored: a few bytes can become gigabytes.
            room = room.checked_sub(given.len()).ok_or(DecodeError::TooBig)?;
            out.extend_from_slice(given);
            rest = rest.get(status.bytes_read..).unwrap_or_default();
            self.is_complete = status.remaining == 0;
            is_full = given.len() == chunk.len() && !self.is_complete;
        }
        if end_of_frame && self.fin {
            self.decoder = None;
            if !self.is_complete {
                return Err(DecodeError::InvalidData);
            }
        }
        Ok(())
    }

    fn encode(
        &mut self,
        frame: &FrameToSend,
        payload: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<Option<Rsv>, EncodeError> {
        if frame.first {
            let is_short = frame.fin && payload.len() < 128;
            let is_wanted = match frame.compress {
                Compress::Auto => !is_short,
                Compress::Always => true,
                Compress::Never => false,
            };
            self.encoder = match is_wanted {
                true => Some(encoder().map_err(|_| EncodeError::Failed)?),
                false => None,
            };
        }
        let Some(mut encoder) = self.encoder.take() else {
            return Ok(None);
        };
        encoder
            .write_all(payload)
            .map_err(|_| EncodeError::Failed)?;
        if frame.fin {
            out.append(&mut encoder.finish().map_err(|_| EncodeError::Failed)?);
        } else {
            // So that the peer can read all of this frame before the next comes.
            encoder.flush().map_err(|_| EncodeError::Failed)?;
            out.append(encoder.get_mut());
            self.encoder = Some(encoder);
        }
        Ok(Some(if frame.first { Rsv::RSV1 } else { Rsv::NONE }))
    }

    /// Frames are cut out of what a message is compressed to.
    fn allows_fragmentation(&self) -> bool {
        true
    }

    /// Every message stands alone and is compressed alike, so it can be sent on any connection.
    fn alone_key(&self) -> Option<u64> {
        Some(0)
    }
}

impl Debug for InUse {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("InUse").finish_non_exhaustive()
    }
}

fn encoder() -> io::Result<Encoder<'static, Vec<u8>>> {
    let mut encoder = Encoder::new(Vec::new(), LEVEL)?;
    encoder.window_log(WINDOW_LOG)?;
    Ok(encoder)
}

fn decoder() -> io::Result<Decoder<'static>> {
    let mut decoder = Decoder::new()?;
    // The peer may ask for no more memory than this.
    decoder.set_parameter(DParameter::WindowLogMax(WINDOW_LOG))?;
    Ok(decoder)
}

const LEVEL: i32 = 3;

/// 128 KiB: zstd by itself would hold up to 128 MiB for a peer that says so.
const WINDOW_LOG: u32 = 17;
