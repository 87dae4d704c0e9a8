//! The echo programs on other Rust libraries, built from `tests/peers/rust`.
//!
//! A workspace of its own with its own lock file, so nothing here depends on what it depends on.
//! Building it takes minutes the first time, so only the conformance suite asks for it.

use std::fs;
use std::path::{Path, PathBuf};

use super::Missing;
use crate::process;
use crate::workspace::Workspace;

/// Gives the program `peer`, built in release below `target/peers/rust`.
pub(super) fn build(workspace: &Workspace) -> Result<PathBuf, Missing> {
    let target = workspace.target.join("peers").join("rust");
    let args = ["build", "--release", "--locked", "--target-dir"];
    let mut build = process::cargo(&workspace.root.join(FOLDER), &args);
    process::run_live(build.arg(&target)).map_err(|failure| Missing {
        reason: failure.to_string(),
        remedy: format!("a Rust as new as {FOLDER}/Cargo.toml asks for, and a network"),
    })?;
    let program = format!("peer{}", std::env::consts::EXE_SUFFIX);
    Ok(target.join("release").join(program))
}

/// The version of `library` that the program is built with.
pub(super) fn version(root: &Path, library: &str) -> Option<String> {
    let lock = fs::read_to_string(root.join(FOLDER).join("Cargo.lock")).ok()?;
    locked_version(&lock, library)
}

/// The version in a lock file: it stands on the line after the name.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    let version = lines.next()?.strip_prefix("version = \"")?;
    Some(version.strip_suffix('"')?.to_owned())
}

const FOLDER: &str = "tests/peers/rust";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_the_lock_file() {
        let lock = "version = 4\n\n[[package]]\nname = \"a-b\"\nversion = \"0.1.0\"\n\n\
                    [[package]]\nname = \"a\"\nversion = \"1.2.3\"\nsource = \"b\"\n";
        assert_eq!(locked_version(lock, "a").as_deref(), Some("1.2.3"));
        assert_eq!(locked_version(lock, "a-b").as_deref(), Some("0.1.0"));
        assert_eq!(locked_version(lock, "b"), None);
    }
}
