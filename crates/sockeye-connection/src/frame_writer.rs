//! Lays frames into the outbox (RFC 6455 §5.2–5.6).
//!
//! Masks when the role demands it, and lets the extensions encode data frames. Which payloads are
//! copied and which are queued by reference is decided in `outgoing.rs`, whether anything may be
//! sent now by the caller.

use alloc::vec::Vec;
use core::ops::Range;

use sockeye_extensions::{Chain, EncodeError, FrameToSend};
use sockeye_frame::{EncodedHeader, FrameHeader, MaskKey, Opcode, Role, Rsv};

use crate::outbox::Outbox;
use crate::outgoing::Outgoing;
use crate::stats::count;
use crate::{Entropy, Message, MessageKind, SendOptions, Traffic, splice};

/// The parts of a connection that sending a frame needs.
pub(crate) struct FrameWriter<'c> {
    pub(crate) role: Role,
    pub(crate) entropy: &'c mut Entropy,
    pub(crate) extensions: &'c mut Chain,
    pub(crate) outbox: &'c mut Outbox,
    pub(crate) traffic: &'c mut Traffic,
}

/// Part of a message or all of it, without its payload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    pub(crate) kind: MessageKind,
    /// Whether the message begins with it.
    pub(crate) first: bool,
    /// Whether the message ends with it.
    pub(crate) fin: bool,
    pub(crate) options: SendOptions,
}

impl Part {
    /// All of a message.
    #[inline]
    pub(crate) const fn whole(kind: MessageKind, options: SendOptions) -> Self {
        Self {
            kind,
            first: true,
            fin: true,
            options,
        }
    }

    /// The opcode of its first frame.
    #[inline]
    const fn opcode(self) -> Opcode {
        // RFC 6455 §5.4: fragments after the first have the opcode 0
        if self.first {
            self.kind.opcode()
        } else {
            Opcode::Continuation
        }
    }

    /// How the extensions see it.
    const fn to_send(self) -> FrameToSend {
        FrameToSend {
            opcode: self.kind.opcode(),
            first: self.first,
            fin: self.fin,
            compress: self.options.compress,
            alone: self.options.secret,
        }
    }
}

