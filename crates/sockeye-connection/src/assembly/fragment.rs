//! Fragments that lie whole in the input (RFC 6455 §5.4).
//!
//! The short cut for messages of many small frames: one look at the header, then the payload is
//! unmasked and kept. Everything else, faults included, is left to the long way, which begins anew
//! with the same bytes.

use sockeye_frame::{PlainHeader, Role};

use super::Assembly;
use crate::stats::count;
use crate::{Input, Limits, MessageKind, ProtocolViolation, Traffic};

impl Assembly {
    /// Takes the next fragment out of `input` if it lies whole there; gives whether it is the last.
    ///
    /// Consumes nothing, and gives nothing, when the frame is not a plain continuation, or breaks
    /// a limit. The input begins with a header, no piece of the message has been given out, and
    /// there are no extensions.
    ///
    /// # Errors
    ///
    /// [`ProtocolViolation::InvalidUtf8`]; other faults are not looked for.
    // Hot: measured by the benchmark of fragments.
    #[inline]
    pub(crate) fn take_fragment(
        &mut self,
        input: &mut Input<'_>,
        receiver: Role,
        limits: &Limits,
        traffic: &mut Traffic,
    ) -> Result<Option<bool>, ProtocolViolation> {
        let Some(header) = PlainHeader::decode_continuation(input.as_bytes(), receiver) else {
            return Ok(None);
        };
        let payload_len = count(header.payload_len);
        let max_bytes = count(limits.max_message_bytes(self.kind));
        let is_taken = !self.is_within_frame()
            && !self.in_pieces
            && header.payload_len <= input.len() - header.len
            && self.len.saturating_add(payload_len) <= max_bytes
            && self.n_frames < limits.max_fragments(self.kind);
        if !is_taken {
            return Ok(None);
        }
        traffic.frames += 1;
        input.take(header.len);
        let payload = input.take(header.payload_len);
        if let Some(key) = header.mask {
            key.apply(0, payload);
        }
        if self.kind == MessageKind::Text {
            self.utf8.feed(payload)?;
        }
        self.n_frames += 1;
        self.len += payload_len;
        let growth = self.growth(payload_len, header.fin);
        self.buffer.append(payload, growth);
        self.n_processed = self.buffer.len();
        if header.fin && self.kind == MessageKind::Text {
            // RFC 6455 §8.1: text that is not UTF-8 as a whole fails the connection
            self.utf8.finish()?;
        }
        Ok(Some(header.fin))
    }
}
