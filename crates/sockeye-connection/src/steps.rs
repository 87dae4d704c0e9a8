//! Counts the steps that taking bytes apart takes, for tests alone.
//!
//! A reader that neither consumes nor asks for more spins; that it does not is shown by counting the
//! turns of every loop over input, not by a clock. Takes no room and no time in a release.

/// Calls, and turns of loops, so far; small, lest it change what a connection costs.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    #[cfg(any(test, feature = "__fuzzing"))]
    n: u32,
}

impl Steps {
    /// One more call for an event, or one more turn of a loop within: the first of those is the call's.
    #[inline(always)]
    pub(crate) const fn count(&mut self) {
        #[cfg(any(test, feature = "__fuzzing"))]
        {
            self.n += 1;
        }
    }

    /// How many there have been.
    #[cfg(any(test, feature = "__fuzzing"))]
    pub(crate) fn taken(&self) -> u64 {
        self.n.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_counts() {
        let mut steps = Steps::default();
        steps.count();
        steps.count();
        assert_eq!(steps.taken(), 2);
    }
}
