//! Every set of at most two features of each crate, none among them, checked by `cargo hack`.
//!
//! Each crate by itself: what builds beside others may lack a feature that those brought, and a
//! feature may build only beside another.

use crate::failure::Failure;
use crate::process;
use crate::tool::{self, Tool};
use crate::workspace::Workspace;

/// Checks every crate.
///
/// `left_out` are features that cannot be built here.
pub(crate) fn check(workspace: &Workspace, left_out: &[&str]) -> Result<(), Failure> {
    let folder = CARGO_HACK.installed(&workspace.target)?;
    let mut hack = process::cargo(&workspace.root, &HACK);
    for package in &workspace.packages {
        if package.folder.starts_with("crates/") {
            hack.args(["--package", &package.name]);
        }
    }
    if !left_out.is_empty() {
        hack.args(["--exclude-features", &left_out.join(",")]);
    }
    hack.args(["--", "-D", "warnings"]);
    process::run_live(hack.env("PATH", tool::path_with(&[folder])?))
}

/// Clippy, since its lints of warnings reach our crates alone: a flag of rustc's would have all
/// dependencies checked anew.
const HACK: [&str; 6] = [
    "hack",
    "clippy",
    "--feature-powerset",
    "--depth",
    "2",
    "--lib",
];

const CARGO_HACK: Tool = Tool {
    command: "hack",
    version: "0.6.46",
};
