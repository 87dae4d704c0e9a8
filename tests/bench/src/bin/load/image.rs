//! The messages of a run as they go over the wire.
//!
//! There are twice as many as the depth, and the second half repeats the first: so any that are
//! sent together are one slice, and sending copies and masks nothing.

use std::ops::Range;

use sockeye_bench::content::{Content, payload};
use sockeye_bench::frame::{self, BINARY, CONTINUATION, FIN, RSV1, TEXT};
use sockeye_bench::random::Random;

use crate::deflate;
use crate::options::Traffic;

pub(crate) struct Image {
    wire: Vec<u8>,
    /// Where messages begin in `wire`, and where the last one ends.
    offsets: Vec<usize>,
    /// The messages as they are before framing; `depth` of them.
    pub(crate) messages: Vec<Vec<u8>>,
    pub(crate) opcode: u8,
}

impl Image {
    pub(crate) fn new(traffic: &Traffic) -> Self {
        let mut random = Random::new(0x9E37_79B9_7F4A_7C15);
        let sizes = traffic.sizes.iter().cycle().take(traffic.depth);
        let messages = sizes.map(|n_bytes| payload(traffic.content, *n_bytes, &mut random));
        let mut image = Self {
            wire: Vec::new(),
            offsets: vec![0],
            messages: messages.collect(),
            opcode: match traffic.content {
                Content::Binary => BINARY,
                Content::Ascii | Content::Unicode | Content::Json => TEXT,
            },
        };
        for _ in 0..2 {
            for index in 0..traffic.depth {
                image.append(index, traffic, &mut random);
                image.offsets.push(image.wire.len());
            }
        }
        image
    }

    fn append(&mut self, index: usize, traffic: &Traffic, random: &mut Random) {
        let (wire, message) = (&mut self.wire, &self.messages[index]);
        if traffic.deflate {
            let compressed = deflate::compress(message);
            return frame::append(wire, FIN | RSV1 | self.opcode, &compressed, random);
        }
        let fragment_bytes = match traffic.fragment_bytes {
            0 => message.len().max(1),
            n_bytes => n_bytes,
        };
        let n_fragments = message.len().div_ceil(fragment_bytes).max(1);
        for index in 0..n_fragments {
            let start = index * fragment_bytes;
            let end = message.len().min(start + fragment_bytes);
            let opcode = if index == 0 {
                self.opcode
            } else {
                CONTINUATION
            };
            let fin = if index + 1 == n_fragments { FIN } else { 0 };
            frame::append(wire, fin | opcode, &message[start..end], random);
        }
    }

    /// Where `count` messages from number `next` on are; `count` is at most the depth.
    pub(crate) fn range(&self, next: u64, count: usize) -> Range<usize> {
        let start = (next % self.messages.len() as u64) as usize;
        self.offsets[start]..self.offsets[start + count]
    }

    /// The bytes of a range.
    pub(crate) fn bytes(&self, range: Range<usize>) -> &[u8] {
        &self.wire[range]
    }

    /// What message `number` is.
    pub(crate) fn message(&self, number: u64) -> &[u8] {
        &self.messages[(number % self.messages.len() as u64) as usize]
    }

    pub(crate) fn wire_bytes(&self) -> usize {
        self.wire.len()
    }

    /// Bytes of a message before framing, on average.
    pub(crate) fn mean_bytes(&self) -> f64 {
        let n_bytes: usize = self.messages.iter().map(Vec::len).sum();
        n_bytes as f64 / self.messages.len() as f64
    }
}
