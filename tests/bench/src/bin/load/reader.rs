//! Reads what the server sends and compares it with what was sent.
//!
//! The first messages are compared byte by byte; of the rest only kind and length are, so that the
//! generator stays faster than any server.

use sockeye_bench::frame::{CLOSE, CONTINUATION, FIN, RSV1};

use crate::deflate::Inflater;
use crate::image::Image;
use crate::parts::Parts;

pub(crate) struct Reader {
    parts: Parts,
    /// First byte of the first frame of the message.
    first: u8,
    /// Bytes of the message so far.
    n_bytes: u64,
    /// Messages that are still to be compared byte by byte.
    to_compare: u64,
    kept: Vec<u8>,
    inflater: Option<Box<Inflater>>,
    /// Messages completed in total.
    pub(crate) n_seen: u64,
    /// Messages compared byte by byte.
    pub(crate) n_compared: u64,
}

impl Reader {
    pub(crate) fn new(to_compare: u64) -> Self {
        Self {
            parts: Parts::default(),
            first: 0,
            n_bytes: 0,
            to_compare,
            kept: Vec::new(),
            inflater: None,
            n_seen: 0,
            n_compared: 0,
        }
    }

    /// Takes in a piece of the stream; returns how many messages it completed.
    pub(crate) fn feed(&mut self, mut data: &[u8], image: &Image) -> usize {
        let before = self.n_seen;
        loop {
            self.take_small_frames(&mut data, image);
            let Some(part) = self.parts.next(&mut data) else {
                return (self.n_seen - before) as usize;
            };
            if part.is_control() {
                assert!(
                    part.opcode() != CLOSE,
                    "the server closed: {}",
                    part.payload.escape_ascii()
                );
                continue;
            }
            if part.opcode() != CONTINUATION {
                self.first = part.first;
            }
            self.n_bytes += part.payload.len() as u64;
            if self.to_compare > 0 {
                part.append_to(&mut self.kept);
            }
            if part.ends && part.first & FIN != 0 {
                self.finish(image);
            }
        }
    }

    /// The usual case, once nothing is compared: whole unfragmented frames with the short header.
    fn take_small_frames(&mut self, data: &mut &[u8], image: &Image) {
        if self.to_compare > 0 || !self.parts.is_between() {
            return;
        }
        while let [first, len @ 0..126, rest @ ..] = data {
            let is_message = first & 0xC8 == FIN && first & 0x0F != CONTINUATION;
            let Some(rest) = rest.get(usize::from(*len)..).filter(|_| is_message) else {
                return;
            };
            self.count(*first, u64::from(*len), image);
            *data = rest;
        }
    }

    fn finish(&mut self, image: &Image) {
        if self.to_compare > 0 {
            self.compare(image.message(self.n_seen));
        }
        self.count(self.first, self.n_bytes, image);
        self.n_bytes = 0;
    }

    fn count(&mut self, first: u8, n_bytes: u64, image: &Image) {
        let expected = image.message(self.n_seen).len() as u64;
        assert!(first & 0x0F == image.opcode, "a message of another kind");
        assert!(
            first & RSV1 != 0 || n_bytes == expected,
            "{n_bytes} bytes came back for {expected}"
        );
        self.n_seen += 1;
    }

    fn compare(&mut self, expected: &[u8]) {
        let mut message = std::mem::take(&mut self.kept);
        if self.first & RSV1 != 0 {
            let inflater = self
                .inflater
                .get_or_insert_with(|| Box::new(Inflater::new()));
            message = inflater.inflate(message, expected.len());
        }
        assert!(message == expected, "another message came back");
        self.to_compare -= 1;
        self.n_compared += 1;
        if self.to_compare == 0 {
            self.inflater = None;
        }
    }
}
