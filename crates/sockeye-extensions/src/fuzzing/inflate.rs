//! Inflating what a peer sent: any bytes, cut anywhere, up to any limit.
//!
//! No panic, never more than allowed, the same however the bytes are cut, and what is given is
//! what zlib gives.

use alloc::vec::Vec;

use flate2::{Decompress, FlushDecompress, Status};
use sockeye_frame::Rsv;
use sockeye_frame::fuzzing::{Choices, bit};

use super::{MARKED, decode};
use crate::chain::Chain;
use crate::deflate::PermessageDeflate;
use crate::extension::FrameStart;
use crate::server::ServerExtension;
use crate::webkit::WebkitDeflateFrame;
use crate::{DecodeError, Offer};

/// A byte of settings, one for the limit and one for the cuts; then messages, each behind two
/// bytes that say its length: a number, and how often it is doubled.
///
/// # Panics
///
/// When a promise is broken.
pub fn inflate(data: &[u8]) {
    let mut choices = Choices::new(data);
    let flags = choices.byte();
    // Around powers of two, from nothing to 64 KiB.
    let limit = choices.byte();
    let max_bytes = (1usize << (limit % 17)).saturating_sub(usize::from(limit / 17 % 4));
    let cuts = choices.byte();

    let mut whole = receiver(flags);
    let mut cut = receiver(flags);
    let mut zlib = Zlib::new(bit(flags, 0));
    while !choices.rest.is_empty() {
        let n_bytes = usize::from(choices.byte()) << (choices.byte() % 5);
        let wire = choices.take(n_bytes);
        let expected = decode(&mut whole, &MARKED, wire, max_bytes, |_| usize::MAX);
        let given = match bit(flags, 2) && !bit(flags, 1) {
            false => decode(&mut cut, &MARKED, wire, max_bytes, |at| cut_len(cuts, at)),
            true => decode_fragments(&mut cut, wire, max_bytes, cuts),
        };
        // Which of several faults is found first may depend on the cuts, that there is one not.
        assert_eq!(given.as_ref().ok(), expected.as_ref().ok());
        match (&expected, zlib.inflate(wire)) {
            (_, Reference::Unknown) => {}
            (Ok(given), reference) => assert_eq!(Reference::Bytes(given.clone()), reference),
            (Err(DecodeError::TooBig), Reference::Bytes(all)) => assert!(all.len() > max_bytes),
            // What ends too early is noticed here, while zlib waits for more or takes the tail for
            // what is missing.
            (Err(_), Reference::Bytes(_)) => {
                let is_whole = !zlib.tail_gave && zlib.is_between_blocks();
                assert!(!is_whole, "refused: {wire:02x?}");
            }
            (Err(_), Reference::Fault) => {}
        }
        if expected.is_err() {
            return;
        }
    }
}

/// The receiving end of permessage-deflate or, by bit 1, of the per-frame variant.
fn receiver(flags: u8) -> Chain {
    let takeover = bit(flags, 0);
    let extension = if bit(flags, 1) {
        let config = WebkitDeflateFrame::default().peer_context_takeover(takeover);
        config.negotiate(&Offer::new("x-webkit-deflate-frame"))
    } else {
        let config = PermessageDeflate::default().client_context_takeover(takeover);
        config.negotiate(&Offer::new("permessage-deflate"))
    };
    let (_, extension) = extension.expect("the plain offer is accepted");
    let mut chain = Chain::default();
    chain.push(extension).expect("it is the only one");
    chain
}

/// How long piece number `at` is, from nothing at all to six bytes.
fn cut_len(cuts: u8, at: usize) -> usize {
    (usize::from(cuts) >> (at % 6)) % 7
}

/// Decodes a message that comes in fragments, each a piece.
fn decode_fragments(
    chain: &mut Chain,
    wire: &[u8],
    max_bytes: usize,
    cuts: u8,
) -> Result<Vec<u8>, DecodeError> {
    let mut out = Vec::new();
    let mut rest = wire;
    for at in 0.. {
        let (piece, behind) = rest.split_at(rest.len().min(cut_len(cuts, at)));
        // A second empty one would change nothing.
        let fin = behind.is_empty() || at == MAX_FRAGMENTS;
        let piece = if fin { rest } else { piece };
        let frame = FrameStart {
            first: at == 0,
            fin,
            rsv: if at == 0 { MARKED.rsv } else { Rsv::NONE },
            ..MARKED
        };
        let room = max_bytes - out.len();
        out.extend(decode(chain, &frame, piece, room, |_| usize::MAX)?);
        rest = behind;
        if fin {
            break;
        }
    }
    Ok(out)
}

/// So that pieces of no bytes come to an end.
const MAX_FRAGMENTS: usize = 2000;

/// zlib alone, given the same messages.
struct Zlib {
    /// None once there is no telling any more.
    state: Option<Decompress>,
    takeover: bool,
    /// The tail of the last message was a part of it, and not the end of an empty block.
    tail_gave: bool,
}

/// What zlib makes of a message.
#[derive(Debug, Eq, PartialEq)]
enum Reference {
    Bytes(Vec<u8>),
    Fault,
    /// A final block ended the stream, behind which zlib does not go on by itself.
    Unknown,
}

impl Zlib {
    fn new(takeover: bool) -> Self {
        Self {
            state: Some(Decompress::new(false)),
            takeover,
            tail_gave: false,
        }
    }

    /// Whether the message ended where another block may begin: one that does gives what is in it.
    ///
    /// The state is lost by asking.
    fn is_between_blocks(&mut self) -> bool {
        // RFC 1951 §3.2.4: the last block, stored, of three bytes.
        const BLOCK: [u8; 8] = [0x01, 0x03, 0x00, 0xfc, 0xff, b'e', b'n', b'd'];
        let Some(mut state) = self.state.take() else {
            return false;
        };
        let mut out = Vec::with_capacity(64);
        let status = state.decompress_vec(&BLOCK, &mut out, FlushDecompress::None);
        status.is_ok_and(|status| status == Status::StreamEnd) && out == b"end"
    }

    fn inflate(&mut self, wire: &[u8]) -> Reference {
        if !self.takeover {
            self.state = Some(Decompress::new(false));
        }
        let Some(mut state) = self.state.take() else {
            return Reference::Unknown;
        };
        if wire.is_empty() {
            // Not even the head of the block whose rest the tail is: taken for an empty message.
            self.state = Some(state);
            return Reference::Bytes(Vec::new());
        }
        let mut out = Vec::new();
        for part in [wire, &[0x00, 0x00, 0xff, 0xff]] {
            let n_before = out.len();
            let start = state.total_in();
            loop {
                out.reserve(4096);
                let n_taken = usize::try_from(state.total_in() - start).expect("of the input");
                match state.decompress_vec(&part[n_taken..], &mut out, FlushDecompress::None) {
                    Err(_) => return Reference::Fault,
                    Ok(Status::StreamEnd) => return Reference::Unknown,
                    Ok(Status::Ok | Status::BufError) if out.len() == out.capacity() => {}
                    Ok(Status::Ok | Status::BufError) => break,
                }
            }
            self.tail_gave = out.len() > n_before;
        }
        self.state = Some(state);
        Reference::Bytes(out)
    }
}
