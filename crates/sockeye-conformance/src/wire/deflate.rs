//! Payloads of permessage-deflate messages (RFC 7692 §7.2), by zlib's own streams.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// Compresses one message after another.
#[derive(Debug)]
pub struct Deflater {
    stream: Compress,
    no_context_takeover: bool,
}

impl Deflater {
    /// `window_bits` is 9 to 15.
    #[must_use]
    pub fn new(window_bits: u8, no_context_takeover: bool) -> Self {
        Self {
            stream: Compress::new_with_window_bits(Compression::new(6), false, window_bits),
            no_context_takeover,
        }
    }

    /// The payload of one message, compressed, without the four bytes that every message ends in.
    ///
    /// # Panics
    ///
    /// Never: zlib compresses anything.
    #[must_use]
    pub fn message(&mut self, payload: &[u8]) -> Vec<u8> {
        if self.no_context_takeover {
            self.stream.reset();
        }
        let mut out = Vec::with_capacity(payload.len() / 2 + 64);
        let start = self.stream.total_in();
        loop {
            let used = usize::try_from(self.stream.total_in() - start).expect("it is in memory");
            out.reserve(4096.max(out.capacity() / 2));
            self.stream
                .compress_vec(&payload[used..], &mut out, FlushCompress::Sync)
                .expect("deflate takes any input");
            // A flush is complete when it leaves room in the output.
            if out.len() < out.capacity() && self.stream.total_in() - start == payload.len() as u64
            {
                break;
            }
        }
        if out.ends_with(&TAIL) {
            out.truncate(out.len() - TAIL.len());
        }
        match out.is_empty() {
            // RFC 7692 §7.2.3.6: an empty message is one empty block without its tail.
            true => vec![0x00],
            false => out,
        }
    }
}

/// Inflates one message after another, with the full window: it reads what any window wrote.
#[derive(Debug)]
pub struct Inflater {
    stream: Decompress,
    no_context_takeover: bool,
}

impl Inflater {
    /// `window_bits` is what was agreed on, 9 to 15: a longer distance is an error.
    #[must_use]
    pub fn new(window_bits: u8, no_context_takeover: bool) -> Self {
        Self {
            stream: Decompress::new_with_window_bits(false, window_bits),
            no_context_takeover,
        }
    }

    /// The payload of one message.
    ///
    /// # Errors
    ///
    /// What zlib says of data it cannot inflate.
    pub fn message(&mut self, compressed: &[u8]) -> Result<Vec<u8>, String> {
        if self.no_context_takeover {
            self.stream.reset(false);
        }
        let input = [compressed, &TAIL].concat();
        let mut out = Vec::with_capacity(compressed.len() * 4 + 64);
        let mut used = 0;
        loop {
            let before = (self.stream.total_in(), self.stream.total_out());
            out.reserve(4096.max(out.capacity() / 2));
            let status = self
                .stream
                .decompress_vec(&input[used..], &mut out, FlushDecompress::Sync)
                .map_err(|error| error.to_string())?;
            used += usize::try_from(self.stream.total_in() - before.0).unwrap_or(usize::MAX);
            match status {
                // RFC 7692 §7.2.3.4: a final block may end a message; what follows starts anew.
                Status::StreamEnd => self.stream.reset(false),
                Status::Ok | Status::BufError => {}
            }
            let stuck = before == (self.stream.total_in(), self.stream.total_out());
            if used >= input.len() && out.len() < out.capacity() {
                return Ok(out);
            }
            if stuck && status != Status::StreamEnd {
                return Err("the compressed data end in the middle of a block".into());
            }
        }
    }
}

/// What every message ends in and is sent without (RFC 7692 §7.2.1).
const TAIL: [u8; 4] = [0x00, 0x00, 0xff, 0xff];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(window_bits: u8, no_context_takeover: bool) {
        let mut deflater = Deflater::new(window_bits, no_context_takeover);
        let mut inflater = Inflater::new(window_bits, no_context_takeover);
        let long: Vec<u8> = (0..200_000u32)
            .flat_map(|n| (n / 7).to_be_bytes())
            .collect();
        for payload in [b"Hello", &b"Hello"[..], b"", b"", &long, b"end"] {
            let compressed = deflater.message(payload);
            assert_eq!(inflater.message(&compressed).unwrap(), payload);
        }
    }

    #[test]
    fn messages_come_back() {
        for window_bits in 9..=15 {
            check(window_bits, false);
            check(window_bits, true);
        }
    }

    #[test]
    fn examples_of_the_rfc() {
        // RFC 7692 §7.2.3.1 and §7.2.3.2: the second message refers to the first.
        let mut deflater = Deflater::new(15, false);
        let hello = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
        assert_eq!(deflater.message(b"Hello"), hello);
        let again = [0xf2, 0x00, 0x11, 0x00, 0x00];
        let mut inflater = Inflater::new(15, false);
        assert_eq!(inflater.message(&hello).unwrap(), b"Hello");
        assert_eq!(inflater.message(&again).unwrap(), b"Hello");
        // §7.2.3.4 and §7.2.3.5: a final block, and two blocks.
        let mut inflater = Inflater::new(15, false);
        let last = [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00];
        assert_eq!(inflater.message(&last).unwrap(), b"Hello");
        let two = [
            0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00,
        ];
        assert_eq!(inflater.message(&two).unwrap(), b"Hello");
    }

    #[test]
    fn what_is_no_deflate_is_an_error() {
        assert!(Inflater::new(15, false).message(&[0xff, 0xff]).is_err());
    }
}
