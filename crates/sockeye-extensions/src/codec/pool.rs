//! States of DEFLATE that wait on a thread for their next message.
//!
//! Without context takeover a connection has a state only while a message is under way. Building
//! one costs more than compressing a short message, so each thread keeps a few, reset.
//! A message may end on another thread than it began on: states move with it.

extern crate std;

use alloc::vec::Vec;
use core::cell::RefCell;

use flate2::{Compress, Compression, Decompress};

use super::compressor::Shape;

/// A state that is as new, of this shape.
pub(super) fn take_compress(shape: Shape) -> Compress {
    let pooled = COMPRESSORS.try_with(|pool| {
        let mut pool = pool.borrow_mut();
        let at = pool.iter().rposition(|(pooled, _)| *pooled == shape)?;
        Some(pool.swap_remove(at).1)
    });
    pooled.ok().flatten().unwrap_or_else(|| new_compress(shape))
}

/// Takes back a state of this shape that is as new: reset, or fully flushed.
pub(super) fn give_compress(shape: Shape, state: Compress) {
    // A thread that ends has no pool any more; the state is dropped then.
    let _ = COMPRESSORS.try_with(|pool| {
        let mut pool = pool.borrow_mut();
        let n_same = pool.iter().filter(|(pooled, _)| *pooled == shape).count();
        if n_same == MAX_PER_SHAPE {
            return;
        }
        if pool.len() == MAX_COMPRESSORS {
            pool.swap_remove(0);
        }
        pool.push((shape, state));
    });
}

/// A state that is as new.
pub(super) fn take_decompress() -> Decompress {
    let pooled = DECOMPRESSORS.try_with(|pool| pool.borrow_mut().pop());
    pooled.ok().flatten().unwrap_or_else(|| {
        // Always the largest window: it reads what any was written with, the memory is the same
        // (zlib-rs and zlib-ng have room for it in any case), and only this one is reset rather
        // than built anew by flate2.
        Decompress::new(false)
    })
}

/// Takes back a state, whatever it holds.
pub(super) fn give_decompress(mut state: Decompress) {
    let _ = DECOMPRESSORS.try_with(|pool| {
        let mut pool = pool.borrow_mut();
        if pool.len() < MAX_PER_SHAPE {
            state.reset(false);
            pool.push(state);
        }
    });
}

fn new_compress(shape: Shape) -> Compress {
    // zlib refuses raw DEFLATE with a window of 8 bits. It looks no further back than its window
    // less 262 bytes, so with 9 bits distances are at most 250, which keeps to 8 bits.
    let bits = shape.window.bits().max(9);
    Compress::new_with_window_bits(
        Compression::new(u32::from(shape.level.level())),
        false,
        bits,
    )
}

/// One would do for messages that are compressed whole; more are in use while messages are sent
/// or received in fragments, side by side.
const MAX_PER_SHAPE: usize = 4;

/// Four shapes, each with four states. More shapes than that on one thread are unheard of.
const MAX_COMPRESSORS: usize = 4 * MAX_PER_SHAPE;

std::thread_local! {
    static COMPRESSORS: RefCell<Vec<(Shape, Compress)>> = const { RefCell::new(Vec::new()) };
    static DECOMPRESSORS: RefCell<Vec<Decompress>> = const { RefCell::new(Vec::new()) };
}

/// How many states wait on this thread, of each kind.
#[cfg(test)]
pub(super) fn n_waiting() -> [usize; 2] {
    [
        COMPRESSORS.with(|pool| pool.borrow().len()),
        DECOMPRESSORS.with(|pool| pool.borrow().len()),
    ]
}
