//! `cargo xtask ci`: everything that must hold before a change is merged.
//!
//! Clippy runs per crate and per set of features, because a workspace build unifies features and
//! hides what a crate lacks alone. Needs nothing but the toolchain, with which it installs
//! `cargo-hack`, and what some features are built with, cmake and OpenSSL's headers, which it
//! installs where it may: what it does not find (those, or a target for the `no_std` crates) is left
//! out and named.

use std::path::Path;
use std::process::Command;

use crate::api;
use crate::failure::Failure;
use crate::features;
use crate::fuzz;
use crate::peers::has_program;
use crate::powerset;
use crate::process;
use crate::steps::Steps;
use crate::test;
use crate::tidy;
use crate::workspace::{Package, Workspace};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Leave the tests out: only what checks without running
    #[arg(long)]
    no_tests: bool,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    let root = &workspace.root;
    let mut steps = Steps::default();
    let cargo = |args: &[&str]| process::run_live(&mut process::cargo(root, args));
    steps.run("tidy", || tidy::run(workspace));
    steps.run("fmt", || cargo(&["fmt", "--all", "--check"]));
    for package in &workspace.packages {
        for (name, flags) in feature_sets(package, features::can_build) {
            let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
            let args = [
                &["clippy", "--package", &package.name],
                &flags[..],
                DENY_WARNINGS,
            ]
            .concat();
            steps.run(&format!("clippy {}{name}", package.name), || cargo(&args));
        }
    }
    steps.run("clippy with each two features", || {
        powerset::check(workspace, &left_out_features(features::can_build))
    });
    steps.run("docs", || {
        let mut doc = process::cargo(root, &["doc", "--workspace", "--no-deps"]);
        process::run_live(doc.env("RUSTDOCFLAGS", "-D warnings"))
    });
    // Links from the facade to names that only a feature brings would break in it.
    steps.run("docs of the facade without features", || {
        let args = [
            "doc",
            "--package",
            "sockeye",
            "--no-default-features",
            "--no-deps",
        ];
        let mut doc = process::cargo(root, &args);
        process::run_live(doc.env("RUSTDOCFLAGS", "-D warnings"))
    });
    check_no_std(root, &mut steps);
    match api::obstacle() {
        None => steps.run("public API", || api::check(workspace)),
        Some(reason) => steps.leave_out("public API", reason),
    }
    match has_program("c++") {
        true => steps.run("fuzz targets", || fuzz::check(workspace)),
        false => steps.leave_out("fuzz targets", "no C++ compiler for libFuzzer"),
    }
    match options.no_tests {
        true => steps.leave_out("tests", "as asked"),
        false => steps.run("tests", || test::run(workspace, &test::Options::default())),
    }
    steps.finish()
}

/// The sets of features to check a package with: a name to tell them apart, and cargo's flags.
fn feature_sets(
    package: &Package,
    can_build: fn(&str) -> bool,
) -> Vec<(&'static str, Vec<String>)> {
    let mut sets = vec![("", vec!["--all-targets".into()])];
    if package.features.is_empty() {
        return sets;
    }
    // Examples and tests may need a feature; the library alone must not.
    let without = vec!["--lib".into(), "--no-default-features".into()];
    sets.push((" without features", without));
    let cannot = left_out_features(can_build);
    let features: Vec<_> = package.features.iter().map(String::as_str).collect();
    let (left_out, checked): (Vec<_>, Vec<_>) = features
        .into_iter()
        .partition(|feature| cannot.contains(feature));
    let with_all = match left_out.is_empty() {
        true => (" with all features", "--all-features".into()),
        false => (
            " with all features that can be built here",
            format!("--features={}", checked.join(",")),
        ),
    };
    sets.push((with_all.0, vec!["--all-targets".into(), with_all.1]));
    sets
}

/// The features that cannot be built here.
fn left_out_features(can_build: fn(&str) -> bool) -> Vec<&'static str> {
    let demanding = features::DEMANDING.into_iter();
    demanding.filter(|feature| !can_build(feature)).collect()
}

/// Builds the `no_std` crates where no std exists, if this toolchain can.
fn check_no_std(root: &Path, steps: &mut Steps) {
    let target = NO_STD_TARGETS.into_iter().find(|target| has_target(target));
    let Some(target) = target else {
        let targets = NO_STD_TARGETS.join(", ");
        return steps.leave_out("no_std", format!("none of these targets: {targets}"));
    };
    steps.run(&format!("no_std on {target}"), || {
        let mut args = vec!["check", "--no-default-features", "--target", target];
        args.extend(
            NO_STD_PACKAGES
                .iter()
                .flat_map(|package| ["--package", package]),
        );
        process::run_live(&mut process::cargo(root, &args))
    });
}

/// Whether the toolchain in use has the standard libraries of a target.
fn has_target(target: &str) -> bool {
    let mut rustc = Command::new("rustc");
    let folder = process::capture(rustc.args(["--print", "target-libdir", "--target", target]));
    folder.is_ok_and(|folder| Path::new(folder.trim()).is_dir())
}

const DENY_WARNINGS: &[&str] = &["--", "-D", "warnings"];

const NO_STD_PACKAGES: [&str; 3] = ["sockeye-frame", "sockeye-extensions", "sockeye-connection"];

/// Targets that prove it, the stricter first: the second has a std that does nothing.
const NO_STD_TARGETS: [&str; 2] = ["thumbv7em-none-eabi", "wasm32-unknown-unknown"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_checked_where_there_are_any() {
        let mut package = Package {
            name: "a".into(),
            folder: "crates/a".into(),
            dependencies: Vec::new(),
            features: Vec::new(),
            target_kinds: vec!["lib".into()],
        };
        let only = [("", vec!["--all-targets".to_owned()])];
        assert_eq!(feature_sets(&package, |_| true), only);
        package.features.push("std".into());
        let all_features = |package: &Package, can_build: fn(&str) -> bool| {
            let sets = feature_sets(package, can_build);
            assert_eq!(sets.len(), 3);
            sets[2].1[1].clone()
        };
        assert_eq!(all_features(&package, |_| false), "--all-features");
        package.features.push("zlib-ng".into());
        assert_eq!(all_features(&package, |_| false), "--features=std");
        assert_eq!(all_features(&package, |_| true), "--all-features");
    }

    #[test]
    fn an_unknown_target_is_not_there() {
        assert!(!has_target("none-such-target"));
    }
}
