//! `cargo xtask soak`: thousands of connections on real sockets, and all that can befall them.
//!
//! The program is `soak` of the tests' package, built with optimizations; here is its command line.
//! It needs Linux: each process of clients has a loopback address of its own, and so ports of its
//! own.

use std::fs;

use crate::failure::Failure;
use crate::program;
use crate::workspace::Workspace;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Connections at the same time; each takes a file descriptor on either side
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(8..))]
    connections: u32,
    /// How long they go on
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(10..=800))]
    seconds: u32,
    /// What chance begins with
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    let Options {
        connections,
        seconds,
        seed,
    } = options;
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    if let Some(max) = max_open_files(&limits)
        && u64::from(*connections) + OTHER_FILES > max
    {
        return Err(Failure::new(format!(
            "{connections} connections need more files than the {max} that a process may have open \
             here (`ulimit -H -n`)"
        )));
    }
    let numbers = [
        connections.to_string(),
        seconds.to_string(),
        seed.to_string(),
    ];
    let args = ["--connections", "--seconds", "--seed"];
    let args = args.iter().copied().zip(&numbers);
    let args = args.flat_map(|(name, number)| [name, number]);
    program::run(workspace, "soak", &args.collect::<Vec<_>>())
}

/// The hard limit on open files, out of what Linux tells of a process; `None` where there is none.
fn max_open_files(limits: &str) -> Option<u64> {
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// What the server has open besides its connections, and connections that come before others are
/// closed.
const OTHER_FILES: u64 = 500;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hard_limit_is_read() {
        let limits = "Limit                     Soft Limit           Hard Limit           Units     \n\
                      Max processes             96034                96034                processes \n\
                      Max open files            1024                 20000                files     \n";
        assert_eq!(max_open_files(limits), Some(20_000));
        assert_eq!(
            max_open_files("Max open files unlimited unlimited files"),
            None
        );
        assert_eq!(max_open_files(""), None);
    }
}
