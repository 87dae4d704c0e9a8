//! Payloads of permessage-deflate messages (RFC 7692 §7.2), compressed by zlib.

use flate2::{Compress, Compression, FlushCompress};

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

/// What every message ends in and is sent without (RFC 7692 §7.2.1).
const TAIL: [u8; 4] = [0x00, 0x00, 0xff, 0xff];

#[cfg(test)]
mod tests;
