//! Tests that run themselves in another process, whose environment is theirs to choose.

use std::env;

use tokio::process::Command;

use crate::within;

/// This program, told to run only the test of this name.
///
/// The test sees from a variable which of its two parts it is to play; what it prints then is the
/// answer of [`said_by`].
///
/// # Panics
///
/// If the system does not say which program this is.
#[must_use]
pub fn this_test(name: &str) -> Command {
    let program = env::current_exe().expect("this program has a path");
    let mut command = Command::new(program);
    command.args(["--exact", name, "--nocapture"]);
    command.kill_on_drop(true);
    command
}

/// All that the process prints, which must end in time.
///
/// # Panics
///
/// If it cannot be started, does not end, or prints what is no UTF-8.
pub async fn said_by(mut command: Command) -> String {
    let output = within("the process", command.output()).await;
    let output = output.expect("the process can be started");
    String::from_utf8(output.stdout).expect("tests print text")
}
