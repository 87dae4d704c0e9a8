//! Unpredictable bytes for masking keys, ping nonces and handshake keys.
//!
//! RFC 6455 §10.3 wants masking keys that the peer's scripts cannot predict; the operating
//! system's generator provides them, a block at a time, so that a key costs a copy of four bytes.
//!
//! A block is of one process: a child that was forked has a copy of it, and must not use the bytes
//! that its parent uses. Which process this is costs a system call, so it is asked for with each new
//! connection and not with each key. Connections that live through a fork are not looked after.
//! Nor are children that have the number of the process whose block they copied, since a process is
//! known by it: in a PID namespace of their own, or when that one has ended and it is given again.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{mem, process};

use sockeye_connection::Entropy;

/// One system call fills this many bytes: 256 masking keys.
const BLOCK_BYTES: usize = 1024;

struct Block {
    bytes: [u8; BLOCK_BYTES],
    used: usize,
    /// Whose bytes these are.
    process: u32,
}

thread_local! {
    static BLOCK: RefCell<Block> = const { RefCell::new(Block::EMPTY) };
}

/// The process that made the last connection.
static PROCESS: AtomicU32 = AtomicU32::new(0);

/// Unpredictable bytes as a value that a connection can own; it takes no memory.
///
/// # Panics
///
/// What it gives does when the operating system has no randomness, which leaves nothing safe to do.
pub(crate) fn entropy() -> Entropy {
    PROCESS.store(process::id(), Ordering::Relaxed);
    Box::new(|out| {
        let process = PROCESS.load(Ordering::Relaxed);
        BLOCK.with_borrow_mut(|block| block.fill(out, process));
    })
}

impl Block {
    const EMPTY: Self = Self {
        bytes: [0; BLOCK_BYTES],
        used: BLOCK_BYTES,
        process: 0,
    };

    /// Fills `out` with bytes that are used no other time, in this process or another.
    fn fill(&mut self, out: &mut [u8], process: u32) {
        if self.process != process {
            self.used = BLOCK_BYTES;
            self.process = process;
        }
        for byte in out {
            if self.used == BLOCK_BYTES {
                refill(&mut self.bytes);
                self.used = 0;
            }
            // Each byte is used once and wiped, so that no key can be read back from memory.
            *byte = mem::take(&mut self.bytes[self.used]);
            self.used += 1;
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_was_forked_has_other_bytes() {
        let mut parent = Block::EMPTY;
        parent.fill(&mut [0; 10], 1);
        let Block { bytes, used, .. } = parent;
        let next = |now| {
            let process = 1;
            let mut child = Block {
                bytes,
                used,
                process,
            };
            let mut key = [0; 16];
            child.fill(&mut key, now);
            key
        };
        let expected = next(1);
        assert_eq!(next(1), expected);
        assert_ne!(next(2), expected);
    }

    #[test]
    fn each_connection_says_whose_it_is() {
        drop(entropy());
        assert_eq!(PROCESS.load(Ordering::Relaxed), process::id());
    }
}
