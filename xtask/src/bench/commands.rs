//! The command lines of a sample: the server, and whoever makes it work.
//!
//! `sh`, `taskset` and `env` all give way to the program, so its process is the one that was
//! started. Which core a program gets is decided by who is measured: that one has a core alone.

use std::path::Path;
use std::process::Command;

use super::pinned::{self, LOAD_CORE, SERVER_CORE};
use super::plan::Pace;
use super::scenario::{Drive, Scenario};
use super::subject::{Family, Launch, Subject};

/// The server of a sample, once there is a port for it: the subject, or the floor that a client is
/// measured against.
///
/// A subject that works alone needs none.
pub(super) fn server(
    scenario: &Scenario,
    subject: &Subject,
    programs: &Path,
) -> Option<impl FnOnce(u16) -> Command> {
    let floor = match scenario.drive {
        Drive::Client { floor, .. } => Some(floor),
        Drive::Timed(_) | Drive::Whole(_) => None,
        Drive::Alone(_) => return None,
    };
    Some(move |port: u16| match floor {
        Some(floor) => {
            let mut command = built(LOAD_CORE, programs, "floor");
            command
                .args(["--port", &port.to_string()])
                .args(words(floor));
            command
        }
        None => measured_server(scenario, subject, port, programs),
    })
}

fn measured_server(scenario: &Scenario, subject: &Subject, port: u16, programs: &Path) -> Command {
    let port = port.to_string();
    match &subject.launch {
        Launch::Built { program, arguments } => {
            let mut command = built(SERVER_CORE, programs, program);
            command.args(["--port", &port, "--threads", N_THREADS]);
            command.args(*arguments);
            command.args(deflate(scenario, subject));
            command
        }
        Launch::Elsewhere(line) => {
            let publish = match scenario.family {
                Family::Broadcast => "--publish",
                Family::Echo | Family::Stream | Family::Client | Family::Deflate => "",
            };
            let line = line
                .replace("{port}", &port)
                .replace("{threads}", N_THREADS)
                .replace("{deflate}", deflate(scenario, subject).unwrap_or_default())
                .replace("{publish}", publish);
            let mut command = pinned::command(SERVER_CORE, "sh");
            command.args(["-c", &format!("exec {line}")]);
            command
        }
    }
}

/// Who makes the server work: the generator, or the subject when that is a client or works alone.
pub(super) fn client(
    scenario: &Scenario,
    subject: &Subject,
    (port, id): (u16, u32),
    pace: Pace,
    programs: &Path,
) -> Command {
    let port = port.to_string();
    let mut command = match (scenario.drive, &subject.launch) {
        (Drive::Client { work, .. } | Drive::Alone(work), Launch::Built { program, arguments }) => {
            let mut command = built(SERVER_CORE, programs, program);
            command.args(*arguments).args(words(work));
            command
        }
        (Drive::Client { .. } | Drive::Alone(_), Launch::Elsewhere(line)) => {
            let mut command = pinned::command(SERVER_CORE, "sh");
            command.args(["-c", &format!("exec {line}")]);
            command
        }
        (Drive::Timed(work) | Drive::Whole(work), _) => {
            let mut command = built(LOAD_CORE, programs, "load");
            command.args(words(work)).args(["--pid", &id.to_string()]);
            command.args(subject.is_raw().then_some("--raw"));
            command
        }
    };
    match scenario.drive {
        Drive::Timed(_) | Drive::Whole(_) | Drive::Client { .. } => {
            command.args(["--port", &port]);
        }
        Drive::Alone(_) => {}
    }
    match scenario.drive {
        Drive::Timed(_) | Drive::Client { .. } | Drive::Alone(_) => {
            command.args(["--secs", &pace.secs.to_string()]);
            command.args(["--warmup", &pace.warmup.to_string()]);
        }
        Drive::Whole(_) => {}
    }
    command
}

fn built(core: &str, programs: &Path, name: &str) -> Command {
    pinned::command(core, &programs.join(name).to_string_lossy())
}

/// A floor sends back what it gets, compressed or not, and is not told.
fn deflate(scenario: &Scenario, subject: &Subject) -> Option<&'static str> {
    (scenario.deflate && !subject.is_raw()).then_some("--deflate")
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split_ascii_whitespace()
}

/// One core, one thread: servers are compared by what they need, not by what they can get.
const N_THREADS: &str = "1";

#[cfg(test)]
mod tests;
