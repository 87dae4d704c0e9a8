//! The native suite: builds it and its subjects, and starts it with the right command line.
//!
//! Without options it tests our own echo server and client on tokio, with `--runtime` on others, with
//! compression and, in the cases that this is about, without, and holds them to
//! `xtask/conformance/expected.json`. What the suite does and prints is its own affair: see
//! `crates/sockeye-conformance`.

use std::env::consts::EXE_SUFFIX;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use super::certificates;
use super::subjects::{self, Subjects};
use crate::failure::Failure;
use crate::process;
use crate::workspace::Workspace;

#[derive(clap::Args)]
#[group(skip)]
pub(crate) struct Options {
    /// Test a server that runs already, instead of ours; may be repeated
    #[arg(long, value_name = "[NAME=]URL")]
    server: Vec<String>,
    /// Listen, and test any client that comes, instead of ours
    #[arg(long, value_name = "ADDRESS:PORT", num_args = 0..=1, default_missing_value = "127.0.0.1:9001")]
    client: Option<String>,
    /// Runtime to test our ends on, and with `all` on each; may be repeated
    #[arg(long = "runtime", value_name = "NAME", default_value = "tokio", value_parser = subjects::runtime_names(), conflicts_with_all = ["server", "client"])]
    pub(super) runtimes: Vec<String>,
    /// Test other people's libraries too: the table of docs/conformance.md
    #[arg(long, conflicts_with_all = ["server", "client"])]
    peers: bool,
    /// Test over TLS, all cases alike
    #[arg(long, conflicts_with = "peers")]
    pub(super) tls: bool,
    /// Only these cases: numbers, or starts of numbers and `*`; may be repeated
    #[arg(long = "case", value_name = "PATTERN")]
    cases: Vec<String>,
    /// Not these cases; may be repeated
    #[arg(long, value_name = "PATTERN")]
    without: Vec<String>,
    /// Write a JUnit file
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// As many messages as Autobahn sends in each compression case
    #[arg(long)]
    thorough: bool,
    /// Print the cases and end
    #[arg(long)]
    list: bool,
}

pub(super) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    let is_ours = options.server.is_empty() && options.client.is_none();
    let mut subjects = Subjects::default();
    if !options.list {
        if is_ours {
            let runtimes = subjects::runtimes(&options.runtimes);
            if options.tls {
                subjects.add_ours_with_tls(&workspace.target, &runtimes);
            } else {
                subjects.add_ours(&workspace.target, &runtimes);
                // Whoever selects cases means those, and the table of peers is about them.
                if !options.peers && options.cases.is_empty() && options.without.is_empty() {
                    subjects.add_ours_otherwise(&workspace.target, &runtimes);
                }
            }
        }
        if options.peers {
            subjects.add_peers(workspace)?;
        }
    }
    process::run_live(&mut process::cargo(&workspace.root, &build(is_ours)))?;
    let mut suite = program(workspace);
    suite.current_dir(&workspace.root);
    subjects.add_to(&mut suite);
    suite.args(passed_on(options));
    if !options.list {
        let reports = workspace.target.join("conformance");
        let reports = match (options.peers, options.tls) {
            (true, _) => reports.join("peers"),
            (false, true) => reports.join("tls"),
            (false, false) => reports,
        };
        if options.tls {
            suite.arg("--tls").arg(certificates::folder(workspace));
        }
        suite.arg("--out").arg(reports);
        match (is_ours, options.peers) {
            // What other people's libraries do is theirs.
            (_, true) => suite.arg("--only-report"),
            (true, false) => suite.args(["--expect", EXPECTED]),
            (false, false) => &mut suite,
        };
    }
    // Its last lines say what is wrong; it gets Ctrl-C, and its exit status is ours.
    process::become_program(&mut suite)
}

/// The suite, once it is built.
pub(super) fn program(workspace: &Workspace) -> Command {
    let file = format!("sockeye-conformance{EXE_SUFFIX}");
    Command::new(workspace.target.join("release").join(file))
}

/// What cargo builds: the suite, and our subjects where they are wanted.
pub(super) fn build(is_ours: bool) -> Vec<&'static str> {
    let mut args = vec![
        "build",
        "--release",
        "--package",
        "sockeye-conformance",
        "--bins",
    ];
    if is_ours {
        args.extend(subjects::build());
    }
    args
}

/// Options that mean the same to the suite itself.
fn passed_on(options: &Options) -> Vec<OsString> {
    let mut args: Vec<OsString> = Vec::new();
    let texts = [
        ("--server", &options.server),
        ("--case", &options.cases),
        ("--without", &options.without),
    ];
    for (name, values) in texts {
        args.extend(values.iter().flat_map(|value| [name.into(), value.into()]));
    }
    if let Some(address) = &options.client {
        args.extend(["--client".into(), address.into()]);
    }
    if let Some(file) = &options.junit {
        args.extend(["--junit".into(), file.into()]);
    }
    let flags = [("--thorough", options.thorough), ("--list", options.list)];
    args.extend(
        flags
            .iter()
            .filter(|(_, is_on)| *is_on)
            .map(|(name, _)| name.into()),
    );
    args
}

/// The verdicts of our own subjects that are not ok, each with its reason.
const EXPECTED: &str = "xtask/conformance/expected.json";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_passed_on() {
        let options = Options {
            server: vec!["ws://127.0.0.1:1".into()],
            client: Some("127.0.0.1:2".into()),
            runtimes: vec!["tokio".into()],
            peers: false,
            tls: false,
            cases: vec!["7.*".into(), "H.1.1".into()],
            without: Vec::new(),
            junit: Some("a b.xml".into()),
            thorough: true,
            list: false,
        };
        let expected = [
            "--server",
            "ws://127.0.0.1:1",
            "--case",
            "7.*",
            "--case",
            "H.1.1",
            "--client",
            "127.0.0.1:2",
            "--junit",
            "a b.xml",
            "--thorough",
        ];
        assert_eq!(passed_on(&options), expected);
    }
}
