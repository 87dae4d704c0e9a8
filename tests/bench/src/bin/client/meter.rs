//! Counts messages, and the time and processor time that they took.
//!
//! Read by a thread of its own that sleeps meanwhile, so that the one that works has no timer.

use std::fs;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::options::Options;

/// What all connections have received.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    messages: AtomicU64,
}

/// The meter at one moment.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reading {
    messages: u64,
    cpu: Duration,
}

impl Meter {
    /// Takes note of received messages.
    pub(crate) fn add(&self, n: u64) {
        self.messages.fetch_add(n, Ordering::Relaxed);
    }

    pub(crate) fn now(&self) -> Reading {
        Reading {
            messages: self.messages.load(Ordering::Relaxed),
            cpu: cpu_of_main_thread(),
        }
    }
}

/// Prints what happened between warm-up and end, and ends the process.
pub(crate) fn print_and_exit_later(options: Arc<Options>, meter: Arc<Meter>) {
    thread::spawn(move || {
        thread::sleep(Duration::from_secs_f64(options.warm_up_seconds));
        let (start, before) = (Instant::now(), meter.now());
        thread::sleep(Duration::from_secs_f64(options.seconds));
        let after = meter.now();
        print_line(&options, after, before, start.elapsed());
        process::exit(0);
    });
}

/// Prints what happened since `before`, of whose time nothing is known.
pub(crate) fn print(options: &Options, after: Reading, before: Reading) {
    print_line(options, after, before, Duration::ZERO);
}

fn print_line(options: &Options, after: Reading, before: Reading, wall: Duration) {
    let messages = after.messages - before.messages;
    let cpu = after.cpu.saturating_sub(before.cpu).as_secs_f64();
    let wall = wall.as_secs_f64();
    let per_second = if wall > 0.0 {
        messages as f64 / wall
    } else {
        0.0
    };
    println!(
        r#"{{"library": "{}", "messages": {messages}, "wall_s": {wall:.3}, "cpu_s": {cpu:.4}, "msg_per_s": {per_second:.0}, "cpu_s_per_million": {:.4}}}"#,
        options.library,
        cpu * 1e6 / messages.max(1) as f64,
    );
}

/// User and system time together; zero where there is no Linux /proc.
fn cpu_of_main_thread() -> Duration {
    // The first number is nanoseconds on a processor, of the thread that began the process.
    let stat = fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanos = stat.split_whitespace().next().and_then(|n| n.parse().ok());
    Duration::from_nanos(nanos.unwrap_or(0))
}
