//! flate2 alone, on the same messages: no frames, no masking, no UTF-8, no limits.
//!
//! The least that any of the others can do around it. Compresses straight into what is written and
//! decompresses into one buffer. Without context takeover it flushes fully, which costs less than
//! to reset, and leaves the room that zlib's fast loop asks for.

use bytes::Bytes;
use clap::Parser;
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};
use sockeye_bench::deflate::{self, Endpoint, Link, Options};

struct Zlib {
    link: Link,
    takeover: bool,
    compress: Compress,
    decompress: Decompress,
    input: Vec<u8>,
    text: Vec<u8>,
}

impl Zlib {
    fn compress(&mut self, text: &[u8]) {
        let flush = match self.takeover {
            true => FlushCompress::Sync,
            false => FlushCompress::Full,
        };
        self.link.write_frame(|out| {
            out.reserve(text.len() + 64);
            let done = self.compress.compress_vec(text, out, flush);
            done.expect("text can be compressed");
            out.truncate(out.len() - TAIL.len());
        });
    }

    fn decompress(&mut self, compressed: &[u8]) {
        if !self.takeover {
            self.decompress.reset(false);
        }
        self.input.clear();
        self.input.extend_from_slice(compressed);
        self.input.extend_from_slice(&TAIL);
        self.text.clear();
        let done =
            self.decompress
                .decompress_vec(&self.input, &mut self.text, FlushDecompress::Sync);
        done.expect("a deflate stream");
    }
}

impl Endpoint for Zlib {
    type Message = Bytes;

    fn message(text: &Bytes) -> Bytes {
        text.clone()
    }

    async fn open(link: Link, options: &Options) -> Self {
        Self {
            link,
            takeover: options.takeover,
            compress: Compress::new(Compression::new(options.level), false),
            decompress: Decompress::new(false),
            input: Vec::new(),
            text: Vec::with_capacity(options.size + FAST_LOOP_BYTES),
        }
    }

    async fn send(&mut self, messages: &[Bytes]) {
        messages.iter().for_each(|message| self.compress(message));
    }

    async fn receive(&mut self, n_messages: usize) -> usize {
        let mut n_bytes = 0;
        for _ in 0..n_messages {
            let compressed = self.link.take_compressed();
            self.decompress(&compressed);
            n_bytes += self.text.len();
        }
        n_bytes
    }

    async fn echo(&mut self, n_messages: usize) {
        for _ in 0..n_messages {
            let compressed = self.link.take_compressed();
            self.decompress(&compressed);
            let text = std::mem::take(&mut self.text);
            self.compress(&text);
            self.text = text;
        }
    }
}

fn main() {
    deflate::run::<Zlib>(&Options::parse());
}

/// With less room than 260 bytes zlib decodes symbol by symbol.
const FAST_LOOP_BYTES: usize = 320;

const TAIL: [u8; 4] = [0, 0, 0xFF, 0xFF];
