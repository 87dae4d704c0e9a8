//! Compression of messages without context takeover (RFC 7692 §7.2).

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};

/// What a message is sent as: a flushed deflate stream without its last four bytes.
pub(crate) fn compress(payload: &[u8]) -> Vec<u8> {
    let mut compress = Compress::new(Compression::default(), false);
    let mut out = Vec::with_capacity(payload.len() + 64);
    let compressed = compress.compress_vec(payload, &mut out, FlushCompress::Sync);
    compressed.expect("bytes can be compressed");
    assert!(compress.total_in() == payload.len() as u64 && out.ends_with(&TAIL));
    out.truncate(out.len() - TAIL.len());
    out
}

/// The reverse, with the state of the messages before: a server may use what it has sent.
pub(crate) struct Inflater(Decompress);

impl Inflater {
    pub(crate) fn new() -> Self {
        Self(Decompress::new(false))
    }

    /// `expected_bytes` is how long the message should be; another length is given as it is.
    pub(crate) fn inflate(&mut self, mut compressed: Vec<u8>, expected_bytes: usize) -> Vec<u8> {
        compressed.extend_from_slice(&TAIL);
        let mut out = Vec::with_capacity(expected_bytes + 1024);
        let before = self.0.total_in();
        let inflated = self
            .0
            .decompress_vec(&compressed, &mut out, FlushDecompress::Sync);
        inflated.expect("a deflate stream");
        let n_taken = self.0.total_in() - before;
        assert!(
            n_taken == compressed.len() as u64,
            "compressed bytes left over"
        );
        out
    }
}

const TAIL: [u8; 4] = [0, 0, 0xFF, 0xFF];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_come_back() {
        let mut inflater = Inflater::new();
        for payload in [&b""[..], b"a message", &[7; 5000]] {
            assert_eq!(inflater.inflate(compress(payload), payload.len()), payload);
        }
    }
}
