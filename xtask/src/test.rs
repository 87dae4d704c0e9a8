//! `cargo xtask test`: every test, with the peers they talk to, and the sum at the end.
//!
//! Plain `cargo test` runs the same tests and needs nothing from here; it leaves out the peers
//! that nobody told it of. Here they are set up first. With `CI=true` a missing peer counts as a
//! failure; elsewhere the last lines say what was left out and how to have it.

use std::env;
use std::process::Command;

use crate::failure::Failure;
use crate::features;
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
    /// How many random messages each peer gets compressed and gives back, in place of a thousand
    #[arg(long, value_name = "N")]
    messages: Option<usize>,
    /// How many short connections one port takes one after another, in place of five thousand, and
    /// how many connections in memory look for each other's bytes, in place of six thousand
    #[arg(long, value_name = "N")]
    connections: Option<usize>,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    let peers = peers::set_up(&workspace.target.join("peers"));
    let mut tally = Tally::default();
    let mut runs = cargo_args(workspace, options);
    runs.extend(feature_args(options, features::can_build));
    for args in runs {
        let mut command = process::cargo(&workspace.root, &args);
        tell_places(&mut command, &peers);
        if let Some(messages) = options.messages {
            command.env("SOCKEYE_MESSAGES", messages.to_string());
        }
        if let Some(connections) = options.connections {
            command.env("SOCKEYE_CONNECTIONS", connections.to_string());
        }
        run_counted(&mut command, &mut tally);
    }
    say("");
    report_missing(&peers, is_ci(), &mut tally);
    say(tally);
    match tally.failed {
        0 => Ok(()),
        _ => Err(Failure::new("not all tests passed")),
    }
}

/// The arguments of each run of cargo that all tests take.
///
/// Cargo builds examples either as programs or as tests. The first run has them as programs,
/// which tests start, and includes doc tests; the second runs the tests inside examples.
fn cargo_args<'a>(workspace: &Workspace, options: &'a Options) -> Vec<Vec<&'a str>> {
    let package = options.package.as_deref();
    let mut all = vec!["test", "--no-fail-fast"];
    match package {
        Some(package) => all.extend(["--package", package]),
        None => all.push("--workspace"),
    }
    let mut runs = vec![all.clone()];
    if has_examples(workspace, package) {
        all.push("--examples");
        runs.push(all);
    }
    for args in &mut runs {
        args.extend(options.name.as_deref());
    }
    runs
}

/// The same for features that the workspace's tests do without, of those that can be built here.
///
/// Only the tests that concern them. Where those have names of their own they are left out when tests
/// are chosen by name.
fn feature_args(options: &Options, can_build: fn(&str) -> bool) -> Vec<Vec<&str>> {
    let name = options.name.as_deref();
    let mut runs = Vec::new();
    for (package, target, features) in BY_FEATURES {
        let is_wanted = options
            .package
            .as_deref()
            .is_none_or(|wanted| wanted == package);
        let features = features.iter().filter(|(feature, names)| {
            let is_chosen = name.is_none() || names.is_empty();
            is_wanted && is_chosen && can_build(feature)
        });
        let (flags, names): (Vec<_>, Vec<_>) = features.copied().unzip();
        if flags.is_empty() {
            continue;
        }
        let mut args = vec!["test", "--no-fail-fast", "--package", package];
        args.extend(flags.iter().flat_map(|feature| ["--features", feature]));
        args.extend(target.into_iter().flat_map(|target| ["--test", target]));
        args.extend(name);
        args.push("--");
        args.extend(names.concat());
        runs.push(args);
    }
    runs
}

/// Tells the tests where each peer is, and that there is none where it is missing.
fn tell_places(command: &mut Command, peers: &[Peer]) {
    for peer in peers {
        match &peer.found {
            Ok(found) => command.env(peer.variable, &found.place),
            Err(_) => command.env_remove(peer.variable),
        };
    }
}

/// Runs tests and counts them; a run that fails without a failed test counts as one.
fn run_counted(command: &mut Command, tally: &mut Tally) {
    let failed_before = tally.failed;
    if let Err(failure) = process::run_watched(command, |line| tally.see(line)) {
        say(failure);
        if tally.failed == failed_before {
            // Something did not build, or a test ended its whole process.
            tally.add_failure();
        }
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

/// Whether this runs where something that is missing is somebody's mistake.
pub(crate) fn is_ci() -> bool {
    env::var("CI").is_ok_and(|value| value == "true" || value == "1")
}

/// A feature, and the names of its tests, if not all are.
type FeatureTests = (&'static str, &'static [&'static str]);

/// A package, the test target if it is one alone, and the features of one run.
type FeatureRun = (&'static str, Option<&'static str>, &'static [FeatureTests]);

/// Zlib-ng and native-tls call libraries with bugs of their own. Whom a client trusts that was told
/// nothing is something else with each of the features that say it, so those have runs of their own.
const BY_FEATURES: [FeatureRun; 8] = [
    ("sockeye-extensions", None, &[("zlib-ng", &[])]),
    (
        "sockeye-tests",
        Some("it"),
        &[
            ("zlib-ng", &["deflate", "legacy_extensions"]),
            ("native-tls", &["native_tls"]),
        ],
    ),
    ("sockeye-tokio", None, &[("native-tls", &["tls"])]),
    (
        "sockeye-tls",
        None,
        &[("webpki-roots", &[]), ("aws-lc-rs", &[])],
    ),
    ("sockeye-tls", None, &[("native-roots", &[])]),
    (
        "sockeye-tls",
        None,
        &[("webpki-roots", &[]), ("native-roots", &[])],
    ),
    ("sockeye-tls", None, &[("platform-verifier", &[])]),
    (
        "sockeye",
        Some("shells"),
        &[
            ("async-std", &[]),
            ("cookies", &[]),
            ("rustls-tls-native-roots", &[]),
            ("smol", &[]),
        ],
    ),
];

#[cfg(test)]
mod tests;
