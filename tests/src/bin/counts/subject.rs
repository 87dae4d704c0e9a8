//! What is counted: a named piece of work on a fixed number of messages.
//!
//! A subject makes its state afresh, does a few passes to fill pools and grow buffers, then those
//! that count. What the numbers may be is not decided here.

use crate::heap::Heap;

/// The work on `n_messages` messages, to be done again and again.
pub(crate) type Pass = Box<dyn FnMut()>;

pub(crate) struct Subject {
    /// Family, variant and size, as one word: `decode-server-binary-20`.
    pub(crate) name: String,
    /// Messages in one pass; what is counted is divided by it.
    pub(crate) n_messages: usize,
    start: Box<dyn Fn() -> Pass>,
}

impl Subject {
    pub(crate) fn new<P: FnMut() + 'static>(
        name: impl Into<String>,
        n_messages: usize,
        start: impl Fn() -> P + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            n_messages,
            start: Box::new(move || Box::new(start())),
        }
    }

    /// Does the work, [`N_PASSES`] times where it counts, and says what it asked of the heap.
    pub(crate) fn measure(&self) -> Heap {
        let mut pass = (self.start)();
        for _ in 0..N_WARM_UP_PASSES {
            pass();
        }
        Heap::used_by(|| measured_passes(&mut pass))
    }
}

/// The one function inside which callgrind counts: it knows it by this name.
#[inline(never)]
fn measured_passes(pass: &mut Pass) {
    for _ in 0..N_PASSES {
        pass();
    }
}

/// Passes that count. What does not happen in every pass, such as a buffer's growth, shows as a
/// hundredth.
pub(crate) const N_PASSES: usize = 100;

const N_WARM_UP_PASSES: usize = 10;
