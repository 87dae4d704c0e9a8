//! Small sets of features of each crate, none among them, checked by `cargo hack`.
//!
//! Each crate by itself: what builds beside others may lack a feature that those brought, and a
//! feature may build only beside another.

use crate::failure::Failure;
use crate::process;
use crate::tool::{self, Tool};
use crate::workspace::Workspace;

/// How many features are taken together; none at all is always tried.
#[derive(Clone, Copy)]
pub(crate) enum Sets {
    /// One.
    Single,
    /// One, and two. What fails for two and neither for one nor for all is rare.
    Pairs,
}

/// Checks every crate.
///
/// `left_out` are features that cannot be built here.
pub(crate) fn check(workspace: &Workspace, sets: Sets, left_out: &[&str]) -> Result<(), Failure> {
    let folder = CARGO_HACK.installed(&workspace.target)?;
    let mut hack = process::cargo(&workspace.root, &["hack", "clippy", "--lib"]);
    match sets {
        Sets::Single => hack.arg("--each-feature"),
        Sets::Pairs => hack.args(["--feature-powerset", "--depth", "2"]),
    };
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