impl FrameWriter<'_> {
    /// Queues part of a message or all of it, in frames of at most `max_fragment_bytes` of
    /// payload; longer ones only where an extension that must see each frame makes it longer.
    ///
    /// # Errors
    ///
    /// The [`EncodeError`] of an extension; some fragments may have been queued by then.
    #[inline]
    pub(crate) fn message(
        &mut self,
        part: Part,
        payload: Outgoing<'_>,
        max_fragment_bytes: usize,
    ) -> Result<(), EncodeError> {
        self.count_payload(part.fin, payload.as_bytes().len());
        // Without a limit a payload is encoded where it leaves from.
        if max_fragment_bytes < usize::MAX
            && !self.extensions.is_empty()
            && self.extensions.allows_fragmentation()
        {
            return self.fragments_of_encoded(part, payload.as_bytes(), max_fragment_bytes);
        }
        self.fragments(part, payload, max_fragment_bytes)
    }

    /// Queues a message in one frame that no extension encodes, with a copy of its payload.
    #[inline]
    pub(crate) fn copied_message(&mut self, kind: MessageKind, payload: &[u8]) {
        self.count_payload(true, payload.len());
        self.copied_frame(true, kind.opcode(), payload);
    }

    /// Queues a message in one frame that no extension encodes, with its payload shared.
    pub(crate) fn plain_message(&mut self, message: Message) {
        self.count_payload(true, message.len());
        let opcode = message.kind().opcode();
        self.plain_frame(true, opcode, Outgoing::Shared(message.into_bytes()));
    }

    /// Queues a message in one frame, with its payload in a part of the caller's buffer.
    pub(crate) fn lent_message(&mut self, kind: MessageKind, place: Range<usize>) {
        self.count_payload(true, place.len());
        let header = header(true, kind.opcode(), place.len());
        self.spliced(&header, splice::Payload::Place(place));
    }

    /// Counts what of a message was queued; `fin` is whether it ends with that.
    #[inline]
    pub(crate) fn count_payload(&mut self, fin: bool, len: usize) {
        self.traffic.payload_bytes += count(len);
        self.traffic.messages += u64::from(fin);
    }

    /// Queues a control frame; `payload` has at most 125 bytes.
    pub(crate) fn control(&mut self, opcode: Opcode, payload: &[u8]) {
        self.copied_frame(true, opcode, payload);
    }

    fn fragments(
        &mut self,
        part: Part,
        payload: Outgoing<'_>,
        max_fragment_bytes: usize,
    ) -> Result<(), EncodeError> {
        let mut rest = payload;
        let mut first = part.first;
        while rest.as_bytes().len() > max_fragment_bytes {
            let fragment = rest.split_to(max_fragment_bytes);
            let fin = false;
            self.data_frame(Part { first, fin, ..part }, fragment)?;
            first = false;
        }
        self.data_frame(Part { first, ..part }, rest)
    }

    /// The same of what the extensions make of the payload, copied.
    #[cold]
    fn fragments_of_encoded(
        &mut self,
        part: Part,
        payload: &[u8],
        max_fragment_bytes: usize,
    ) -> Result<(), EncodeError> {
        let mut encoded = Vec::new();
        let given = self
            .extensions
            .encode(&part.to_send(), payload, &mut encoded)?;
        let (mut rest, mut rsv) = match given {
            None => (payload, Rsv::NONE),
            Some(rsv) => (encoded.as_slice(), rsv),
        };
        let mut opcode = part.opcode();
        while rest.len() > max_fragment_bytes {
            let (fragment, behind) = rest.split_at(max_fragment_bytes);
            self.marked_frame(false, opcode, rsv, fragment);
            rest = behind;
            // RFC 7692 §6.1: set the "Per-Message Compressed" bit of the first fragment
            rsv = Rsv::NONE;
            opcode = Opcode::Continuation;
        }
        self.marked_frame(part.fin, opcode, rsv, rest);
        Ok(())
    }

    /// Queues a frame with these bits, with a copy of its payload.
    #[cold]
    fn marked_frame(&mut self, fin: bool, opcode: Opcode, rsv: Rsv, payload: &[u8]) {
        self.traffic.frames += 1;
        let mask = self.fresh_mask();
        let header = FrameHeader {
            mask,
            rsv,
            ..header(fin, opcode, payload.len())
        };
        let out = self.outbox.append(EncodedHeader::ROOM + payload.len());
        header.encode().append_to(out);
        match mask {
            None => out.extend_from_slice(payload),
            Some(key) => key.append_masked(payload, out),
        }
    }

    fn data_frame(&mut self, part: Part, payload: Outgoing<'_>) -> Result<(), EncodeError> {
        if self.extensions.is_empty() || !self.encoded_frame(part, payload.as_bytes())? {
            self.plain_frame(part.fin, part.opcode(), payload);
        }
        Ok(())
    }

    /// Queues a frame that no extension encodes.
    fn plain_frame(&mut self, fin: bool, opcode: Opcode, payload: Outgoing<'_>) {
        if payload.is_copied(self.role.masks()) {
            self.copied_frame(fin, opcode, payload.as_bytes());
        } else {
            self.spliced_frame(fin, opcode, payload);
        }
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

    pub(crate) fn spliced(&mut self, header: &FrameHeader, payload: splice::Payload) {
        self.traffic.frames += 1;
        let out = self.outbox.append(EncodedHeader::ROOM);
        header.encode().append_to(out);
        self.outbox.splice(payload);
    }

    /// Queues a frame with its payload encoded; gives false, with nothing queued, when the
    /// extensions leave the frame as it is.
    fn encoded_frame(&mut self, part: Part, payload: &[u8]) -> Result<bool, EncodeError> {
        let mask = self.fresh_mask();
        let out = self.outbox.append(FrameHeader::MAX_LEN);
        let encoded = append_encoded(self.extensions, part, payload, mask, out)?;
        self.traffic.frames += u64::from(encoded.is_some());
        Ok(encoded.is_some())
    }

    #[inline]
    pub(crate) fn fresh_mask(&mut self) -> Option<MaskKey> {
        fresh_mask(self.role, self.entropy)
    }
}

/// Appends a frame to `out` with its payload encoded by the extensions; gives its header, or
/// `None`, with nothing appended, when they leave the frame as it is.
pub(crate) fn append_encoded(
    extensions: &mut Chain,
    part: Part,
    payload: &[u8],
    mask: Option<MaskKey>,
    out: &mut Vec<u8>,
) -> Result<Option<FrameHeader>, EncodeError> {
    let mut header = FrameHeader {
        mask,
        ..header(part.fin, part.opcode(), payload.len())
    };
    // The header's length depends on that of the encoded payload, so it is written afterwards, into
    // room that is kept for it. As a rule both lengths have the same form on the wire; where they
    // have not, the encoded payload is moved.
    let start = out.len();
    let room = start..start + header.encoded_len();
    out.resize(room.end, 0);
    match extensions.encode(&part.to_send(), payload, out) {
        Ok(Some(rsv)) => header.rsv = rsv,
        Ok(None) => {
            out.truncate(start);
            return Ok(None);
        }
        Err(error) => {
            out.truncate(start);
            return Err(error);
        }
    }
    let (_, encoded) = out.split_at_mut(room.end);
    header.payload_len = count(encoded.len());
    if let Some(key) = mask {
        key.apply(0, encoded);
    }
    out.splice(room, header.encode().iter().copied());
    Ok(Some(header))
}

/// The header of a frame that is neither masked nor encoded.
#[inline]
pub(crate) fn header(fin: bool, opcode: Opcode, payload_len: usize) -> FrameHeader {
    FrameHeader {
        fin,
        rsv: Rsv::NONE,
        opcode,
        mask: None,
        payload_len: count(payload_len),
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
