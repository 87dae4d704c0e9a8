//! `cargo xtask bench`: Sockeye beside its peers, and single figures as subcommands.
//!
//! Always built with optimizations. Nothing here is a timed test: a figure that is out of bounds
//! is for a person to judge, and for `counts` only where it is exact. The comparison starts in
//! `comparison`; what is measured is data, in `scenarios` and `subjects`.

mod cells;
mod cli;
mod commands;
mod comparison;
mod counts;
mod deflate;
mod environment;
mod figure;
mod goal;
mod idle;
mod markdown;
mod page;
mod pinned;
mod plan;
mod quiet;
mod results;
mod rows;
mod sample;
mod scenario;
mod scenarios;
mod server;
mod statistics;
mod subject;
mod subjects;

use crate::failure::Failure;
use crate::workspace::Workspace;

#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    bench: Option<Bench>,
    #[command(flatten)]
    comparison: cli::Options,
}

#[derive(clap::Subcommand)]
enum Bench {
    /// Instructions and allocations of each message, exact, beside the committed baseline
    Counts(counts::Options),
    /// Compression by itself, beside flate2 alone and peers: no sockets, a few minutes
    Deflate(cli::Options),
    /// Memory per idle server connection, beside that of a bare TCP stream
    Idle(idle::Options),
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    match &options.bench {
        Some(Bench::Counts(options)) => counts::run(workspace, options),
        Some(Bench::Deflate(options)) => deflate::run(workspace, options),
        None => comparison::run(workspace, &options.comparison),
        Some(Bench::Idle(options)) => idle::run(workspace, options),
    }
}
