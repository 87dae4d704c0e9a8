//! Counts what a peer's bytes make us do, for tests and fuzzing alone.
//!
//! Work in proportion to what came, and to what was given for it, is no fault of ours; more is, and a
//! panic. Takes no room and no time in a release.

/// Steps so far, and how many there may be.
#[derive(Debug, Default)]
pub(crate) struct Work {
    #[cfg(any(test, feature = "__fuzzing"))]
    n_steps: usize,
    #[cfg(any(test, feature = "__fuzzing"))]
    n_allowed: usize,
}

impl Work {
    /// So many steps more are in proportion.
    #[inline(always)]
    pub(crate) const fn allow(&mut self, n_steps: usize) {
        #[cfg(any(test, feature = "__fuzzing"))]
        {
            self.n_allowed += n_steps;
        }
        #[cfg(not(any(test, feature = "__fuzzing")))]
        let _ = n_steps;
    }

    /// So many steps were taken.
    #[inline(always)]
    pub(crate) fn step(&mut self, n_steps: usize) {
        #[cfg(any(test, feature = "__fuzzing"))]
        {
            self.n_steps += n_steps;
            let Self { n_steps, n_allowed } = *self;
            assert!(
                n_steps <= n_allowed + 64,
                "{n_steps} steps, {n_allowed} allowed"
            );
        }
        #[cfg(not(any(test, feature = "__fuzzing")))]
        let _ = n_steps;
    }

    #[cfg(all(test, feature = "deflate"))]
    pub(crate) const fn n_steps(&self) -> usize {
        self.n_steps
    }
}
