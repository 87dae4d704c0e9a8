//! `cargo xtask bench idle`: memory per idle connection, by a program in `tests/src/bin`.
//!
//! One process holds both ends, so this needs no peers and no second core. What peers take for an
//! idle connection is a scenario of the comparison.

use super::descriptors;
use crate::failure::Failure;
use crate::process;
use crate::workspace::Workspace;

#[derive(clap::Args)]
pub(super) struct Options {
    /// Connections to open; each takes a file descriptor on either side
    #[arg(long, default_value_t = 10_000)]
    connections: u32,
}

pub(super) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    let program = ["--release", "--package", "sockeye-tests", "--bin", "idle"];
    process::run_live(&mut process::cargo(
        &workspace.root,
        &[&["build"][..], &program].concat(),
    ))?;
    let connections = options.connections.to_string();
    let run = [
        &["run", "--quiet"][..],
        &program,
        &["--", "--connections", &connections],
    ]
    .concat();
    let mut run = process::cargo(&workspace.root, &run);
    match cfg!(unix) {
        true => process::run_live(&mut descriptors::all(&run)),
        false => process::run_live(&mut run),
    }
}
