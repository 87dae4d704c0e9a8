//! Running the programs of the tests' package (`tests/src/bin`), which hold many connections.

use crate::descriptors;
use crate::failure::Failure;
use crate::process;
use crate::workspace::Workspace;

/// Builds a program of the tests' package with optimizations, and runs it.
pub(crate) fn run(workspace: &Workspace, name: &str, args: &[&str]) -> Result<(), Failure> {
    let program = ["--release", "--package", "sockeye-tests", "--bin", name];
    let build = [&["build"][..], &program].concat();
    process::run_live(&mut process::cargo(&workspace.root, &build))?;
    let run = [&["run", "--quiet"][..], &program, &["--"], args].concat();
    let mut run = process::cargo(&workspace.root, &run);
    match cfg!(unix) {
        true => process::run_live(&mut descriptors::all(&run)),
        false => process::run_live(&mut run),
    }
}
