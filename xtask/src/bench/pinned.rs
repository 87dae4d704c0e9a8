//! Programs held to one core, with as many file descriptors as they may have.
//!
//! By `taskset`, because the call that does it is `unsafe` in Rust. It steps aside with `exec`, so
//! the process that is started is the program itself.

use std::process::{Command, Stdio};

use crate::descriptors;
use crate::failure::Failure;
use crate::process;

/// The core of the servers; the generator tells the time of others on it apart by this number.
pub(super) const SERVER_CORE: &str = "0";

/// The core of the generator.
pub(super) const LOAD_CORE: &str = "1";

/// A command that starts `program` on one core. Arguments may be added to it.
pub(super) fn command(core: &str, program: &str) -> Command {
    let mut command = descriptors::all(Command::new("taskset").args(["-c", core, program]));
    command.stdin(Stdio::null());
    command
}

/// Fails where programs cannot be held to cores, and says what is missing.
pub(super) fn check() -> Result<(), Failure> {
    if !cfg!(target_os = "linux") {
        return Err(Failure::new(
            "the comparison runs on Linux only: it holds programs to cores and reads /proc",
        ));
    }
    for core in [SERVER_CORE, LOAD_CORE] {
        process::capture(Command::new("taskset").args(["-c", core, "true"])).map_err(
            |failure| {
                Failure::new(format!(
                    "cannot hold a program to core {core}: the comparison needs two cores, and \
                 `taskset` from util-linux\n    {failure}"
                ))
            },
        )?;
    }
    Ok(())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn arguments_arrive_as_they_are() {
        let mut command = command("0", "echo");
        command.args(["two  words", "$HOME"]);
        assert_eq!(
            process::capture(&mut command).unwrap(),
            "two  words $HOME\n"
        );
    }
}
