//! The locks and atomics at which the tasks of one connection meet.
//!
//! They are the standard library's, but for the tests that try all interleavings of threads: there
//! they are loom's, which decides at each of them who goes on (`cargo xtask loom`).

#[cfg(all(test, sockeye_loom))]
pub(crate) use loom::sync::{Mutex, MutexGuard, atomic};
#[cfg(not(all(test, sockeye_loom)))]
pub(crate) use std::sync::{Mutex, MutexGuard, atomic};
