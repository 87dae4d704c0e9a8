//! `cargo xtask soak`: thousands of connections on real sockets, and all that can befall them.
//!
//! The program is `soak` of the tests' package, built with optimizations; here is its command line. It needs
//! Linux: each process of clients has a loopback address of its own, and so ports of its own.

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
