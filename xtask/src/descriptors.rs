//! Programs with as many file descriptors as they may have.
//!
//! By a shell, because the call that does it is `unsafe` in Rust. It steps aside with `exec`, so the
//! process that is started is the program itself.

use std::process::Command;

/// The same command by way of a shell that raises the limit on open files as far as it may; more
/// arguments may be added to it.
pub(crate) fn all(command: &Command) -> Command {
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
    use crate::process;

    #[cfg(unix)]
    #[test]
    fn the_shell_passes_the_command_on() {
        let mut command = Command::new("echo");
        command.args(["two  words", "$HOME"]);
        let said = process::capture(&mut all(&command)).unwrap();
        assert_eq!(said, "two  words $HOME\n");
    }
}
