//! zlib as others have it, to read what ours compressed and to compress for it (RFC 7692 §7.2).
//!
//! Shares nothing with `sockeye-extensions` but flate2.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// Inflates messages, and knows no more of those before than the window holds.
///
/// zlib-rs has the largest window whatever it is told. So each message gets an inflater of its own
/// and the end of what came before, as much as was agreed on, as its dictionary.
#[derive(Debug)]
pub struct Inflate {
    /// Nothing without context takeover.
    window_bytes: usize,
    /// What the messages so far gave.
    before: Vec<u8>,
}

impl Inflate {
    /// For the messages of one end, which compresses with a `window` of so many bits; `takeover` is
    /// whether they may refer to those before them.
    #[must_use]
    pub const fn new(window: u8, takeover: bool) -> Self {
        Self {
            window_bytes: if takeover { 1 << window } else { 0 },
            before: Vec::new(),
        }
    }

    /// The message of these payloads, without the tail that RFC 7692 §7.2.1 leaves out, or `None`
    /// where zlib finds none.
    ///
    /// # Panics
    ///
    /// Never.
    pub fn message(&mut self, payloads: &[u8]) -> Option<Vec<u8>> {
        let mut state = Decompress::new(false);
        let n_gone = self.before.len().saturating_sub(self.window_bytes);
        self.before.drain(..n_gone);
        if !self.before.is_empty() {
            state.set_dictionary(&self.before).ok()?;
        }
        let input = [payloads, &TAIL].concat();
        let mut message = Vec::new();
        for mut piece in input.chunks(PIECE_BYTES) {
            loop {
                let mut given = [0; PIECE_BYTES];
                let (n_in, n_out) = (state.total_in(), state.total_out());
                let status = state.decompress(piece, &mut given, FlushDecompress::None);
                // A peer of ours ends no stream, so its end is a fault here too.
                if !matches!(status, Ok(Status::Ok | Status::BufError)) {
                    return None;
                }
                let n_given = (state.total_out() - n_out) as usize;
                message.extend_from_slice(&given[..n_given]);
                piece = &piece[(state.total_in() - n_in) as usize..];
                if n_given < PIECE_BYTES {
                    break;
                }
            }
            if !piece.is_empty() {
                return None;
            }
        }
        self.before.extend_from_slice(&message);
        Some(message)
    }
}

/// Compresses messages that may refer to those before them.
#[derive(Debug)]
pub struct Deflate(Compress);

impl Deflate {
    /// For the messages of one end, with a `window` of so many bits, 9 or more.
    #[must_use]
    pub fn new(window: u8) -> Self {
        Self(Compress::new_with_window_bits(
            Compression::default(),
            false,
            window,
        ))
    }

    /// Compresses a message, without the tail.
    ///
    /// # Panics
    ///
    /// If zlib fails.
    pub fn message(&mut self, message: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(2 * message.len() + 100);
        let status = self.0.compress_vec(message, &mut out, FlushCompress::Sync);
        assert!(matches!(status, Ok(Status::Ok)), "{status:?}");
        assert!(out.ends_with(&TAIL));
        out.truncate(out.len() - TAIL.len());
        out
    }

    /// Lets what follows refer to nothing before.
    pub fn forget(&mut self) {
        self.0.reset();
    }
}

const TAIL: [u8; 4] = [0x00, 0x00, 0xff, 0xff];

/// zlib looks whether a distance reaches too far only for what an earlier call gave, so each call
/// gets and gives little.
const PIECE_BYTES: usize = 64;
