//! Assembles the fragments of one message (RFC 6455 §5.4).
//!
//! Holds the kind fixed by the first frame, the frame that is arriving, the bytes so far and the
//! limits on them. A message received in pieces passes through here too, without being kept.
//! Knows nothing of control frames, which pass between fragments.

mod fragment;

use alloc::vec::Vec;

use bytes::{Bytes, BytesMut};
use sockeye_extensions::{Chain, ENCODED_SLACK_BYTES};
use sockeye_frame::Utf8Validator;

use crate::buffer::{self, Buffer, Growth};
use crate::data_frame::DataFrame;
use crate::intake::Intake;
use crate::stats::count;
use crate::{
    IncomingMessage, Input, Limits, MessageKind, Payload, Piece, ProtocolViolation, TextPayload,
    Utf8Bytes,
};

/// A message of which some frames, or parts of a frame, are still to come.
#[derive(Debug)]
pub(crate) struct Assembly {
    kind: MessageKind,
    /// Bytes for which memory may be had before they come.
    earned: usize,
    /// The frame whose payload is arriving.
    frame: Option<DataFrame>,
    n_frames: u32,
    /// Bytes of the message so far, as the application sees them, kept or given out in pieces.
    len: u64,
    /// Bytes on the wire so far in frames that an extension decodes.
    n_encoded: u64,
    utf8: Utf8Validator,
    buffer: Buffer,
    /// Bytes of the buffer that have been unmasked and checked; what lies beyond was read into it
    /// by the caller.
    n_processed: usize,
    /// Whether a piece has been given out.
    in_pieces: bool,
    /// Whether input is taken in, of this message and around it; told by the receiver.
    pub(crate) intake: Intake,
}

/// How far a message has come.
#[derive(Debug)]
pub(crate) enum Progress<'a> {
    /// More bytes of the frame must come.
    NeedMore,
    /// A frame has ended, the message has not.
    FrameEnd,
    /// Some bytes of a message that is received in pieces.
    Piece(Piece<'a>),
    /// The message has ended.
    MessageEnd,
}

impl Assembly {
    /// Begins a message; `earned` is the length of the one that was put together before.
    pub(crate) fn new(kind: MessageKind, earned: usize) -> Self {
        Self {
            kind,
            earned,
            frame: None,
            n_frames: 0,
            len: 0,
            n_encoded: 0,
            utf8: Utf8Validator::default(),
            buffer: Buffer::default(),
            n_processed: 0,
            in_pieces: false,
            intake: Intake::Prompt,
        }
    }

    /// Begins the next frame of the message.
    ///
    /// # Errors
    ///
    /// - [`ProtocolViolation::MessageTooBig`]: the message would be too long with this frame.
    /// - [`ProtocolViolation::TooManyFragments`]: this frame is one too many.
    pub(crate) fn begin_frame(
        &mut self,
        frame: DataFrame,
        limits: &Limits,
    ) -> Result<(), ProtocolViolation> {
        let max_bytes = count(limits.max_message_bytes(self.kind));
        if frame.encoded {
            self.n_encoded = self.n_encoded.saturating_add(frame.remaining);
            if self.n_encoded > max_bytes.saturating_add(count(ENCODED_SLACK_BYTES)) {
                return Err(ProtocolViolation::MessageTooBig);
            }
        } else if self.len.saturating_add(frame.remaining) > max_bytes {
            return Err(ProtocolViolation::MessageTooBig);
        }
        if self.n_frames > 0 && self.n_frames >= limits.max_fragments(self.kind) {
            return Err(ProtocolViolation::TooManyFragments);
        }
        self.n_frames += 1;
        self.frame = Some(frame);
        Ok(())
    }

    /// Whether payload of a frame is arriving.
    #[inline]
    pub(crate) const fn is_within_frame(&self) -> bool {
        self.frame.is_some()
    }

