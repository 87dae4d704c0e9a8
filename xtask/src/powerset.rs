//! Every set of at most two features of each crate, checked by `cargo hack`.
//!
//! Clippy sees each crate without features and with all of them; what it misses is a feature that
//! only builds beside another. The program is installed into the `peers` folder, in a pinned
//! version, where nobody else's is found.

use std::env;
use std::env::consts::EXE_SUFFIX;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::process;
use crate::workspace::Workspace;

/// Checks every crate that has features.
///
/// `left_out` are features that cannot be built here.
pub(crate) fn check(workspace: &Workspace, left_out: &[&str]) -> Result<(), Failure> {
    let program = installed(&workspace.target)?;
    let mut hack = process::cargo(&workspace.root, &HACK);
    for package in &workspace.packages {
        if package.folder.starts_with("crates/") && !package.features.is_empty() {
            hack.args(["--package", &package.name]);
        }
    }
    if !left_out.is_empty() {
        hack.args(["--exclude-features", &left_out.join(",")]);
    }
    let folder = program.parent().unwrap_or(&program);
    let places = env::var_os("PATH").unwrap_or_default();
    let places = std::iter::once(folder.to_owned()).chain(env::split_paths(&places));
    let places = env::join_paths(places)
        .map_err(|error| Failure::new(format!("{}: {error}", folder.display())))?;
    process::run_live(hack.args(["--", "-D", "warnings"]).env("PATH", places))
}

/// Where `cargo-hack` is, installed there if need be.
fn installed(target: &Path) -> Result<PathBuf, Failure> {
    let root = target.join("peers").join(format!("cargo-hack-{VERSION}"));
    let program = root.join("bin").join(format!("cargo-hack{EXE_SUFFIX}"));
    if process::capture(Command::new(&program).args(["hack", "--version"])).is_err() {
        let args = ["install", "cargo-hack", "--locked", "--version", VERSION];
        process::run_live(process::cargo(target, &args).arg("--root").arg(&root))?;
    }
    Ok(program)
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

const VERSION: &str = "0.6.46";
