//! Waiting for a quiet machine, for a bounded time.
//!
//! Other people's work on a core makes a sample slower and its spread wider. It cannot be kept
//! away, only waited for; what happens during a sample is told from the sample itself.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

/// Waits until no core is busy, or for as long as `limit`.
pub(super) fn wait(limit: Duration) {
    let end = Instant::now() + limit;
    while Instant::now() < end {
        let before = cores();
        thread::sleep(LOOK);
        if busiest(&before, &cores()) < BUSY {
            return;
        }
    }
}

/// Ticks of one core since the system was started.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Ticks {
    all: u64,
    idle: u64,
}

fn cores() -> Vec<Ticks> {
    parse(&fs::read_to_string("/proc/stat").unwrap_or_default())
}

/// Reads the lines `cpu0`, `cpu1`, … of `/proc/stat`: user, nice, system, idle, iowait and more.
fn parse(stat: &str) -> Vec<Ticks> {
    let lines = stat.lines().filter_map(|line| {
        let mut words = line.split_ascii_whitespace();
        let core = words.next()?.strip_prefix("cpu")?;
        core.parse::<u32>().ok()?;
        // Guests are counted among user time already: only the first eight are added up.
        let ticks: Vec<u64> = words.take(8).map_while(|word| word.parse().ok()).collect();
        Some(Ticks {
            all: ticks.iter().sum(),
            idle: ticks.get(3)? + ticks.get(4)?,
        })
    });
    lines.collect()
}

/// The share of time that the busiest core was busy.
fn busiest(before: &[Ticks], after: &[Ticks]) -> f64 {
    let shares = before.iter().zip(after).map(|(before, after)| {
        let all = after.all.saturating_sub(before.all).max(1);
        let idle = after.idle.saturating_sub(before.idle);
        1.0 - idle as f64 / all as f64
    });
    shares.fold(0.0, f64::max)
}

/// How long one look takes: ten of the kernel's ticks.
const LOOK: Duration = Duration::from_millis(100);

/// A core is busy from here: a machine at rest has some ticks of its own.
const BUSY: f64 = 0.2;

#[cfg(test)]
mod tests {
    use super::*;

    const STAT: &str = "cpu  10 0 10 80 0 0 0 0 0 0\n\
                        cpu0 5 0 5 39 1 0 0 0 7 7\n\
                        cpu1 5 0 5 38 2 0 0 0 0 0\n\
                        intr 12345\n";

    #[test]
    fn cores_are_read_and_their_sum_is_left_out() {
        let core = Ticks { all: 50, idle: 40 };
        assert_eq!(parse(STAT), [core, core]);
        assert_eq!(parse("cpu0 1 2\n"), []);
    }

    #[test]
    fn the_busiest_core_counts() {
        let ticks = |all, idle| Ticks { all, idle };
        let before = [ticks(100, 50), ticks(100, 50)];
        let after = [ticks(110, 59), ticks(110, 52)];
        assert!((busiest(&before, &after) - 0.8).abs() < 1e-9);
        assert_eq!(busiest(&[], &[]), 0.0);
    }
}
