//! Counts what the allocator is asked for, exactly.
//!
//! The counting costs a few instructions for each allocation, always the same. What memory was in
//! use is not looked at: `idle` and the tests in `tests/memory` do.

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What was asked of the allocator.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heap {
    pub(crate) allocations: usize,
    pub(crate) reallocations: usize,
    /// Asked for by both, growth alone for a reallocation.
    pub(crate) bytes: usize,
}

impl Heap {
    /// What `work` asks for.
    pub(crate) fn used_by(work: impl FnOnce()) -> Self {
        let region = Region::new(ALLOCATOR);
        work();
        let change = region.change();
        Self {
            allocations: change.allocations,
            reallocations: change.reallocations,
            bytes: change.bytes_allocated,
        }
    }
}
