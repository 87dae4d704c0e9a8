//! The messages of a run: as text, compressed, and as the frames of a client.
//!
//! There are many times as many bytes of them as a window holds, so that with context takeover no
//! message finds itself in the window. The first refers to nothing, so that after the last one
//! they can come once more.

use std::ops::Range;

use bytes::Bytes;
use flate2::{Compress, Compression, FlushCompress};

use crate::content::{Content, payload};
use crate::frame::{self, FIN, RSV1, TEXT};
use crate::random::Random;

pub(super) struct Messages {
    pub(super) texts: Vec<Bytes>,
    pub(super) compressed: Vec<Bytes>,
    wire: Bytes,
    /// Where messages begin in `wire`, and where the last one ends.
    offsets: Vec<usize>,
    pub(super) batch: usize,
}

impl Messages {
    pub(super) fn new(n_bytes: usize, takeover: bool) -> Self {
        let batch = (BATCH_BYTES / n_bytes.max(1)).clamp(1, MAX_BATCH);
        let n_messages = (TOTAL_BYTES / n_bytes.max(1)).next_multiple_of(batch);
        let mut random = Random::new(0x9E37_79B9_7F4A_7C15);
        let mut messages = Self {
            texts: Vec::new(),
            compressed: Vec::new(),
            wire: Bytes::new(),
            offsets: vec![0],
            batch,
        };
        let (mut compressor, mut wire) = (Compress::new(Compression::default(), false), Vec::new());
        for _ in 0..n_messages {
            let text = payload(Content::Json, n_bytes, &mut random);
            if !takeover {
                compressor.reset();
            }
            let compressed = compress(&mut compressor, &text);
            frame::append(&mut wire, FIN | RSV1 | TEXT, &compressed, &mut random);
            messages.offsets.push(wire.len());
            messages.texts.push(text.into());
            messages.compressed.push(compressed.into());
        }
        messages.wire = wire.into();
        messages
    }

    /// The numbers of the messages, in batches, over and over.
    pub(super) fn batches(&self) -> impl Iterator<Item = Range<usize>> + Clone {
        let batch = self.batch;
        (0..self.texts.len())
            .step_by(batch)
            .map(move |start| start..start + batch)
    }

    /// The frames of some messages as a client sends them.
    pub(super) fn frames(&self, batch: &Range<usize>) -> Bytes {
        self.wire
            .slice(self.offsets[batch.start]..self.offsets[batch.end])
    }

    /// The bytes of some messages.
    pub(super) fn n_bytes(&self, batch: &Range<usize>) -> usize {
        self.texts[batch.clone()].iter().map(Bytes::len).sum()
    }
}

/// What a message is sent as: a flushed deflate stream without its last four bytes.
fn compress(compressor: &mut Compress, text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 64);
    let before = compressor.total_in();
    let compressed = compressor.compress_vec(text, &mut out, FlushCompress::Sync);
    compressed.expect("text can be compressed");
    assert!(compressor.total_in() - before == text.len() as u64 && out.ends_with(&TAIL));
    out.truncate(out.len() - TAIL.len());
    out
}

/// What asks a server for the extension: with context takeover, and without.
pub const REQUEST: [&[u8]; 2] = [
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
      Sec-WebSocket-Extensions: permessage-deflate; \
      server_no_context_takeover; client_no_context_takeover\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
      Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
];

const TAIL: [u8; 4] = [0, 0, 0xFF, 0xFF];

/// Messages that are there at once, at most, and their bytes: what a busy connection has to read.
const MAX_BATCH: usize = 16;
const BATCH_BYTES: usize = 64 * 1024;

/// Bytes of all messages together, at least: 32 windows.
const TOTAL_BYTES: usize = 1024 * 1024;
