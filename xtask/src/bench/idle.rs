//! `cargo xtask bench idle`: memory per idle connection, by a program in `tests/src/bin`.
//!
//! One process holds both ends, so this needs no peers and no second core. What peers take for an
//! idle connection is a scenario of the comparison.

use std::process::Command;

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
