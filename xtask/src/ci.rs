//! `cargo xtask ci`: everything that must hold before a change is merged.
//!
//! Clippy sees all code of the workspace twice, with the features that are on by default and with
//! all of them. A workspace build unifies features and hides what a crate lacks alone, so the
//! libraries are looked at one by one too, with few features at a time. Needs nothing but the
//! toolchain, with which it installs `cargo-hack`, and what some features are built with, cmake and
//! OpenSSL's headers, which it installs where it may: what it does not find (those, or a target for
//! the `no_std` crates) is left out and named.

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
    let clippy = |flags: &[&str]| {
        let args = ["clippy", "--workspace", "--all-targets"];
        cargo(&[&args, flags, DENY_WARNINGS].concat())
    };
    steps.run("clippy", || clippy(&[]));
    let all_features = all_features(&workspace.packages, features::can_build);
    steps.run("clippy with all features", || {
        clippy(&["--features", &all_features])
    });
    steps.run("clippy of each crate with each feature", || {
        powerset::check_each(workspace)
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

/// All features of all packages that can be built here, as cargo takes them.
fn all_features(packages: &[Package], can_build: fn(&str) -> bool) -> String {
    let cannot = features::left_out(can_build);
    let of_package = |package: &Package| {
        let can = |feature: &&String| !cannot.contains(&feature.as_str());
        let features = package.features.iter().filter(can);
        let of_package = |feature: &String| format!("{}/{feature}", package.name);
        features.map(of_package).collect::<Vec<_>>()
    };
    let features: Vec<_> = packages.iter().flat_map(of_package).collect();
    features.join(",")
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
    fn features_that_cannot_be_built_are_left_out() {
        let package = |name: &str, features: &[&str]| Package {
            name: name.into(),
            folder: format!("crates/{name}"),
            dependencies: Vec::new(),
            features: features.iter().map(ToString::to_string).collect(),
            target_kinds: vec!["lib".into()],
        };
        let packages = [
            package("a", &["std", "zlib-ng"]),
            package("b", &[]),
            package("c", &["std"]),
        ];
        assert_eq!(all_features(&packages, |_| false), "a/std,c/std");
        assert_eq!(all_features(&packages, |_| true), "a/std,a/zlib-ng,c/std");
    }

    #[test]
    fn an_unknown_target_is_not_there() {
        assert!(!has_target("none-such-target"));
    }
}
