//! Lays frames into the outbox (RFC 6455 §5.2–5.6).
//!
//! Masks when the role demands it, and lets the extensions encode data frames. Which payloads are
//! copied and which are queued by reference is decided in `outgoing.rs`, whether anything may be
//! sent now by the caller.

use core::ops::Range;

use sockeye_extensions::{Chain, Compress, EncodeError, FrameToSend};
use sockeye_frame::{EncodedHeader, FrameHeader, MaskKey, Opcode, Role, Rsv};

use crate::outbox::Outbox;
use crate::outgoing::Outgoing;
use crate::stats::count;
use crate::{Entropy, MessageKind, Traffic, splice};

/// The parts of a connection that sending a frame needs.
pub(crate) struct FrameWriter<'c> {
    pub(crate) role: Role,
    pub(crate) entropy: &'c mut Entropy,
    pub(crate) extensions: &'c mut Chain,
    pub(crate) outbox: &'c mut Outbox,
    pub(crate) traffic: &'c mut Traffic,
}

impl FrameWriter<'_> {
    /// Queues part of a message or all of it, in frames of at most `max_frame_bytes` of payload.
    ///
    /// `first` and `fin` say whether the message begins and ends with this payload.
    ///
    /// # Errors
    ///
    /// The [`EncodeError`] of an extension; some fragments may have been queued by then.
    #[inline]
    pub(crate) fn message(
        &mut self,
        kind: MessageKind,
        first: bool,
        fin: bool,
        payload: Outgoing<'_>,
        max_frame_bytes: Option<usize>,
    ) -> Result<(), EncodeError> {
        self.count_payload(fin, payload.as_bytes().len());
        self.fragments(kind, first, fin, payload, max_frame_bytes)
    }

    /// Queues a message in one frame that no extension encodes, with a copy of its payload.
    #[inline]
    pub(crate) fn copied_message(&mut self, kind: MessageKind, payload: &[u8]) {
        self.count_payload(true, payload.len());
        self.copied_frame(true, kind.opcode(), payload);
    }

    /// Queues a message in one frame, with its payload in a part of the caller's buffer.
    pub(crate) fn lent_message(&mut self, kind: MessageKind, place: Range<usize>) {
        self.count_payload(true, place.len());
        let header = header(true, kind.opcode(), place.len());
        self.spliced(&header, splice::Payload::Place(place));
    }

    /// Counts what of a message was queued; `fin` is whether it ends with that.
    #[inline]
    fn count_payload(&mut self, fin: bool, len: usize) {
        self.traffic.payload_bytes += count(len);
        self.traffic.messages += u64::from(fin);
    }

    /// Queues a control frame; `payload` has at most 125 bytes.
    pub(crate) fn control(&mut self, opcode: Opcode, payload: &[u8]) {
        self.copied_frame(true, opcode, payload);
    }

    fn fragments(
        &mut self,
        kind: MessageKind,
        first: bool,
        fin: bool,
        payload: Outgoing<'_>,
        max_frame_bytes: Option<usize>,
    ) -> Result<(), EncodeError> {
        let mut rest = payload;
        let mut first = first;
        let max_bytes = max_frame_bytes.map_or(usize::MAX, |max| max.max(1));
        while rest.as_bytes().len() > max_bytes {
            let fragment = rest.split_to(max_bytes);
            self.data_frame(kind, first, false, fragment)?;
            first = false;
        }
        self.data_frame(kind, first, fin, rest)
    }

    fn data_frame(
        &mut self,
        kind: MessageKind,
        first: bool,
        fin: bool,
        payload: Outgoing<'_>,
    ) -> Result<(), EncodeError> {
        let opcode = data_opcode(kind, first);
        if !self.extensions.is_empty() {
            let frame = FrameToSend {
                opcode: kind.opcode(),
                first,
                fin,
                compress: Compress::Auto,
                alone: false,
            };
            if self.encoded_frame(opcode, &frame, payload.as_bytes())? {
                return Ok(());
            }
        }
        if payload.is_copied(self.role.masks()) {
            self.copied_frame(fin, opcode, payload.as_bytes());
        } else {
            self.spliced_frame(fin, opcode, payload);
        }
        Ok(())
    }

    /// Queues a frame with a copy of its payload.
    // Hot: measured by the echo benchmarks.
    #[inline]
    fn copied_frame(&mut self, fin: bool, opcode: Opcode, payload: &[u8]) {
        self.traffic.frames += 1;
        let mask = self.fresh_mask();
        let out = self.outbox.append(EncodedHeader::ROOM + payload.len());
        let header = header(fin, opcode, payload.len());
        // Each of the two with a header of its own: without a mask it is a few instructions.
        match mask {
            None => {
                header.encode().append_to(out);
                out.extend_from_slice(payload);
            }
            Some(key) => {
                let header = FrameHeader { mask, ..header };
                header.encode().append_to(out);
                key.append_masked(payload, out);
            }
        }
    }

    /// Queues a frame with its payload by reference.
    fn spliced_frame(&mut self, fin: bool, opcode: Opcode, payload: Outgoing<'_>) {
        let mask = self.fresh_mask();
        let header = FrameHeader {
            mask,
            ..header(fin, opcode, payload.as_bytes().len())
        };
        self.spliced(&header, splice::Payload::Own(payload.into_masked(mask)));
    }

    fn spliced(&mut self, header: &FrameHeader, payload: splice::Payload) {
        self.traffic.frames += 1;
        let out = self.outbox.append(EncodedHeader::ROOM);
        header.encode().append_to(out);
        self.outbox.splice(payload);
    }

    /// Queues a frame with its payload encoded; gives false, with nothing queued, when the
    /// extensions leave the frame as it is.
    fn encoded_frame(
        &mut self,
        opcode: Opcode,
        frame: &FrameToSend,
        payload: &[u8],
    ) -> Result<bool, EncodeError> {
        let out = self.outbox.append(FrameHeader::MAX_LEN);
        let start = out.len();
        let rsv = match self.extensions.encode(frame, payload, out) {
            Ok(Some(rsv)) => rsv,
            Ok(None) => return Ok(false),
            Err(error) => {
                out.truncate(start);
                return Err(error);
            }
        };
        let payload_len = count(out.len() - start);
        let mask = fresh_mask(self.role, self.entropy);
        if let Some(key) = mask {
            let (_, encoded) = out.split_at_mut(start);
            key.apply(0, encoded);
        }
        let header = FrameHeader {
            fin: frame.fin,
            rsv,
            opcode,
            mask,
            payload_len,
        };
        // The header's length depends on the payload's, so it is put in front afterwards; moving
        // the payload up costs little beside having encoded it.
        out.splice(start..start, header.encode().iter().copied());
        self.traffic.frames += 1;
        Ok(true)
    }

    #[inline]
    fn fresh_mask(&mut self) -> Option<MaskKey> {
        fresh_mask(self.role, self.entropy)
    }
}

/// The header of a frame that is neither masked nor encoded.
#[inline]
fn header(fin: bool, opcode: Opcode, payload_len: usize) -> FrameHeader {
    FrameHeader {
        fin,
        rsv: Rsv::NONE,
        opcode,
        mask: None,
        payload_len: count(payload_len),
    }
}

/// The opcode of a message's first frame, or of its other frames.
#[inline]
const fn data_opcode(kind: MessageKind, first: bool) -> Opcode {
    // RFC 6455 §5.4: fragments after the first have the opcode 0
    if first {
        kind.opcode()
    } else {
        Opcode::Continuation
    }
}

#[inline]
fn fresh_mask(role: Role, entropy: &mut Entropy) -> Option<MaskKey> {
    if !role.masks() {
        return None;
    }
    // RFC 6455 §5.3: the masking key needs to be unpredictable, and a fresh one MUST be picked for
    // each frame
    let mut key = [0; 4];
    entropy(&mut key);
    Some(MaskKey::from(key))
}
