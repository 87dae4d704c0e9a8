//! The one line that a run prints.

use hdrhistogram::Histogram;
use rustix::param::clock_ticks_per_second;
use serde_json::{Map, Value, json};
use sockeye_bench::clock::SECOND;

use crate::counters::Counters;

pub(crate) struct Report(Map<String, Value>);

impl Report {
    pub(crate) fn new(mode: &str) -> Self {
        Self(Map::new()).with("mode", mode)
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// Microseconds of a histogram of nanoseconds, each name begun with `prefix`.
    pub(crate) fn with_latency(self, prefix: &str, latency: &Histogram<u64>) -> Self {
        let microseconds = |nanoseconds: u64| json!(nanoseconds as f64 / 1e3);
        let quantile = |quantile| microseconds(latency.value_at_quantile(quantile));
        self.with(&format!("{prefix}p50_us"), quantile(0.5))
            .with(&format!("{prefix}p99_us"), quantile(0.99))
            .with(&format!("{prefix}p999_us"), quantile(0.999))
            .with(&format!("{prefix}max_us"), microseconds(latency.max()))
    }

    /// What was used up between two moments.
    pub(crate) fn with_cost(self, start: &Counters, end: &Counters) -> Self {
        let nanoseconds = |of: fn(&Counters) -> u64| (of(end) - of(start)) as f64 / SECOND as f64;
        let per_second = clock_ticks_per_second() as f64;
        let ticks = |of: fn(&Counters) -> u64| (of(end) - of(start)) as f64 / per_second;
        let switches = |kind: usize| end.switches[kind].saturating_sub(start.switches[kind]);
        self.with("wall_s", nanoseconds(|counters| counters.at))
            .with("server_cpu_s", nanoseconds(|counters| counters.server))
            .with("server_user_s", ticks(|counters| counters.user))
            .with("server_sys_s", ticks(|counters| counters.system))
            .with("load_cpu_s", nanoseconds(|counters| counters.own))
            .with("core0_busy_s", ticks(|counters| counters.busy[0]))
            .with("core1_busy_s", ticks(|counters| counters.busy[1]))
            .with("vol_switches", switches(0))
            .with("invol_switches", switches(1))
    }

    pub(crate) fn print(self) {
        println!("{}", Value::Object(self.0));
    }
}

/// A histogram of nanoseconds, up to a minute, to three digits.
pub(crate) fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60 * SECOND, 3).expect("bounds in order")
}
