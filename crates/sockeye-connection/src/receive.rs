//! Turns bytes into messages, pieces and control frames (RFC 6455 §5.2–5.6).
//!
//! The loop over frames. A whole, unfragmented frame that no extension decodes is handed out where
//! it lies, unmasked in place: neither copied nor allocated for; most messages take the short cut
//! to that in `whole.rs`. What control frames mean, and what a violation leads to, is the
//! connection's business.

use alloc::boxed::Box;

use bytes::BytesMut;
use sockeye_extensions::{Chain, FrameStart};
use sockeye_frame::{FrameHeader, HeaderRules, Opcode};

use crate::assembly::{Assembly, Progress};
use crate::data_frame::DataFrame;
use crate::intake::Intake;
use crate::partial::{PartialControl, PartialHeader};
use crate::stats::count;
use crate::steps::Steps;
use crate::whole::{take_whole, whole_message};
use crate::{
    IncomingMessage, Input, Limits, MessageKind, NextFrame, Payload, Piece, ProtocolViolation,
    Traffic,
};

/// The receiving half: what has come of a frame and of a message.
#[derive(Debug, Default)]
pub(crate) struct Receiver {
    header: PartialHeader,
    control: Option<Box<PartialControl>>,
    message: Option<Box<Assembly>>,
    /// Bytes of the last message that was put together here, as they were sent.
    earned: usize,
    /// Whether messages are received in pieces.
    pieces: bool,
}

/// What the receiver needs of the rest of the connection.
pub(crate) struct Context<'c> {
    pub(crate) rules: HeaderRules,
    pub(crate) limits: &'c Limits,
    pub(crate) extensions: &'c mut Chain,
    pub(crate) traffic: &'c mut Traffic,
    pub(crate) steps: &'c mut Steps,
}

