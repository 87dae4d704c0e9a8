//! Building the targets with the counters that libFuzzer looks at.
//!
//! A stable compiler can: the pass that puts the counters in is LLVM's, and asked for by name.
//! AddressSanitizer needs an option that is unstable in name only, and a variable that allows it.

use std::path::PathBuf;
use std::process::Command;

use crate::failure::Failure;
use crate::process;
use crate::workspace::Workspace;

/// Builds all targets and gives the folder of their programs.
pub(super) fn build(workspace: &Workspace, address_sanitizer: bool) -> Result<PathBuf, Failure> {
    let host = host()?;
    let mut flags = COVERAGE.join(" ");
    let mut target = workspace.target.join("fuzz").join("build");
    let args = ["build", "--release", "--locked", "--target", &host];
    let mut cargo = process::cargo(&workspace.root.join("fuzz"), &args);
    if address_sanitizer {
        flags.push_str(" -Zsanitizer=address");
        target.push("address-sanitizer");
        cargo.env("RUSTC_BOOTSTRAP", "1");
    }
    cargo
        .arg("--target-dir")
        .arg(&target)
        .env("RUSTFLAGS", flags);
    process::run_live(&mut cargo)?;
    Ok(target.join(host).join("release"))
}

/// Checks that the targets build, without building them.
pub(crate) fn check(workspace: &Workspace) -> Result<(), Failure> {
    let target = workspace.target.join("fuzz").join("check");
    let mut cargo = process::cargo(&workspace.root.join("fuzz"), &["check", "--locked"]);
    process::run_live(cargo.arg("--target-dir").arg(target))
}

/// What this machine is called. Named, it is a target of its own, so that programs that run while
/// building have no counters.
fn host() -> Result<String, Failure> {
    let said = process::capture(Command::new("rustc").arg("-vV"))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .ok_or_else(|| Failure::new("rustc does not tell its host"))
}

/// Counters on edges, and comparisons, which libFuzzer reads operands from.
const COVERAGE: [&str; 8] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
    "-Cforce-frame-pointers=yes",
    "--cfg=fuzzing",
];
