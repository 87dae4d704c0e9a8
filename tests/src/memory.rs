//! How much memory this process takes.
//!
//! The heap is counted by the byte asked for, the same on every machine, in programs whose global
//! allocator is [`PeakAlloc`]; resident memory is what the system says, with the allocator's and the
//! pages' rounding in it.

use std::fs;
use std::time::Duration;

use peak_alloc::PeakAlloc;

/// Bytes on the heap of a program that counts them, once they stay the same: the last tasks may still be on their way to sleep.
#[must_use]
pub fn settled_heap() -> i64 {
    let mut seen = Vec::new();
    for _ in 0..100 {
        seen.push(PeakAlloc.current_usage());
        if let [.., a, b, c] = seen[..]
            && a == b
            && b == c
        {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let last = seen.last().copied().unwrap_or_default();
    i64::try_from(last).unwrap_or(i64::MAX)
}

/// Resident memory of this process; `None` where the system has no Linux /proc.
#[must_use]
pub fn resident_bytes() -> Option<i64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: i64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024)
}