/// Something whole that has come.
#[derive(Debug)]
pub(crate) enum Incoming<'a> {
    Message(IncomingMessage<'a>),
    Piece(Piece<'a>),
    Close(Payload<'a>),
    Ping(Payload<'a>),
    Pong(Payload<'a>),
}

impl Receiver {
    /// Consumes `input` until something is whole or no input is left.
    ///
    /// # Errors
    ///
    /// The first violation; the receiver must not be used afterwards.
    pub(crate) fn next<'a>(
        &mut self,
        input: &mut Input<'a>,
        context: &mut Context<'_>,
    ) -> Result<Option<Incoming<'a>>, ProtocolViolation> {
        loop {
            if self.message.is_some()
                && let Some(incoming) = self.advance_message(input, context)?
            {
                return Ok(Some(incoming));
            }
            if let Some(control) = &mut self.control {
                let Some(payload) = control.read(input) else {
                    return Ok(None);
                };
                let opcode = control.opcode();
                self.control = None;
                return Ok(Incoming::control(opcode, payload));
            }
            if self.take_fragments(input, context)? {
                return Ok(self.end_message(context).map(Incoming::Message));
            }
            if input.is_empty() {
                return Ok(None);
            }
            let Some(header) = self.header.read(input, context.rules, context.steps)? else {
                return Ok(None);
            };
            if let Some(incoming) = self.begin_frame(&header, input, context)? {
                return Ok(Some(incoming));
            }
            context.steps.count();
        }
    }

    /// Whether the next byte is the first of a header, and may begin a whole message.
    #[inline]
    pub(crate) const fn is_between_messages(&self) -> bool {
        self.is_at_rest() && !self.pieces
    }

    /// What `bytes` begin with, which come next; see [`NextFrame`].
    pub(crate) fn next_frame(&self, bytes: &[u8]) -> NextFrame {
        match &self.control {
            _ if self.message.is_some() => NextFrame::Data,
            Some(control) => NextFrame::control(control.missing_bytes(), bytes.len()),
            None => NextFrame::new(self.header.as_bytes(), bytes),
        }
    }

    /// Whether nothing is under way: the next byte is the first of a header, of a message or not.
    const fn is_at_rest(&self) -> bool {
        self.message.is_none() && self.header.is_empty() && self.control.is_none()
    }

    pub(crate) const fn set_pieces(&mut self, pieces: bool) {
        self.pieces = pieces;
    }

    /// Whether part of a message has come, if only its first header.
    #[inline]
    pub(crate) const fn is_within_message(&self) -> bool {
        self.message.is_some()
    }

    /// Whether a message is being kept until it is whole.
    #[inline]
    pub(crate) fn is_assembling(&self) -> bool {
        match &self.message {
            Some(message) => !self.pieces && !message.is_in_pieces(),
            None => false,
        }
    }

    /// Whether input of the message that is being put together is taken in; `None` without one.
    pub(crate) fn intake(&mut self) -> Option<&mut Intake> {
        match self.is_assembling() {
            true => self.message.as_mut().map(|message| &mut message.intake),
            false => None,
        }
    }

    /// The end of the message's buffer, for the caller to read into, and how much that may be.
    pub(crate) fn tail(&mut self) -> Option<(&mut BytesMut, usize)> {
        if !self.is_assembling() {
            return None;
        }
        self.message.as_mut()?.tail()
    }

    /// Bytes that the caller has read into the end of the message's buffer.
    #[inline]
    pub(crate) fn fresh_len(&self) -> usize {
        match &self.message {
            Some(message) => message.fresh_len(),
            None => 0,
        }
    }

    /// Goes on with the message that is under way; gives nothing when a header must come next or
    /// no input is left.
    fn advance_message<'a>(
        &mut self,
        input: &mut Input<'a>,
        context: &mut Context<'_>,
    ) -> Result<Option<Incoming<'a>>, ProtocolViolation> {
        let Some(message) = &mut self.message else {
            return Ok(None);
        };
        if !input.is_empty() || message.fresh_len() > 0 {
            message.intake.fed();
        }
        let pieces = self.pieces || message.is_in_pieces();
        if pieces
            && !message.is_within_frame()
            && let Some(piece) = message.take_kept()
        {
            return Ok(Some(context.given(piece)));
        }
        while message.is_within_frame() {
            match message.advance(input, pieces, context.limits, context.extensions)? {
                Progress::NeedMore if input.is_empty() => break,
                Progress::NeedMore => context.steps.count(),
                Progress::FrameEnd => break,
                Progress::Piece(piece) => {
                    if piece.last {
                        self.message = None;
                    }
                    return Ok(Some(context.given(piece)));
                }
                Progress::MessageEnd => {
                    return Ok(self.end_message(context).map(Incoming::Message));
                }
            }
        }
        Ok(None)
    }

    /// Takes the fragments that lie whole in `input` and need nothing but to be kept; whether the
    /// message has ended with them.
    fn take_fragments(
        &mut self,
        input: &mut Input<'_>,
        context: &mut Context<'_>,
    ) -> Result<bool, ProtocolViolation> {
        let Some(message) = &mut self.message else {
            return Ok(false);
        };
        if !self.header.is_empty() || self.pieces || !context.extensions.is_empty() {
            return Ok(false);
        }
        let Context { rules, limits, .. } = *context;
        loop {
            match message.take_fragment(input, rules.receiver, limits, context.traffic)? {
                Some(true) => return Ok(true),
                Some(false) => context.steps.count(),
                None => return Ok(false),
            }
        }
    }

    /// Takes the message that has ended.
    fn end_message(&mut self, context: &mut Context<'_>) -> Option<IncomingMessage<'static>> {
        let message = self.message.take()?;
        Some(self.give(*message, context))
    }

    /// Counts a message that has ended, and gives it.
    fn give(&mut self, message: Assembly, context: &mut Context<'_>) -> IncomingMessage<'static> {
        context.traffic.messages += 1;
        context.traffic.payload_bytes += message.len();
        self.earned = message.earns();
        message.into_message()
    }

    /// Takes in a header, and the payload with it when that is whole and needs no more.
    fn begin_frame<'a>(
        &mut self,
        header: &FrameHeader,
        input: &mut Input<'a>,
        context: &mut Context<'_>,
    ) -> Result<Option<Incoming<'a>>, ProtocolViolation> {
        context.traffic.frames += 1;
        match header.opcode {
            Opcode::Text => self.begin_message(MessageKind::Text, header, input, context),
            Opcode::Binary => self.begin_message(MessageKind::Binary, header, input, context),
            Opcode::Continuation => {
                let Some(message) = &mut self.message else {
                    // RFC 6455 §5.4: a continuation continues a message that has begun
                    return Err(ProtocolViolation::UnexpectedContinuation);
                };
                let encoded = applies(message.kind(), false, header, context.extensions)?;
                message.begin_frame(DataFrame::new(header, encoded), context.limits)?;
                Ok(None)
            }
            Opcode::Close | Opcode::Ping | Opcode::Pong => match take_whole(header, input) {
                Some(payload) => Ok(Incoming::control(header.opcode, Payload::Borrowed(payload))),
                None => {
                    self.control = Some(Box::new(PartialControl::new(*header)));
                    Ok(None)
                }
            },
        }
    }

    /// Takes in the first header of a message.
    fn begin_message<'a>(
        &mut self,
        kind: MessageKind,
        header: &FrameHeader,
        input: &mut Input<'a>,
        context: &mut Context<'_>,
    ) -> Result<Option<Incoming<'a>>, ProtocolViolation> {
        if self.message.is_some() {
            // RFC 6455 §5.4: the fragments of one message MUST NOT be interleaved between the
            // fragments of another message
            return Err(ProtocolViolation::ExpectedContinuation);
        }
        let encoded = applies(kind, true, header, context.extensions)?;
        let max_bytes = count(context.limits.max_message_bytes(kind));
        if header.fin
            && !encoded
            && header.payload_len <= max_bytes
            && let Some(payload) = take_whole(header, input)
        {
            let message = whole_message(kind, payload)?;
            if self.pieces {
                return Ok(Some(context.given(Piece {
                    kind,
                    payload: Payload::Borrowed(payload),
                    first: true,
                    last: true,
                })));
            }
            context.traffic.messages += 1;
            context.traffic.payload_bytes += header.payload_len;
            return Ok(Some(Incoming::Message(message)));
        }
        let earned = self.earned.min(context.limits.max_message_bytes(kind));
        let mut message = Assembly::new(kind, earned);
        message.begin_frame(DataFrame::new(header, encoded), context.limits)?;
        // Encoded messages are as a rule one whole frame, which ends here without being kept.
        if !self.pieces
            && let Progress::MessageEnd =
                message.advance(input, false, context.limits, context.extensions)?
        {
            return Ok(Some(Incoming::Message(self.give(message, context))));
        }
        self.message = Some(Box::new(message));
        Ok(None)
    }
}

