//! A frame that many connections send (RFC 6455 §5.2–5.3).
//!
//! Laid out once as a server sends it, header and payload in one piece, so that it leaves in a
//! plain write. A client takes the payload out of it and masks a copy.

use alloc::vec::Vec;

use bytes::Bytes;
use sockeye_extensions::{Chain, EncodeError};
use sockeye_frame::{EncodedHeader, FrameHeader};

use crate::frame_writer::{FrameWriter, Part, append_encoded, header};
use crate::outgoing::Outgoing;
use crate::{Message, splice};

/// A whole message in one frame without a mask; clones share the bytes.
#[derive(Clone, Debug)]
pub(crate) struct SharedFrame {
    header: FrameHeader,
    bytes: Bytes,
}

impl SharedFrame {
    /// The message as it is.
    pub(super) fn plain(message: &Message) -> Self {
        let payload = message.as_bytes();
        let header = header(true, message.kind().opcode(), payload.len());
        let mut bytes = Vec::with_capacity(header.encoded_len() + payload.len());
        bytes.extend_from_slice(&header.encode());
        bytes.extend_from_slice(payload);
        Self {
            header,
            bytes: Bytes::from(bytes),
        }
    }

    /// The message as the extensions encode it, `None` when they leave it as it is.
    pub(super) fn encoded(
        extensions: &mut Chain,
        whole: Part,
        payload: &[u8],
    ) -> Result<Option<Self>, EncodeError> {
        let mut bytes = Vec::new();
        let header = append_encoded(extensions, whole, payload, None, &mut bytes)?;
        // It may be kept for long, and encoders grow their output as they go.
        bytes.shrink_to_fit();
        Ok(header.map(|header| Self {
            header,
            bytes: Bytes::from(bytes),
        }))
    }

    /// Bytes of the payload as it leaves.
    pub(super) fn payload_len(&self) -> usize {
        self.bytes.len() - self.header.encoded_len()
    }

    fn payload(&self) -> Bytes {
        self.bytes.slice(self.header.encoded_len()..)
    }
}

impl FrameWriter<'_> {
    /// Queues `message` as it was laid out in `frame`.
    pub(super) fn shared_message(&mut self, message: &Message, frame: &SharedFrame) {
        self.count_payload(true, message.len());
        match self.fresh_mask() {
            Some(key) => {
                let header = FrameHeader {
                    mask: Some(key),
                    ..frame.header
                };
                let payload = Outgoing::Shared(frame.payload());
                if !payload.is_copied(true) {
                    let masked = payload.into_masked(header.mask);
                    self.spliced(&header, splice::Payload::Own(masked));
                    return;
                }
                let out = self
                    .outbox
                    .append(EncodedHeader::ROOM + payload.as_bytes().len());
                header.encode().append_to(out);
                key.append_masked(payload.as_bytes(), out);
            }
            None if frame.bytes.len() < MIN_SHARED_BYTES => {
                let out = self.outbox.append(frame.bytes.len());
                out.extend_from_slice(&frame.bytes);
            }
            None => self
                .outbox
                .splice(splice::Payload::Own(frame.bytes.clone())),
        }
        self.traffic.frames += 1;
    }
}

/// Bytes from which a frame is queued by reference on each connection; below, copying it is
/// cheaper than counting who holds it.
pub(crate) const MIN_SHARED_BYTES: usize = 1024;
