//! What is read off a sample: CPU per message, latencies, memory; each with its unit.
//!
//! A sample is whatever numbers the generator printed, by their names; a mode that prints new
//! ones needs no change here until a scenario asks for them.

use std::collections::BTreeMap;

/// The numbers that one run of the generator printed.
pub(super) type Figures = BTreeMap<String, f64>;

/// One thing that is compared. Less is better for all but [`Figure::Rate`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Figure {
    /// Microseconds of processor time per message, user and system together.
    Cpu,
    /// Messages per second.
    Rate,
    P50,
    P99,
    P999,
    /// Bytes of resident memory per open connection that has not been used.
    MemoryOpen,
    /// The same after one message of 1 KiB went there and back.
    MemoryUsed,
    /// Bytes of resident memory at most, above those before the work.
    PeakMemory,
    /// Microseconds of processor time to receive, decompress, compress and send a message.
    Echo,
    /// The same to compress and send one.
    Compress,
    /// The same to receive and decompress one.
    Decompress,
    /// Bytes on the wire for a hundred bytes of message.
    Compressed,
}

impl Figure {
    /// The figure of one sample, where it has it.
    pub(super) fn of(self, figures: &Figures) -> Option<f64> {
        let figure = |name: &str| figures.get(name).copied();
        match self {
            Self::Cpu => {
                let messages = figure("messages").filter(|&messages| messages > 0.0)?;
                Some(figure("server_cpu_s").or_else(|| figure("cpu_s"))? / messages * 1e6)
            }
            Self::Rate => figure("msg_per_s"),
            // None at all is no latency: of a connection that got no answer there is none.
            Self::P50 => figure("p50_us").filter(|&latency| latency > 0.0),
            Self::P99 => figure("p99_us").filter(|&latency| latency > 0.0),
            Self::P999 => figure("p999_us").filter(|&latency| latency > 0.0),
            Self::MemoryOpen => figure("bytes_per_conn_open"),
            Self::MemoryUsed => figure("bytes_per_conn_echoed"),
            Self::PeakMemory => Some(figure("rss_growth_kib")? * 1024.0),
            Self::Echo => figure("echo_us"),
            Self::Compress => figure("compress_us"),
            Self::Decompress => figure("decompress_us"),
            Self::Compressed => figure("compressed_percent"),
        }
    }

    /// Whether it holds although others used the machine meanwhile.
    ///
    /// Processor time counts what the server ran, whoever else waited; memory does not depend on
    /// time at all.
    pub(super) fn is_robust(self) -> bool {
        match self {
            Self::Cpu | Self::MemoryOpen | Self::MemoryUsed | Self::PeakMemory => true,
            Self::Echo | Self::Compress | Self::Decompress | Self::Compressed => true,
            Self::Rate | Self::P50 | Self::P99 | Self::P999 => false,
        }
    }

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Cpu => "CPU per message",
            Self::Rate => "messages per second",
            Self::P50 => "median latency",
            Self::P99 => "p99 latency",
            Self::P999 => "p99.9 latency",
            Self::MemoryOpen => "memory per open connection",
            Self::MemoryUsed => "memory per connection, once used",
            Self::PeakMemory => "memory at most, beyond that before",
            Self::Echo => "CPU per echo",
            Self::Compress => "to compress",
            Self::Decompress => "to decompress",
            Self::Compressed => "compressed size",
        }
    }

    pub(super) fn unit(self) -> &'static str {
        match self {
            Self::Cpu | Self::P50 | Self::P99 | Self::P999 => "µs",
            Self::Echo | Self::Compress | Self::Decompress => "µs",
            Self::Compressed => "%",
            Self::Rate => "/s",
            Self::MemoryOpen | Self::MemoryUsed | Self::PeakMemory => "B",
        }
    }
}

/// The parts of processor time that were spent in the program and in the kernel.
///
/// The kernel counts them in ticks of 10 ms; only their proportion is taken from it.
pub(super) fn user_share(figures: &Figures) -> Option<f64> {
    let (user, system) = (figures.get("server_user_s")?, figures.get("server_sys_s")?);
    let both = user + system;
    (both > 0.0).then(|| user / both)
}

/// Whether others took less than a tenth of either core meanwhile; so taken if it is not known.
pub(super) fn is_clean(figures: &Figures) -> bool {
    let figure = |name: &str| figures.get(name).copied();
    let others = |core: &str, own: &str| Some(figure(core)? - figure(own)?);
    let Some(wall) = figure("wall_s") else {
        return true;
    };
    let taken = [
        others("core0_busy_s", "server_cpu_s"),
        others("core1_busy_s", "load_cpu_s"),
    ];
    taken.into_iter().flatten().all(|taken| taken < 0.1 * wall)
}

/// A number as people read it: about three digits that count.
pub(super) fn number(value: f64) -> String {
    match value.abs() {
        size if size < 0.9995 => format!("{value:.3}"),
        size if size < 9.995 => format!("{value:.2}"),
        size if size < 99.95 => format!("{value:.1}"),
        _ => grouped(value),
    }
}

/// A whole number in groups of three digits.
fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let sign = if value < 0.0 { "-" } else { "" };
    let mut out = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    format!("{sign}{out}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(list: &[(&str, f64)]) -> Figures {
        list.iter()
            .map(|&(name, value)| (name.to_owned(), value))
            .collect()
    }

    #[test]
    fn cpu_is_per_message_in_microseconds() {
        let sample = figures(&[("messages", 2e6), ("server_cpu_s", 0.5)]);
        assert_eq!(Figure::Cpu.of(&sample), Some(0.25));
        assert_eq!(Figure::P99.of(&sample), None);
        assert_eq!(Figure::P99.of(&figures(&[("p99_us", 0.0)])), None);
        let nothing = figures(&[("messages", 0.0), ("server_cpu_s", 0.5)]);
        assert_eq!(Figure::Cpu.of(&nothing), None);
    }

    #[test]
    fn a_sample_is_clean_when_others_left_both_cores_alone() {
        let sample = |core0, core1| {
            figures(&[
                ("wall_s", 1.0),
                ("core0_busy_s", core0),
                ("server_cpu_s", 0.8),
                ("core1_busy_s", core1),
                ("load_cpu_s", 0.5),
            ])
        };
        assert!(is_clean(&sample(0.85, 0.55)));
        assert!(!is_clean(&sample(0.95, 0.55)));
        assert!(!is_clean(&sample(0.85, 0.65)));
        assert!(is_clean(&figures(&[])));
    }

    #[test]
    fn the_split_is_a_share() {
        let sample = figures(&[("server_user_s", 0.3), ("server_sys_s", 0.1)]);
        assert!((user_share(&sample).unwrap() - 0.75).abs() < 1e-9);
        let nothing = figures(&[("server_user_s", 0.0), ("server_sys_s", 0.0)]);
        assert_eq!(user_share(&nothing), None);
    }

    #[test]
    fn numbers_have_the_digits_that_count() {
        let shown = [0.134, 5.0, 42.61, 134.4, 1024.0, 1_234_567.0, -1234.0].map(number);
        let expected = [
            "0.134",
            "5.00",
            "42.6",
            "134",
            "1\u{202f}024",
            "1\u{202f}234\u{202f}567",
            "-1\u{202f}234",
        ];
        assert_eq!(shown, expected);
    }
}
