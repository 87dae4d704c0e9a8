//! Reads what an endpoint sends, with an inflater of its own, and compares it with the text.

use bytes::Bytes;
use flate2::{Decompress, FlushDecompress};

/// The receiving side of a connection.
pub(super) struct Checker(Decompress);

impl Checker {
    pub(super) fn new() -> Self {
        Self(Decompress::new(false))
    }

    /// Panics unless `wire` holds exactly these messages, one unmasked frame each.
    pub(super) fn check(&mut self, mut wire: &[u8], texts: &[Bytes]) {
        for text in texts {
            let (first, payload, rest) = frame(wire).expect("a whole frame");
            wire = rest;
            match first {
                COMPRESSED => assert!(self.inflate(payload, text.len()) == *text, "another text"),
                AS_IT_IS => assert!(payload == text, "another text"),
                other => panic!("a frame that begins with {other:#x}"),
            }
        }
        assert!(wire.is_empty(), "bytes after the last message");
    }

    fn inflate(&mut self, payload: &[u8], expected_bytes: usize) -> Vec<u8> {
        let mut out = Vec::with_capacity(expected_bytes + 64);
        let before = self.0.total_in();
        let input = [payload, &[0, 0, 0xFF, 0xFF]].concat();
        let inflated = self
            .0
            .decompress_vec(&input, &mut out, FlushDecompress::Sync);
        inflated.expect("a deflate stream");
        let n_taken = self.0.total_in() - before;
        assert!(n_taken == input.len() as u64, "compressed bytes left over");
        out
    }
}

/// First byte, payload, and what follows.
fn frame(wire: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[first, len], rest) = wire.split_first_chunk()?;
    let (payload_len, rest) = match len {
        0..=125 => (usize::from(len), rest),
        126 => {
            let (len, rest) = rest.split_first_chunk()?;
            (usize::from(u16::from_be_bytes(*len)), rest)
        }
        _ => {
            let (len, rest) = rest.split_first_chunk()?;
            (usize::try_from(u64::from_be_bytes(*len)).ok()?, rest)
        }
    };
    let (payload, rest) = rest.split_at_checked(payload_len)?;
    Some((first, payload, rest))
}

/// FIN, RSV1 and text (RFC 7692 §6), and the same for a message sent as it is.
const COMPRESSED: u8 = 0xC1;
const AS_IT_IS: u8 = 0x81;
