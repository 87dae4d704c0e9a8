//! Bodies of the fuzz targets: what must hold for any bytes at all.
//!
//! Each takes its choices from the front of the input and panics when a promise is broken. They
//! run on seeds and on changed seeds under `cargo test`; the targets in `fuzz/` call them.
//! Part of no release: there only with the feature `__fuzzing`.

mod inflate;
mod negotiation;

use alloc::vec::Vec;

use sockeye_frame::fuzzing::Choices;
use sockeye_frame::{Opcode, Rsv};

use crate::chain::Chain;
use crate::codec::WindowBits;
use crate::extension::{Compress, DecodeError, FrameStart, FrameToSend};

pub use inflate::inflate;
pub use negotiation::negotiation;

/// A window out of a byte.
fn window(choices: &mut Choices<'_>) -> WindowBits {
    WindowBits::new(8 + choices.byte() % 8).expect("from 8 to 15")
}

/// Sends one frame from one chain to another, in pieces of `n_bytes`, and checks what arrives.
fn exchange(from: &mut Chain, to: &mut Chain, frame: &FrameToSend, payload: &[u8], n_bytes: usize) {
    let mut encoded = Vec::new();
    let rsv = from
        .encode(frame, payload, &mut encoded)
        .expect("every payload can be sent");
    let wire = match rsv {
        Some(_) => &encoded,
        None => payload,
    };
    let start = FrameStart {
        opcode: frame.opcode,
        first: frame.first,
        fin: frame.fin,
        rsv: rsv.unwrap_or_default(),
    };
    let received = decode(to, &start, wire, payload.len(), |_| n_bytes);
    assert_eq!(received.as_deref(), Ok(payload));
}

/// Decodes one frame, cut where `cut` says, by the number of the piece.
fn decode(
    chain: &mut Chain,
    frame: &FrameStart,
    wire: &[u8],
    max_bytes: usize,
    cut: impl Fn(usize) -> usize,
) -> Result<Vec<u8>, DecodeError> {
    if !chain.begin_frame(frame)? {
        return Ok(wire.to_vec());
    }
    let mut out = Vec::new();
    let mut rest = wire;
    for at in 0.. {
        let (piece, behind) = rest.split_at(rest.len().min(cut(at).max(1)));
        chain.decode(piece, behind.is_empty(), max_bytes - out.len(), &mut out)?;
        assert!(out.len() <= max_bytes, "more than was allowed");
        rest = behind;
        if rest.is_empty() {
            break;
        }
    }
    Ok(out)
}

/// The only frame of a message.
const WHOLE: FrameToSend = FrameToSend {
    opcode: Opcode::Binary,
    first: true,
    fin: true,
    compress: Compress::Auto,
    alone: false,
};

/// The same as its receiver sees it, marked.
const MARKED: FrameStart = FrameStart {
    opcode: Opcode::Binary,
    first: true,
    fin: true,
    rsv: Rsv::RSV1,
};

#[cfg(test)]
mod tests;
