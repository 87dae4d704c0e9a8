//! Unpredictable bytes for masking keys, ping nonces and handshake keys.
//!
//! RFC 6455 §10.3 wants masking keys that the peer's scripts cannot predict; the operating
//! system's generator provides them, a block at a time, so that a key costs a copy of four bytes.

use std::cell::RefCell;

use sockeye_connection::Entropy;

/// One system call fills this many bytes: 256 masking keys.
const BLOCK_BYTES: usize = 1024;

struct Block {
    bytes: [u8; BLOCK_BYTES],
    used: usize,
}

thread_local! {
    static BLOCK: RefCell<Block> =
        const { RefCell::new(Block { bytes: [0; BLOCK_BYTES], used: BLOCK_BYTES }) };
}

/// Fills `out` from the operating system's generator.
///
/// # Panics
///
/// When the operating system has no randomness to give, which leaves nothing safe to do.
pub(crate) fn fill(out: &mut [u8]) {
    BLOCK.with_borrow_mut(|block| {
        for byte in out {
            if block.used == BLOCK_BYTES {
                getrandom::fill(&mut block.bytes).expect("the operating system gives randomness");
                block.used = 0;
            }
            // Each byte is used once and wiped, so that no key can be read back from memory.
            *byte = std::mem::take(&mut block.bytes[block.used]);
            block.used += 1;
        }
    });
}

/// The same as a value that a connection can own; it takes no memory.
pub(crate) fn entropy() -> Entropy {
    Box::new(fill)
}
