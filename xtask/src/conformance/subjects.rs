//! The command line by which the native suite starts its subjects.

use std::env::consts::EXE_SUFFIX;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use clap::builder::PossibleValuesParser;

use crate::failure::Failure;
use crate::peers::programs::{self, Launch, Program, Role};
use crate::say::say;
use crate::workspace::Workspace;

/// Programs to test, in the form that the suite takes them.
#[derive(Debug, Default)]
pub(super) struct Subjects {
    args: Vec<OsString>,
    environment: Vec<(&'static str, OsString)>,
}

impl Subjects {
    /// Our own ends on these runtimes, with compression.
    pub(super) fn add_ours(&mut self, target: &Path, runtimes: &[&str]) {
        for &runtime in runtimes {
            self.add_ends(target, &name(runtime, false), runtime, [&DEFLATE, &DEFLATE]);
        }
    }

    /// The same with TLS, whose files the suite fills in.
    pub(super) fn add_ours_with_tls(&mut self, target: &Path, runtimes: &[&str]) {
        for &runtime in runtimes {
            let server = [&DEFLATE[..], &["--cert", "{certificate}", "--key", "{key}"]].concat();
            let client = [&DEFLATE[..], &["--authority", "{authority}"]].concat();
            self.add_ends(target, &name(runtime, true), runtime, [&server, &client]);
        }
    }

    /// Our own ends otherwise configured, for the cases that then show something else.
    pub(super) fn add_ours_otherwise(&mut self, target: &Path, runtimes: &[&str]) {
        for &runtime in runtimes {
            for (what, deflate, cases) in OTHERWISE {
                let name = format!("{} {what}", name(runtime, false));
                self.add_ends(target, &name, runtime, [deflate, deflate]);
                for pattern in cases {
                    let only = format!("{name}={pattern}");
                    self.args.extend(["--only".into(), only.into()]);
                }
            }
        }
    }

    /// Our echo server and our echo client, each with options.
    fn add_ends(&mut self, target: &Path, name: &str, runtime: &str, options: [&[&str]; 2]) {
        let program = |name: &str| -> OsString {
            let file = format!("{name}{EXE_SUFFIX}");
            target.join("release").join("examples").join(file).into()
        };
        let (programs, on) = programs_on(runtime);
        let both = [&on[..], &["--max-message", MAX_MESSAGE_BYTES]].concat();
        let server = [&["--port", "0"], &both[..], options[0]].concat();
        self.add(Role::Server, name, &program(programs[0]), &server);
        let client = [&CLIENT, &both[..], options[1]].concat();
        self.add(Role::Client, name, &program(programs[1]), &client);
    }

    /// Other people's libraries, compression included where they have it.
    ///
    /// # Errors
    ///
    /// One of them is missing: the table would have holes.
    pub(super) fn add_peers(&mut self, workspace: &Workspace) -> Result<(), Failure> {
        for Program {
            name,
            role,
            deflate,
            found,
        } in programs::conformance_programs(workspace)
        {
            let Launch {
                command,
                environment,
                version,
            } = found.map_err(|missing| {
                let (reason, remedy) = (missing.reason, missing.remedy);
                Failure::new(format!("no {name}: {reason}\n    to have it: {remedy}"))
            })?;
            say(format_args!("peer {name} {role}: {version}"));
            let mut options = match role {
                Role::Server => vec!["--max-message", MAX_MESSAGE_BYTES],
                Role::Client => vec!["{url}", "--parallel", N_PARALLEL],
            };
            options.extend(deflate);
            let name = format!("{name} {version}");
            let mut words = command.into_iter();
            let Some(program) = words.next() else {
                continue;
            };
            let words: Vec<_> = words
                .map(|word| word.to_string_lossy().into_owned())
                .collect();
            let words: Vec<_> = words.iter().map(String::as_str).chain(options).collect();
            self.add(role, &name, &program, &words);
            self.environment.extend(environment);
        }
        Ok(())
    }

    /// Completes the suite's command line.
    pub(super) fn add_to(self, suite: &mut Command) {
        suite.args(self.args).envs(self.environment);
    }

    fn add(&mut self, role: Role, name: &str, program: &OsString, words: &[&str]) {
        let option = match role {
            Role::Server => "--server-program",
            Role::Client => "--client-program",
        };
        let mut line = OsString::from(format!("{name}="));
        line.push(quoted(&program.to_string_lossy()));
        for word in words {
            line.push(" ");
            line.push(quoted(word));
        }
        self.args.extend([option.into(), line]);
    }
}

/// A word as the suite reads it back from a command line.
fn quoted(word: &str) -> String {
    let is_plain =
        !word.is_empty() && !word.contains(|c: char| c.is_whitespace() || "\"'".contains(c));
    match (is_plain, word.contains('"')) {
        (true, _) => word.to_owned(),
        (false, false) => format!("\"{word}\""),
        (false, true) => format!("'{word}'"),
    }
}

/// Our echo server and our echo client on a runtime, and the options by which they are on it.
pub(super) fn programs_on(runtime: &str) -> ([&'static str; 2], Vec<&str>) {
    match runtime {
        // The calls of threads are others, so these are programs of their own.
        BLOCKING => (BLOCKING_PROGRAMS, Vec::new()),
        runtime => (PROGRAMS, vec!["--runtime", runtime]),
    }
}

/// What cargo builds to have them all.
pub(super) fn build() -> Vec<&'static str> {
    let mut args = vec!["--package", "sockeye"];
    let programs = PROGRAMS.iter().chain(&BLOCKING_PROGRAMS);
    args.extend(programs.flat_map(|name| ["--example", name]));
    args.extend([
        "--features",
        "sockeye/async-std,sockeye/blocking,sockeye/smol",
    ]);
    args
}

/// What names our runtimes on the command line.
pub(super) fn runtime_names() -> PossibleValuesParser {
    RUNTIMES.into_iter().chain([ALL]).into()
}

/// The runtimes that are asked for, each once.
pub(super) fn runtimes(asked: &[String]) -> Vec<&'static str> {
    let is_asked = |name: &str| asked.iter().any(|asked| asked == name || asked == ALL);
    RUNTIMES.into_iter().filter(|name| is_asked(name)).collect()
}

