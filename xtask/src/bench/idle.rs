//! `cargo xtask bench idle`: memory per idle connection, by a program in `tests/src/bin`.
//!
//! One process holds both ends, so this needs no peers and no second core. What peers take for an
//! idle connection is a scenario of the comparison.

use crate::failure::Failure;
use crate::program;
use crate::workspace::Workspace;

#[derive(clap::Args)]
pub(super) struct Options {
    /// Connections to open; each takes a file descriptor on either side
    #[arg(long, default_value_t = 10_000)]
    connections: u32,
}

pub(super) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    let connections = options.connections.to_string();
    program::run(workspace, "idle", &["--connections", &connections])
}