impl Context<'_> {
    /// Counts a piece that goes to the application.
    fn given<'a>(&mut self, piece: Piece<'a>) -> Incoming<'a> {
        self.traffic.payload_bytes += count(piece.payload.as_bytes().len());
        self.traffic.messages += u64::from(piece.last);
        Incoming::Piece(piece)
    }
}

impl<'a> Incoming<'a> {
    /// A whole control frame; nothing for the opcodes of data frames.
    fn control(opcode: Opcode, payload: Payload<'a>) -> Option<Self> {
        match opcode {
            Opcode::Close => Some(Self::Close(payload)),
            Opcode::Ping => Some(Self::Ping(payload)),
            Opcode::Pong => Some(Self::Pong(payload)),
            Opcode::Continuation | Opcode::Text | Opcode::Binary => None,
        }
    }
}

/// Asks the extensions whether they decode the payload of this frame.
#[inline]
fn applies(
    kind: MessageKind,
    first: bool,
    header: &FrameHeader,
    extensions: &mut Chain,
) -> Result<bool, ProtocolViolation> {
    if extensions.is_empty() {
        return Ok(false);
    }
    let frame = FrameStart {
        opcode: kind.opcode(),
        first,
        fin: header.fin,
        rsv: header.rsv,
    };
    Ok(extensions.begin_frame(&frame)?)
}

#[cfg(test)]
mod tests;
