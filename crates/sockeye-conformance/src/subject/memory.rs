//! How much memory a process takes, where the operating system tells (Linux).
//!
//! The kernel's own figures for the whole process: resident bytes now, and their peak since it was
//! last set back.

use std::fs;

use crate::{Case, CaseResult};

/// A process's memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Memory {
    pid: u32,
}

impl Memory {
    /// That of the process `pid`; `None` where the system does not tell.
    pub(super) fn of(pid: u32) -> Option<Self> {
        let memory = Self { pid };
        memory.resident_bytes()?;
        Some(memory)
    }

    fn resident_bytes(self) -> Option<u64> {
        self.figure("VmRSS:")
    }

    fn peak_bytes(self) -> Option<u64> {
        self.figure("VmHWM:")
    }

    /// Sets the peak back to what is resident now; false where that is not allowed.
    fn reset_peak(self) -> bool {
        fs::write(format!("/proc/{}/clear_refs", self.pid), "5").is_ok()
    }

    fn figure(self, name: &str) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid)).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        let n_kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(n_kib * 1024)
    }
}

/// Runs a case, and fails it when the subject grows by more than the case allows meanwhile.
///
/// Without `memory` nothing is watched: the subject is not in our process tree.
pub(super) async fn watched(
    memory: Option<Memory>,
    case: &Case,
    running: impl Future<Output = CaseResult>,
) -> CaseResult {
    let watch = case.max_growth_bytes.map(|bound| Watch::on(memory, bound));
    let result = running.await;
    match watch {
        Some(watch) => watch.judge(result),
        None => result,
    }
}

/// Watches a subject's memory during one case.
#[derive(Debug)]
struct Watch {
    /// And what was resident before.
    memory: Option<(Memory, u64)>,
    max_growth_bytes: u64,
}

impl Watch {
    fn on(memory: Option<Memory>, max_growth_bytes: u64) -> Self {
        let memory = memory
            .filter(|memory| memory.reset_peak())
            .and_then(|memory| Some((memory, memory.resident_bytes()?)));
        Self {
            memory,
            max_growth_bytes,
        }
    }

    /// The result of the case, or failed when the subject grew too much meanwhile.
    fn judge(&self, mut result: CaseResult) -> CaseResult {
        let Some((memory, before)) = self.memory else {
            return result;
        };
        let Some(peak) = memory.peak_bytes() else {
            result.fail("the subject's process has gone");
            return result;
        };
        let grown = peak.saturating_sub(before) / 1024;
        let bound = self.max_growth_bytes / 1024;
        result.received.push(format!("{grown} KiB more memory"));
        result
            .expected
            .push(format!("at most {bound} KiB more memory"));
        if grown > bound {
            result.fail(format!("its memory grew by {grown} KiB"));
        }
        result
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn our_own_memory_is_known() {
        let memory = Memory::of(std::process::id()).unwrap();
        let before = memory.resident_bytes().unwrap();
        assert!(before > 100 * 1024);
        assert!(memory.peak_bytes().unwrap() >= before / 2);
    }
}
