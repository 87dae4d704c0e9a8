//! Programs that cargo installs: each in a pinned version, where nobody else's is found.

use std::env;
use std::env::consts::EXE_SUFFIX;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::process;

/// A program of crates.io that extends cargo, called `cargo-` and its command.
pub(crate) struct Tool {
    /// What one types behind `cargo`.
    pub(crate) command: &'static str,
    pub(crate) version: &'static str,
}

impl Tool {
    /// The folder of the program in the `peers` folder of `target`, installed there if need be.
    pub(crate) fn installed(&self, target: &Path) -> Result<PathBuf, Failure> {
        let Self { command, version } = self;
        let name = format!("cargo-{command}");
        let root = target.join("peers").join(format!("{name}-{version}"));
        let folder = root.join("bin");
        let program = folder.join(format!("{name}{EXE_SUFFIX}"));
        if process::capture(Command::new(program).args([command, "--version"])).is_err() {
            let args = ["install", &name, "--locked", "--version", version];
            process::run_live(process::cargo(target, &args).arg("--root").arg(&root))?;
        }
        Ok(folder)
    }
}

/// What PATH must be for cargo to find its commands in `folders` first.
pub(crate) fn path_with(folders: &[PathBuf]) -> Result<OsString, Failure> {
    let places = env::var_os("PATH").unwrap_or_default();
    let places = folders.iter().cloned().chain(env::split_paths(&places));
    env::join_paths(places)
        .map_err(|error| Failure::new(format!("{}: {error}", folders[0].display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_folders_come_first() {
        let path = path_with(&["a".into(), "b".into()]).unwrap();
        let places: Vec<_> = env::split_paths(&path).take(2).collect();
        assert_eq!(places, [Path::new("a"), Path::new("b")]);
    }
}
