//! The counting allocator, and the turns that tests take with it.

use std::fmt;
use std::future::Future;
use std::sync::{Mutex, PoisonError};

use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

static TURN: Mutex<()> = Mutex::new(());

/// Runs `test` while no other test of this process runs.
pub(crate) fn alone<R>(test: impl Future<Output = R>) -> R {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build();
    runtime.expect("a runtime starts").block_on(test)
}

/// The size of the heap at one moment, to compare with later ones.
pub(crate) struct Mark {
    bytes: usize,
}

impl Mark {
    /// Now, and from now on the most that there is.
    pub(crate) fn set() -> Self {
        HEAP.reset_peak_usage();
        Self {
            bytes: HEAP.current_usage(),
        }
    }

    /// Bytes by which the heap has grown since.
    pub(crate) fn growth(&self) -> usize {
        HEAP.current_usage().saturating_sub(self.bytes)
    }

    /// The same at the worst moment since.
    pub(crate) fn peak(&self) -> usize {
        HEAP.peak_usage().saturating_sub(self.bytes)
    }

    /// Fails the test if the heap was ever more than `most` bytes larger than now; says what it was
    /// to who runs the tests with `--nocapture`.
    #[track_caller]
    pub(crate) fn assert_peak(&self, most: usize, what: impl fmt::Display) {
        let peak = self.peak();
        eprintln!("peak of the heap: {what}: {peak} bytes of {most}");
        assert!(
            peak <= most,
            "{what}: {peak} bytes of heap, at most {most} are allowed"
        );
    }
}
