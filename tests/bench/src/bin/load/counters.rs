//! What the kernel counts: CPU time of the server and of this process, memory, busy cores.
//!
//! The busy cores show what others on the machine took meanwhile.

use std::fs;

use sockeye_bench::clock;

/// The counters at one moment.
#[derive(Clone, Copy, Default)]
pub(crate) struct Counters {
    /// When, in nanoseconds.
    pub(crate) at: u64,
    /// Run time of the server in nanoseconds, all threads, exact.
    pub(crate) server: u64,
    /// User part of it in clock ticks, sampled by the kernel.
    pub(crate) user: u64,
    /// System part of it in clock ticks, sampled by the kernel.
    pub(crate) system: u64,
    /// Run time of this process in nanoseconds.
    pub(crate) own: u64,
    /// Busy ticks of core 0 and core 1, everything included.
    pub(crate) busy: [u64; 2],
    /// Voluntary and involuntary switches of the server.
    pub(crate) switches: [u64; 2],
}

impl Counters {
    /// Reads them for the process `pid`; 0 is none.
    pub(crate) fn read(pid: u32) -> Self {
        let mut counters = Self {
            at: clock::now(),
            ..Self::default()
        };
        if pid != 0 {
            counters.read_tasks(pid);
            let stat = text(&format!("/proc/{pid}/stat"));
            (counters.user, counters.system) = user_and_system(&stat);
        }
        counters.own = clock::own_cpu();
        let stat = text("/proc/stat");
        for (core, busy) in counters.busy.iter_mut().enumerate() {
            *busy = busy_ticks(&stat, core);
        }
        counters
    }

    fn read_tasks(&mut self, pid: u32) {
        let tasks = fs::read_dir(format!("/proc/{pid}/task"));
        for task in tasks.into_iter().flatten().flatten() {
            let file = |name| fs::read_to_string(task.path().join(name)).unwrap_or_default();
            self.server += word(&file("schedstat"), 0);
            let status = file("status");
            self.switches[0] += field(&status, "voluntary_ctxt_switches:");
            self.switches[1] += field(&status, "nonvoluntary_ctxt_switches:");
        }
    }
}

/// The resident memory of a process in KiB.
pub(crate) fn rss_kib(pid: u32) -> u64 {
    field(&text(&format!("/proc/{pid}/status")), "VmRSS:")
}

/// The most memory that was resident since [`forget_peak`], in KiB.
pub(crate) fn peak_rss_kib(pid: u32) -> u64 {
    field(&text(&format!("/proc/{pid}/status")), "VmHWM:")
}

/// Lets the peak of a process begin anew from what is resident now.
pub(crate) fn forget_peak(pid: u32) {
    let forgotten = fs::write(format!("/proc/{pid}/clear_refs"), "5");
    forgotten.expect("a process of the same user");
}

fn text(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// The number behind `name`, at the start of a line; 0 where there is none.
fn field(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    word(line.unwrap_or_default(), 0)
}

/// A number of a line; 0 where there is none.
fn word(line: &str, index: usize) -> u64 {
    let word = line.split_ascii_whitespace().nth(index);
    word.and_then(|word| word.parse().ok()).unwrap_or(0)
}

/// Ticks of a process, from its `stat`; its name, in parentheses, may have spaces in it.
fn user_and_system(stat: &str) -> (u64, u64) {
    let behind_name = stat.rsplit(')').next().unwrap_or_default();
    (word(behind_name, 11), word(behind_name, 12))
}

/// All ticks of a core but idle and iowait; guest time is inside user time.
fn busy_ticks(stat: &str, core: usize) -> u64 {
    let name = format!("cpu{core} ");
    let line = stat.lines().find_map(|line| line.strip_prefix(&name));
    let line = line.unwrap_or_default();
    [0, 1, 2, 5, 6, 7]
        .map(|index| word(line, index))
        .iter()
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn busy_ticks_leave_out_waiting() {
        let stat = "cpu  9 9 9 9\ncpu0 1 2 4 800 900 8 16 32 5 0\ncpu1 3 0 0 1 1 0 0 0 0 0\n";
        assert_eq!(busy_ticks(stat, 0), 63);
        assert_eq!(busy_ticks(stat, 1), 3);
        assert_eq!(busy_ticks(stat, 2), 0);
    }

    #[test]
    fn a_name_may_hold_anything() {
        let stat = "77 (a) b) S 1 77 77 0 -1 4194560 1 0 0 0 21 34 0 0 20 0";
        assert_eq!(user_and_system(stat), (21, 34));
    }

    #[test]
    fn fields_are_found_by_whole_name() {
        let status =
            "VmRSS:\t  1234 kB\nnonvoluntary_ctxt_switches:\t5\nvoluntary_ctxt_switches:\t6";
        assert_eq!(field(status, "VmRSS:"), 1234);
        assert_eq!(field(status, "voluntary_ctxt_switches:"), 6);
        assert_eq!(field(status, "VmHWM:"), 0);
    }
}
