//! Small sets of features of each crate, none among them, checked by `cargo hack`.
//!
//! Each crate by itself: what builds beside others may lack a feature that those brought, and a
//! feature may build only beside another.

use crate::failure::Failure;
use crate::features;
use crate::process;
use crate::tool::{self, Tool};
use crate::workspace::Workspace;

/// Checks every crate with one feature at a time.
pub(crate) fn check_each(workspace: &Workspace) -> Result<(), Failure> {
    check(workspace, &["--each-feature"])
}

/// `cargo xtask feature-pairs`: checks every crate with two features at a time as well.
///
/// What fails for two and neither for one nor for all is rare.
pub(crate) fn check_pairs(workspace: &Workspace) -> Result<(), Failure> {
    check(workspace, &["--feature-powerset", "--depth", "2"])
}

fn check(workspace: &Workspace, sets: &[&str]) -> Result<(), Failure> {
    let left_out = features::left_out(features::can_build);
    let folder = CARGO_HACK.installed(&workspace.target)?;
    let mut hack = process::cargo(&workspace.root, &["hack", "clippy", "--lib"]);
    hack.args(sets);
    for package in &workspace.packages {
        if package.folder.starts_with("crates/") {
            hack.args(["--package", &package.name]);
        }
    }
    if !left_out.is_empty() {
        hack.args(["--exclude-features", &left_out.join(",")]);
    }
    // Clippy, since its lints of warnings reach our crates alone: a flag of rustc's would have all
    // dependencies checked anew.
    hack.args(["--", "-D", "warnings"]);
    process::run_live(hack.env("PATH", tool::path_with(&[folder])?))
}

const CARGO_HACK: Tool = Tool {
    command: "hack",
    version: "0.6.46",
};
