//! Lays frames into the outbox (RFC 6455 §5.2–5.6).
//!
//! Masks when the role demands it, lets the extensions encode data frames, and decides which
//! payloads are copied and which are queued by reference. Whether anything may be sent now is
//! decided by the caller.

use alloc::vec::Vec;
use core::ops::Range;

use bytes::{Bytes, BytesMut};
use sockeye_extensions::{Chain, Compress, EncodeError, FrameToSend};
use sockeye_frame::{EncodedHeader, FrameHeader, MaskKey, Opcode, Role, Rsv};

use crate::outbox::Outbox;
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

/// A payload to send, in the memory it is in.
#[derive(Debug)]
pub(crate) enum Outgoing<'a> {
    /// The caller's; must be copied.
    Lent(&'a [u8]),
    /// Shared with others; must not be changed.
    Shared(Bytes),
    /// Nobody else's; can be masked where it is.
    Unique(BytesMut),
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

impl Outgoing<'_> {
    /// A payload that is queued by reference if it is long enough for that to pay.
    #[inline]
    pub(crate) fn from_bytes(payload: Bytes, role: Role) -> Self {
        if role.masks() && payload.len() >= MIN_SPLICED_BYTES {
            return match payload.try_into_mut() {
                Ok(payload) => Self::Unique(payload),
                Err(payload) => Self::Shared(payload),
            };
        }
        Self::Shared(payload)
    }

    #[inline]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Lent(payload) => payload,
            Self::Shared(payload) => payload,
            Self::Unique(payload) => payload,
        }
    }

    /// Splits off the first `len` bytes; there are as many.
    fn split_to(&mut self, len: usize) -> Self {
        match self {
            Self::Lent(payload) => {
                let (head, tail) = payload.split_at(len);
                *payload = tail;
                Self::Lent(head)
            }
            Self::Shared(payload) => Self::Shared(payload.split_to(len)),
            Self::Unique(payload) => Self::Unique(payload.split_to(len)),
        }
    }

    /// Whether copying the payload behind its header is better than queueing it by reference.
    #[inline]
    fn is_copied(&self, masked: bool) -> bool {
        match self {
            Self::Lent(_) => true,
            // A shared payload is copied anyhow when it is masked.
            Self::Shared(payload) if masked => payload.len() < MIN_MASKED_APART_BYTES,
            Self::Shared(payload) => payload.len() < MIN_SPLICED_BYTES,
            Self::Unique(payload) => payload.len() < MIN_SPLICED_BYTES,
        }
    }

    /// The payload in memory that can be queued, masked if there is a key.
    fn into_masked(self, mask: Option<MaskKey>) -> Bytes {
        let (payload, key) = match (self, mask) {
            (Self::Shared(payload), None) => return payload,
            (Self::Unique(payload), None) => return payload.freeze(),
            (Self::Lent(payload), None) => return Bytes::copy_from_slice(payload),
            (Self::Unique(mut payload), Some(key)) => {
                key.apply(0, &mut payload);
                return payload.freeze();
            }
            (payload, Some(key)) => (payload, key),
        };
        let mut masked = Vec::new();
        key.append_masked(payload.as_bytes(), &mut masked);
        Bytes::from(masked)
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

/// Bytes from which a payload is queued by reference; below, copying it is cheaper than a further
/// slice in a vectored write.
pub(crate) const MIN_SPLICED_BYTES: usize = 2048;

/// Bytes from which the masked copy of a shared payload gets memory of its own, so that the
/// buffer which small frames share does not grow large.
const MIN_MASKED_APART_BYTES: usize = 32 * 1024;
