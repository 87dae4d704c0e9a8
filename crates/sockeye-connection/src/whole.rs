//! Messages that lie whole in the input, in one frame that no extension decodes (RFC 6455 §5.2).
//!
//! The short cut that most messages take: one look at the header, then the payload is unmasked and
//! handed out where it lies. Everything else, faults of the header included, is left to
//! `receive.rs`, which begins anew with the same bytes.

use sockeye_frame::{FrameHeader, Opcode, PlainHeader, Role, validate_utf8};

use crate::stats::count;
use crate::{
    IncomingMessage, Input, Limits, MessageKind, Payload, ProtocolViolation, TextPayload, Traffic,
};

/// Takes the next message out of `input` if it lies whole there; consumes nothing if not.
///
/// The input begins with a header, and there are no extensions.
///
/// # Errors
///
/// [`ProtocolViolation::InvalidUtf8`]; other faults are not looked for.
// Hot: measured by the echo benchmarks.
#[inline(always)]
pub(crate) fn next_whole<'a>(
    input: &mut Input<'a>,
    receiver: Role,
    limits: &Limits,
    traffic: &mut Traffic,
) -> Option<Result<IncomingMessage<'a>, ProtocolViolation>> {
    let header = PlainHeader::decode(input.as_bytes(), receiver)?;
    let kind = match header.opcode {
        Opcode::Text => MessageKind::Text,
        Opcode::Binary => MessageKind::Binary,
        Opcode::Continuation | Opcode::Close | Opcode::Ping | Opcode::Pong => return None,
    };
    if header.payload_len > limits.max_message_bytes(kind)
        || header.payload_len > input.len() - header.len
    {
        return None;
    }
    input.take(header.len);
    let payload = input.take(header.payload_len);
    if let Some(key) = header.mask {
        key.apply(0, payload);
    }
    traffic.frames += 1;
    traffic.wire_bytes += count(header.len + header.payload_len);
    let message = whole_message(kind, payload);
    if message.is_ok() {
        traffic.messages += 1;
        traffic.payload_bytes += count(header.payload_len);
    }
    Some(message)
}

/// Takes the whole payload out of `input`, unmasked in place, if it is all there.
pub(crate) fn take_whole<'a>(header: &FrameHeader, input: &mut Input<'a>) -> Option<&'a [u8]> {
    let len = usize::try_from(header.payload_len).ok()?;
    if len > input.len() {
        return None;
    }
    let payload = input.take(len);
    if let Some(key) = header.mask {
        key.apply(0, payload);
    }
    Some(payload)
}

/// A message out of its whole, unmasked payload.
///
/// # Errors
///
/// [`ProtocolViolation::InvalidUtf8`].
#[inline]
pub(crate) fn whole_message(
    kind: MessageKind,
    payload: &[u8],
) -> Result<IncomingMessage<'_>, ProtocolViolation> {
    Ok(match kind {
        // RFC 6455 §8.1: text that is not UTF-8 fails the connection
        MessageKind::Text => IncomingMessage::Text(TextPayload::Borrowed(validate_utf8(payload)?)),
        MessageKind::Binary => IncomingMessage::Binary(Payload::Borrowed(payload)),
    })
}

#[cfg(test)]
mod tests;
