//! `cargo xtask test`: every test, with the peers they talk to, and the sum at the end.
//!
//! Plain `cargo test` runs the same tests and needs nothing from here; it leaves out the peers
//! that nobody told it of. Here they are set up first. With `CI=true` a missing peer counts as a
//! failure; elsewhere the last lines say what was left out and how to have it.

use std::env;

use crate::failure::Failure;
use crate::peers::{self, Missing, Peer};
use crate::process;
use crate::say::say;
use crate::tally::Tally;
use crate::workspace::Workspace;

#[derive(clap::Args, Default)]
pub(crate) struct Options {
    /// Only tests whose name contains this
    name: Option<String>,
    /// Only the tests of this package
    #[arg(long, short)]
    package: Option<String>,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    let peers = peers::set_up(&workspace.target.join("peers"));
    let mut tally = Tally::default();
    let filter = options.name.as_deref();
    let scope = match &options.package {
        Some(package) => vec!["--package", package],
        None => vec!["--workspace"],
    };
    // Cargo builds examples either as programs or as tests. The first run has them as programs,
    // which tests start, and includes doc tests; the second runs the tests inside examples.
    let mut runs: Vec<&[_]> = vec![&[]];
    if has_examples(workspace, options.package.as_deref()) {
        runs.push(&["--examples"]);
    }
    for targets in runs {
        let mut args = vec!["test", "--no-fail-fast"];
        args.extend(&scope);
        args.extend(targets);
        args.extend(filter);
        let mut command = process::cargo(&workspace.root, &args);
        for Peer {
            variable, found, ..
        } in &peers
        {
            match found {
                Ok(found) => command.env(variable, &found.place),
                Err(_) => command.env_remove(variable),
            };
        }
        let failed_before = tally.failed;
        let result = process::run_watched(&mut command, |line| tally.see(line));
        if let Err(failure) = result {
            say(failure);
            if tally.failed == failed_before {
                // Something did not build, or a test ended its whole process.
                tally.add_failure();
            }
        }
    }
    say("");
    report_missing(&peers, is_ci(), &mut tally);
    say(tally);
    match tally.failed {
        0 => Ok(()),
        _ => Err(Failure::new("not all tests passed")),
    }
}

/// Says which peers the tests had to do without; in CI each of them is a failure.
fn report_missing(peers: &[Peer], is_ci: bool, tally: &mut Tally) {
    for Peer { name, found, .. } in peers {
        let Err(Missing { reason, remedy }) = found else {
            continue;
        };
        match is_ci {
            true => {
                tally.add_failure();
                say(format_args!("FAILED: no peer {name}: {reason}"));
            }
            false => say(format_args!("left out: tests with {name}: {reason}")),
        }
        say(format_args!("    to have it: {remedy}"));
    }
}

fn has_examples(workspace: &Workspace, package: Option<&str>) -> bool {
    let mut packages = workspace.packages.iter();
    packages.any(|candidate| {
        let is_wanted = package.is_none_or(|package| package == candidate.name);
        is_wanted && candidate.target_kinds.iter().any(|kind| kind == "example")
    })
}

/// Whether this runs where a missing peer is somebody's mistake.
fn is_ci() -> bool {
    env::var("CI").is_ok_and(|value| value == "true" || value == "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_missing() -> [Peer; 1] {
        let missing = Missing {
            reason: "not here".into(),
            remedy: "fetch it".into(),
        };
        [Peer {
            name: "Chromium",
            variable: "SOCKEYE_CHROMIUM",
            found: Err(missing),
        }]
    }

    #[test]
    fn a_missing_peer_fails_only_in_ci() {
        for (is_ci, failed) in [(false, 0), (true, 1)] {
            let mut tally = Tally::default();
            report_missing(&one_missing(), is_ci, &mut tally);
            assert_eq!(tally.failed, failed, "CI: {is_ci}");
        }
    }
}