/// Each has an echo server and an echo client.
/// What our ends on a runtime are called in reports.
pub(super) fn name(runtime: &str, is_secure: bool) -> String {
    let tls = if is_secure { " with TLS" } else { "" };
    format!("sockeye-{runtime}{tls}")
}

const RUNTIMES: [&str; 4] = ["tokio", "async-std", "smol", BLOCKING];

const BLOCKING: &str = "blocking";

/// On any async runtime.
const PROGRAMS: [&str; 2] = ["echo-server", "echo-client"];

/// On threads.
const BLOCKING_PROGRAMS: [&str; 2] = ["blocking-echo-server", "blocking-echo-client"];

const ALL: &str = "all";

/// The options of our echo client.
const CLIENT: [&str; 8] = [
    "--case-timeout",
    CASE_TIMEOUT_SECONDS,
    "--parallel",
    N_PARALLEL,
    "--subprotocol",
    "chat",
    "--subprotocol",
    "superchat",
];

/// What a case may take, so that it is the suite that ends one: above what either allows for a case,
/// Autobahn's up to 480 s in groups 12 and 13.
pub(super) const CASE_TIMEOUT_SECONDS: &str = "600";

/// As much as there is: the suite asks for less where it wants less.
pub(super) const DEFLATE: [&str; 2] = ["--deflate", "--context-takeover"];

/// What else our ends can be, by options, and the cases for it.
///
/// Without compression, those in which nothing is agreed on. With compression as it is by default,
/// those that need no context: the server never agrees to one then, so chapter X.11 cannot be
/// tested there, and X.10.24 is informational.
const OTHERWISE: [(&str, &[&str], &[&str]); 2] = [
    (
        "without compression",
        &[],
        &["3.*", "H.32.*", "X.2.*", "X.3.*", "X.5.*", "X.6.*", "X.7.*"],
    ),
    (
        "without context",
        &["--deflate"],
        &["12.*", "13.*", "X.1.*", "X.8.*", "X.9.*", "X.14.*"],
    ),
];

/// Group 9 has messages of 16 MiB, one of 4 MiB in fragments of 64 bytes, and fragments are limited
/// to one for each 256 bytes of the longest message.
const MAX_MESSAGE_BYTES: &str = "33554432";

/// Cases that a client runs at once.
const N_PARALLEL: &str = "16";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_are_tested_on_every_runtime() {
        let mut subjects = Subjects::default();
        subjects.add_ours(Path::new("a folder"), &RUNTIMES);
        let args: Vec<_> = subjects
            .args
            .iter()
            .map(|arg| arg.to_string_lossy())
            .collect();
        assert_eq!(args.len(), RUNTIMES.len() * 4);
        assert_eq!(args[0], "--server-program");
        assert!(
            args[1].starts_with("sockeye-tokio=\"a folder"),
            "{}",
            args[1]
        );
        let end = "--max-message 33554432 --deflate --context-takeover";
        assert!(args[1].ends_with(end), "{}", args[1]);
        assert!(args[3].ends_with(end), "{}", args[3]);
    }

    #[test]
    fn both_ends_with_tls_are_told_of_its_files() {
        let mut subjects = Subjects::default();
        subjects.add_ours_with_tls(Path::new("a folder"), &["tokio"]);
        let args: Vec<_> = subjects
            .args
            .iter()
            .map(|arg| arg.to_string_lossy())
            .collect();
        assert!(
            args[1].starts_with("sockeye-tokio with TLS="),
            "{}",
            args[1]
        );
        let told = [
            "--cert {certificate} --key {key}",
            "--authority {authority}",
        ];
        assert!(args[1].ends_with(told[0]), "{}", args[1]);
        assert!(args[3].ends_with(told[1]), "{}", args[3]);
    }

    #[test]
    fn ends_without_compression_have_the_cases_that_need_none() {
        let mut subjects = Subjects::default();
        subjects.add_ours_otherwise(Path::new("a folder"), &RUNTIMES);
        let args: Vec<_> = subjects
            .args
            .iter()
            .map(|arg| arg.to_string_lossy())
            .collect();
        let start = "sockeye-tokio without compression=";
        assert!(args[1].starts_with(start), "{}", args[1]);
        assert!(!args[1].contains("--deflate"), "{}", args[1]);
        assert_eq!(
            args[4..6],
            ["--only", "sockeye-tokio without compression=3.*"]
        );
    }

    #[test]
    fn runtimes_are_taken_by_name() {
        let names = |asked: &[&str]| {
            let asked: Vec<_> = asked.iter().map(|name| (*name).to_owned()).collect();
            runtimes(&asked)
        };
        assert_eq!(names(&["smol", "tokio", "smol"]), ["tokio", "smol"]);
        assert_eq!(names(&["smol", "all"]), RUNTIMES);
    }

    #[test]
    fn words_are_quoted_as_far_as_needed() {
        assert_eq!(quoted("plain"), "plain");
        assert_eq!(quoted("two words"), "\"two words\"");
        assert_eq!(quoted(""), "\"\"");
        assert_eq!(quoted("it is \"so\""), "'it is \"so\"'");
    }
}
