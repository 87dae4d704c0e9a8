//! The two clocks that the generator reads, in nanoseconds.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// The time since some moment of the past.
pub fn now() -> u64 {
    read(ClockId::Monotonic)
}

/// How long this process has run on a core.
pub fn own_cpu() -> u64 {
    read(ClockId::ProcessCPUTime)
}

/// A duration in the unit of the clocks.
pub fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).expect("a duration of less than centuries")
}

fn read(clock: ClockId) -> u64 {
    let time = clock_gettime(clock);
    time.tv_sec as u64 * SECOND + time.tv_nsec as u64
}

/// In the unit of the clocks.
pub const SECOND: u64 = 1_000_000_000;
