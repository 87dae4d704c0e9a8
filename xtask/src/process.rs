//! Running other programs: cargo live, everything else quietly unless it fails.
//!
//! Standard input is always closed: no step may wait for an answer nobody gives in CI.

use std::env;
use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Output, Stdio};

use crate::failure::Failure;
use crate::say::{output, say};

/// A cargo command, run in `folder` by the cargo that runs us.
pub(crate) fn cargo(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(folder).stdin(Stdio::null());
    command
}

/// Shows the command, runs it with its output live, and fails when it does.
pub(crate) fn run_live(command: &mut Command) -> Result<(), Failure> {
    let status = status_of(command)?;
    succeeded(command, status)
}

/// As [`run_live`], and gives the exit code; fails where there is none.
pub(crate) fn run_for_code(command: &mut Command) -> Result<i32, Failure> {
    let status = status_of(command)?;
    status.code().ok_or_else(|| failed(command, status))
}

/// As [`run_live`], and gives each line of standard output to `see` as well.
pub(crate) fn run_watched(command: &mut Command, mut see: impl FnMut(&str)) -> Result<(), Failure> {
    say(format_args!("$ {}", shown(command)));
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| not_started(command, &error))?;
    let stdout = child
        .stdout
        .take()
        .expect("standard output was asked for as a pipe");
    let copied = copy_lines(BufReader::new(stdout), &mut output(), &mut see);
    let status = child.wait().map_err(|error| not_started(command, &error))?;
    copied.map_err(|error| Failure::new(format!("reading `{}`: {error}", shown(command))))?;
    succeeded(command, status)
}

/// Runs the command silently and gives what it wrote to standard output.
///
/// # Errors
///
/// When it cannot be started or fails; the sentence then ends with the last lines it wrote.
pub(crate) fn capture(command: &mut Command) -> Result<String, Failure> {
    let Output {
        status,
        stdout,
        stderr,
    } = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| not_started(command, &error))?;
    if status.success() {
        return Ok(String::from_utf8_lossy(&stdout).into_owned());
    }
    let said = [stdout, stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let lines: Vec<_> = said
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let last = lines[lines.len().saturating_sub(LINES_SHOWN)..].join("\n    ");
    Err(Failure::new(format!(
        "`{}` failed: {status}\n    {last}",
        shown(command)
    )))
}

/// Lets the command take this process's place where the system can, so that it alone gets Ctrl-C.
pub(crate) fn become_program(command: &mut Command) -> Result<(), Failure> {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        let error = command.exec();
        Err(not_started(command, &error))
    }
    #[cfg(not(unix))]
    run_live(command)
}

/// Copies lines to `out` as they come and shows each to `see`, without its line end.
///
/// A test may print bytes that are no UTF-8: they are passed on as they are.
fn copy_lines(
    mut from: impl BufRead,
    out: &mut impl Write,
    see: &mut impl FnMut(&str),
) -> io::Result<()> {
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line)? > 0 {
        // A reader of ours that has gone must not stop the tests.
        let _ = out.write_all(&line).and_then(|()| out.flush());
        see(String::from_utf8_lossy(&line).trim_end());
        line.clear();
    }
    Ok(())
}

/// The command as one would type it, with the program's folder left out.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let program = program.file_name().unwrap_or(program.as_os_str());
    let words = [program]
        .into_iter()
        .chain(command.get_args())
        .map(OsStr::to_string_lossy);
    words.collect::<Vec<_>>().join(" ")
}

/// Shows the command, and runs it with its output live.
fn status_of(command: &mut Command) -> Result<ExitStatus, Failure> {
    say(format_args!("$ {}", shown(command)));
    command
        .status()
        .map_err(|error| not_started(command, &error))
}

fn succeeded(command: &Command, status: ExitStatus) -> Result<(), Failure> {
    match status.success() {
        true => Ok(()),
        false => Err(failed(command, status)),
    }
}

fn failed(command: &Command, status: ExitStatus) -> Failure {
    Failure::new(format!("`{}` failed: {status}", shown(command)))
}

fn not_started(command: &Command, error: &io::Error) -> Failure {
    Failure::new(format!("cannot run `{}`: {error}", shown(command)))
}

/// How much of a failed program's output is worth a screen.
const LINES_SHOWN: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_copied_as_they_are_and_seen_without_their_end() {
        let (mut out, mut seen) = (Vec::new(), Vec::new());
        let input = b"one\r\ntw\xffo\nlast";
        copy_lines(&input[..], &mut out, &mut |line| seen.push(line.to_owned())).unwrap();
        assert_eq!(out, input);
        assert_eq!(seen, ["one", "tw\u{fffd}o", "last"]);
    }

    #[test]
    fn a_program_that_does_not_exist_is_named() {
        let failure = capture(&mut Command::new("no-such-program-here")).unwrap_err();
        assert!(
            failure
                .to_string()
                .contains("cannot run `no-such-program-here`"),
            "{failure}"
        );
    }
}
