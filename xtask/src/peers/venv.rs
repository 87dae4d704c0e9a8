//! Virtual environments of Python.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::apt;
use crate::failure::Failure;
use crate::process;

/// Makes an environment in `folder` with the Python 3 `program`; what was there before goes.
///
/// # Errors
///
/// When the interpreter cannot do it, even after its `venv` module was installed where it may be.
pub(crate) fn create(program: &str, folder: &Path) -> Result<(), Failure> {
    // `--clear`: what an interrupted run left behind is of no use.
    let create = || {
        let mut venv = Command::new(program);
        process::capture(venv.args(["-m", "venv", "--clear"]).arg(folder)).map(drop)
    };
    // Debian ships Python without the module that puts pip into an environment.
    create().or_else(|failure| match apt::install("python3-venv") {
        true => create(),
        false => Err(failure),
    })
}

/// Installs what `packages` says, as arguments of pip, for the interpreter `python`.
///
/// # Errors
///
/// When pip fails: no network, no such version, nothing to compile with.
pub(crate) fn install(python: &Path, packages: &[&str]) -> Result<(), Failure> {
    let mut pip = Command::new(python);
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]);
    process::capture(pip.args(packages)).map(drop)
}

/// The interpreter of the environment in `folder`.
pub(crate) fn interpreter(folder: &Path) -> PathBuf {
    match cfg!(windows) {
        true => folder.join("Scripts").join("python.exe"),
        false => folder.join("bin").join("python"),
    }
}
