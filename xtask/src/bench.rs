//! `cargo xtask bench`: figures that a person reads, each from a program in `tests/src/bin`.
//!
//! Always built with optimizations. Nothing here is a timed test: a figure that is out of bounds
//! is for `idle` and `counts` themselves to say.

mod counts;

use std::process::Command;

use crate::failure::Failure;
use crate::process;
use crate::workspace::Workspace;

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(clap::Subcommand)]
enum Bench {
    /// Instructions and allocations of each message, exact, beside the committed baseline
    Counts(counts::Options),
    /// Memory per idle server connection, beside that of a bare TCP stream
    Idle {
        /// Connections to open; each takes a file descriptor on either side
        #[arg(long, default_value_t = 10_000)]
        connections: u32,
    },
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    match &options.bench {
        Bench::Counts(options) => counts::run(workspace, options),
        Bench::Idle { connections } => idle(workspace, *connections),
    }
}

fn idle(workspace: &Workspace, connections: u32) -> Result<(), Failure> {
    let program = ["--release", "--package", "sockeye-tests", "--bin", "idle"];
    process::run_live(&mut process::cargo(
        &workspace.root,
        &[&["build"][..], &program].concat(),
    ))?;
    let connections = connections.to_string();
    let run = [
        &["run", "--quiet"][..],
        &program,
        &["--", "--connections", &connections],
    ]
    .concat();
    let mut run = process::cargo(&workspace.root, &run);
    match cfg!(unix) {
        true => process::run_live(&mut with_all_descriptors(&run)),
        false => process::run_live(&mut run),
    }
}

/// The same command by way of a shell that raises the limit on open files as far as it may.
///
/// A shell, because the call that does it is `unsafe` in Rust.
fn with_all_descriptors(command: &Command) -> Command {
    let script = r#"ulimit -S -n "$(ulimit -H -n)"; exec "$@""#;
    let mut shell = Command::new("sh");
    shell
        .args(["-c", script, "sh"])
        .arg(command.get_program())
        .args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        shell.current_dir(folder);
    }
    shell
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn the_shell_passes_the_command_on() {
        let mut command = Command::new("echo");
        command.args(["two  words", "$HOME"]);
        let said = process::capture(&mut with_all_descriptors(&command)).unwrap();
        assert_eq!(said, "two  words $HOME\n");
    }
}
