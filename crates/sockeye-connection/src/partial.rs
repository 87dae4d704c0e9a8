//! Headers and control payloads that arrive in parts (RFC 6455 §5.2, §5.5).
//!
//! Both are short, at most 14 and 125 bytes, and are kept until they are whole. Payloads of data
//! frames are not kept here but in `assembly.rs`.

use alloc::vec::Vec;

use bytes::Bytes;
use sockeye_frame::{FrameHeader, HeaderFault, HeaderRules, Opcode};

use crate::steps::Steps;
use crate::{Input, Payload};

/// The start of a header, if the input ended within one.
#[derive(Debug, Default)]
pub(crate) struct PartialHeader {
    bytes: [u8; FrameHeader::MAX_LEN],
    len: u8,
}

impl PartialHeader {
    /// Takes a header out of `input`, or all of `input` when it does not hold a whole one.
    ///
    /// # Errors
    ///
    /// The [`HeaderFault`] of the first byte that breaks a rule.
    pub(crate) fn read(
        &mut self,
        input: &mut Input<'_>,
        rules: HeaderRules,
        steps: &mut Steps,
    ) -> Result<Option<FrameHeader>, HeaderFault> {
        if self.len > 0 {
            return self.resume(input, rules, steps);
        }
        match FrameHeader::decode(input.as_bytes(), rules)? {
            Some((header, len)) => {
                input.take(len);
                Ok(Some(header))
            }
            None => {
                self.append(input.take(FrameHeader::MAX_LEN));
                Ok(None)
            }
        }
    }

    /// Whether no part of a header has come.
    #[inline]
    pub(crate) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The part that has come.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.split_at(usize::from(self.len)).0
    }

    fn resume(
        &mut self,
        input: &mut Input<'_>,
        rules: HeaderRules,
        steps: &mut Steps,
    ) -> Result<Option<FrameHeader>, HeaderFault> {
        while !input.is_empty() {
            steps.count();
            self.append(input.take(1));
            if let Some((header, _)) = FrameHeader::decode(self.as_bytes(), rules)? {
                self.len = 0;
                return Ok(Some(header));
            }
        }
        Ok(None)
    }

    /// Appends bytes that do not make up more than a header.
    fn append(&mut self, bytes: &[u8]) {
        let (_, free) = self.bytes.split_at_mut(usize::from(self.len));
        for (slot, byte) in free.iter_mut().zip(bytes) {
            *slot = *byte;
            self.len += 1;
        }
    }
}

/// A control frame whose payload has not arrived completely.
#[derive(Debug)]
pub(crate) struct PartialControl {
    header: FrameHeader,
    payload: Vec<u8>,
}

impl PartialControl {
    pub(crate) const fn new(header: FrameHeader) -> Self {
        Self {
            header,
            payload: Vec::new(),
        }
    }

    pub(crate) const fn opcode(&self) -> Opcode {
        self.header.opcode
    }

    /// Bytes of payload that have not come.
    pub(crate) fn missing_bytes(&self) -> usize {
        // A control frame's header announces at most 125 bytes, so nothing is lost.
        let len = usize::try_from(self.header.payload_len).unwrap_or(usize::MAX);
        len.saturating_sub(self.payload.len())
    }

    /// Takes payload out of `input`; gives it all, unmasked, once it is whole.
    pub(crate) fn read(&mut self, input: &mut Input<'_>) -> Option<Payload<'static>> {
        self.payload
            .extend_from_slice(input.take(self.missing_bytes()));
        if self.missing_bytes() > 0 {
            return None;
        }
        let mut payload = core::mem::take(&mut self.payload);
        if let Some(key) = self.header.mask {
            key.apply(0, &mut payload);
        }
        Some(Payload::Owned(Bytes::from(payload)))
    }
}