    /// Takes payload of the current frame from the end of the buffer and from `input`.
    ///
    /// # Errors
    ///
    /// [`ProtocolViolation::InvalidUtf8`] at the first bytes that cannot be UTF-8, and what
    /// extensions find while decoding.
    pub(crate) fn advance<'a>(
        &mut self,
        input: &mut Input<'a>,
        pieces: bool,
        limits: &Limits,
        extensions: &mut Chain,
    ) -> Result<Progress<'a>, ProtocolViolation> {
        let Some(mut frame) = self.frame.take() else {
            return Ok(Progress::FrameEnd);
        };
        self.take_tail(&mut frame)?;
        let piece = if pieces && self.buffer.len() > 0 {
            // What was kept before pieces were asked for goes first. An encoded frame has not
            // ended then: its end goes through the extensions as soon as it has come.
            Some(Payload::Owned(self.buffer.take()))
        } else if frame.encoded {
            self.take_encoded(&mut frame, input, pieces, limits, extensions)?
        } else {
            self.take_plain(&mut frame, input, pieces)?
        };
        let ended = frame.remaining == 0;
        let last = ended && frame.fin;
        if !ended {
            self.frame = Some(frame);
        }
        if last && self.kind == MessageKind::Text {
            // RFC 6455 §8.1: text that is not UTF-8 as a whole fails the connection
            self.utf8.finish()?;
        }
        match piece {
            Some(payload) if last || !payload.as_bytes().is_empty() => {
                Ok(Progress::Piece(self.piece(payload, last)))
            }
            Some(_) | None if last => Ok(Progress::MessageEnd),
            Some(_) | None if ended => Ok(Progress::FrameEnd),
            Some(_) | None => Ok(Progress::NeedMore),
        }
    }

    /// The bytes kept so far as a piece, when there are any; for between two frames.
    pub(crate) fn take_kept(&mut self) -> Option<Piece<'static>> {
        if self.buffer.len() == 0 {
            return None;
        }
        let kept = self.buffer.take();
        Some(self.piece(Payload::Owned(kept), false))
    }

    /// The whole message, once it has ended.
    pub(crate) fn into_message(mut self) -> IncomingMessage<'static> {
        let bytes = self.buffer.take();
        match self.kind {
            MessageKind::Text => {
                IncomingMessage::Text(TextPayload::Owned(Utf8Bytes::from_checked(bytes)))
            }
            MessageKind::Binary => IncomingMessage::Binary(Payload::Owned(bytes)),
        }
    }

    /// The end of the buffer, for the caller to read into, and how much that may be.
    pub(crate) fn tail(&mut self) -> Option<(&mut BytesMut, usize)> {
        let fresh_len = self.fresh_len();
        let frame = self.frame.as_ref()?;
        let missing = frame.remaining.saturating_sub(count(fresh_len));
        if frame.encoded || missing < count(MIN_TAIL_LEN) {
            return None;
        }
        let growth = self.growth(missing, frame.fin);
        let Buffer::Plain(bytes) = &mut self.buffer else {
            return None;
        };
        buffer::reserve(bytes, MIN_TAIL_LEN, bytes.len(), growth);
        let free = bytes.capacity() - bytes.len();
        Some((bytes, free.min(usize::try_from(missing).unwrap_or(free))))
    }

    /// How far memory may grow, of a frame of which `missing` bytes are to come.
    fn growth(&self, missing: u64, fin: bool) -> Growth {
        let missing = usize::try_from(missing).unwrap_or(usize::MAX);
        let expected = match fin {
            true => missing,
            // There are more frames: as much again as has come, lest each of many moves them all,
            // or as much as the message before had.
            false => {
                let n_come = self.buffer.len();
                missing.max(n_come).max(self.earned.saturating_sub(n_come))
            }
        };
        Growth {
            expected,
            earned: self.earned,
        }
    }

    /// Bytes that the caller has read into the buffer and that have not been looked at.
    pub(crate) fn fresh_len(&self) -> usize {
        match &self.buffer {
            Buffer::Plain(bytes) => bytes.len().saturating_sub(self.n_processed),
            Buffer::Decoded(_) => 0,
        }
    }

    pub(crate) const fn kind(&self) -> MessageKind {
        self.kind
    }

    /// Bytes for which the peer may have memory ahead next time: those that it has sent as they are,
    /// not what an extension made of fewer.
    pub(crate) fn earns(&self) -> usize {
        match &self.buffer {
            Buffer::Plain(bytes) => bytes.len(),
            Buffer::Decoded(_) => 0,
        }
    }

    /// Bytes of the message so far.
    pub(crate) const fn len(&self) -> u64 {
        self.len
    }

    /// Whether part of the message has been given out, so that the rest must be too.
    pub(crate) const fn is_in_pieces(&self) -> bool {
        self.in_pieces
    }

    /// Unmasks and checks what the caller has read into the end of the buffer.
    fn take_tail(&mut self, frame: &mut DataFrame) -> Result<(), ProtocolViolation> {
        let Buffer::Plain(bytes) = &mut self.buffer else {
            return Ok(());
        };
        let start = self.n_processed.min(bytes.len());
        // More than the rest of the frame was not asked for, and there is no place for it.
        bytes.truncate(start.saturating_add(frame.bounded(bytes.len())));
        let (_, fresh) = bytes.split_at_mut(start);
        if fresh.is_empty() {
            return Ok(());
        }
        frame.unmask(fresh);
        if self.kind == MessageKind::Text {
            self.utf8.feed(fresh)?;
        }
        self.len += count(fresh.len());
        self.n_processed = bytes.len();
        Ok(())
    }

    /// Takes plain payload; gives it when it is not to be kept.
    fn take_plain<'a>(
        &mut self,
        frame: &mut DataFrame,
        input: &mut Input<'a>,
        pieces: bool,
    ) -> Result<Option<Payload<'a>>, ProtocolViolation> {
        let announced = frame.remaining;
        let payload = input.take(frame.bounded(input.len()));
        frame.unmask(payload);
        if self.kind == MessageKind::Text {
            self.utf8.feed(payload)?;
        }
        self.len += count(payload.len());
        if pieces {
            return Ok(Some(Payload::Borrowed(payload)));
        }
        let growth = self.growth(announced, frame.fin);
        self.buffer.append(payload, growth);
        self.n_processed = self.buffer.len();
        Ok(None)
    }

    /// Takes payload through the extensions; gives the result when it is not to be kept.
    fn take_encoded<'a>(
        &mut self,
        frame: &mut DataFrame,
        input: &mut Input<'_>,
        pieces: bool,
        limits: &Limits,
        extensions: &mut Chain,
    ) -> Result<Option<Payload<'a>>, ProtocolViolation> {
        let mut available = frame.bounded(input.len());
        if available == 0 && frame.remaining > 0 {
            return Ok(None);
        }
        if pieces {
            // A piece is held in memory, however long the message may be.
            available = available.min(ENCODED_BYTES_PER_PIECE);
        }
        let payload = input.take(available);
        frame.unmask(payload);
        let max_bytes = count(limits.max_message_bytes(self.kind)).saturating_sub(self.len);
        let max_bytes = usize::try_from(max_bytes).unwrap_or(usize::MAX);
        let end_of_frame = frame.remaining == 0;
        let mut piece = Vec::new();
        let out = if pieces {
            &mut piece
        } else {
            self.buffer.decoded()
        };
        let start = out.len();
        extensions.decode(payload, end_of_frame, max_bytes, out)?;
        let (_, decoded) = out.split_at(start.min(out.len()));
        if self.kind == MessageKind::Text {
            self.utf8.feed(decoded)?;
        }
        self.len += count(decoded.len());
        Ok(pieces.then(|| Payload::Owned(Bytes::from(piece))))
    }

    fn piece<'a>(&mut self, payload: Payload<'a>, last: bool) -> Piece<'a> {
        let first = !self.in_pieces;
        self.in_pieces = true;
        Piece {
            kind: self.kind,
            payload,
            first,
            last,
        }
    }
}

/// Encoded bytes that make up one piece; decoded they can be a thousand times as much.
const ENCODED_BYTES_PER_PIECE: usize = 2048;

/// Missing bytes of a frame from which reading into the message's own memory is worth a call; and
/// the least that is lent, so that no call is wasted on a few bytes of room.
const MIN_TAIL_LEN: usize = 4096;

#[cfg(test)]
mod tests;
