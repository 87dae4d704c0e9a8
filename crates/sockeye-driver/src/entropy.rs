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
                refill(&mut block.bytes);
                block.used = 0;
            }
            // Each byte is used once and wiped, so that no key can be read back from memory.
            *byte = std::mem::take(&mut block.bytes[block.used]);
            block.used += 1;
        }
    });
}

#[expect(
    clippy::expect_used,
    reason = "without randomness nothing is safe to do"
)]
fn refill(block: &mut [u8; BLOCK_BYTES]) {
    #[cfg(feature = "__simulation")]
    if foreseen::fill(block) {
        return;
    }
    getrandom::fill(block).expect("the operating system gives randomness");
}

/// Takes from this thread on what `source` gives for unpredictable bytes, so that a simulation is
/// the same each time. Only for tests: whoever knows the bytes can forge what they protect.
#[cfg(feature = "__simulation")]
pub fn foresee(source: impl FnMut(&mut [u8]) + 'static) {
    foreseen::SOURCE.set(Some(Box::new(source)));
    BLOCK.with_borrow_mut(|block| block.used = BLOCK_BYTES);
}

#[cfg(feature = "__simulation")]
mod foreseen {
    use std::cell::RefCell;

    type Source = Box<dyn FnMut(&mut [u8])>;

    thread_local! {
        pub(super) static SOURCE: RefCell<Option<Source>> = const { RefCell::new(None) };
    }

    /// Fills the block if this thread has a source.
    pub(super) fn fill(block: &mut [u8]) -> bool {
        SOURCE.with_borrow_mut(|source| source.as_mut().map(|source| source(block)).is_some())
    }
}

/// The same as a value that a connection can own; it takes no memory.
pub(crate) fn entropy() -> Entropy {
    Box::new(fill)
}
