//! `cargo xtask mutants`: whether a test fails when the code is changed, one change at a time.
//!
//! `cargo mutants` makes the changes in copies of the workspace, and runs the unit tests of the
//! changed crate on each. Fails when a change passes them all and is not in
//! `.cargo/mutants.toml`, which says of each that is let pass why no test can tell it from the code.
//! A change that makes something endless is noticed too.

use std::fs;

use crate::failure::Failure;
use crate::process;
use crate::tool::{self, Tool};
use crate::workspace::Workspace;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only this crate; may be given several times [default: the four that speak the protocol]
    #[arg(short, long)]
    package: Vec<String>,
    /// Only changes to files that match, such as **/mask.rs; may be given several times
    #[arg(long)]
    file: Vec<String>,
    /// Only changes whose description matches this regular expression; may be given several times
    #[arg(long)]
    re: Vec<String>,
    /// Only one part of many, such as 3/7: the fourth of seven, numbered from 0
    #[arg(long)]
    shard: Option<String>,
    /// How many changes are tried at the same time, each in a copy of its own
    #[arg(long, default_value_t = 1)]
    jobs: usize,
    /// List the changes, and try none
    #[arg(long)]
    list: bool,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    let target = &workspace.target;
    let folder = CARGO_MUTANTS.installed(target)?;
    let results = target.join("mutants");
    fs::create_dir_all(&results)
        .map_err(|error| Failure::new(format!("{}: {error}", results.display())))?;

    let mut mutants = process::cargo(&workspace.root, &["mutants", "--output"]);
    mutants
        .arg(&results)
        .args(["--jobs", &options.jobs.to_string()]);
    let packages = match options.package.is_empty() {
        true => PACKAGES.map(str::to_owned).to_vec(),
        false => options.package.clone(),
    };
    let given = [
        ("--package", &packages),
        ("--file", &options.file),
        ("--re", &options.re),
    ];
    for (flag, values) in given {
        for value in values {
            mutants.args([flag, value]);
        }
    }
    if let Some(shard) = &options.shard {
        mutants.args(["--shard", shard]);
    }
    if options.list {
        mutants.arg("--list");
    }
    mutants.env("PATH", tool::path_with(&[folder])?);
    let code = process::run_for_code(&mut mutants)?;
    let missed = results.join("mutants.out/missed.txt");
    let missed = fs::read_to_string(missed).unwrap_or_default();
    judge(code, &missed)
}

/// What the exit code of `cargo mutants` comes to, with the changes that it found unnoticed.
fn judge(code: i32, missed: &str) -> Result<(), Failure> {
    let n_missed = missed.lines().count();
    match code {
        0 => Ok(()),
        // Some changes were ended at their time limit, which hides from the code those missed.
        TIMEOUT if n_missed == 0 => Ok(()),
        TIMEOUT | FOUND_PROBLEMS => Err(Failure::new(format!(
            "no test notices {n_missed} changes: kill them, or say in `.cargo/mutants.toml` why not"
        ))),
        code => Err(Failure::new(format!("`cargo mutants` failed with {code}"))),
    }
}

const FOUND_PROBLEMS: i32 = 2;
const TIMEOUT: i32 = 3;

/// The crates that speak the protocol, whose own tests must tell right from wrong.
const PACKAGES: [&str; 4] = [
    "sockeye-frame",
    "sockeye-extensions",
    "sockeye-handshake",
    "sockeye-connection",
];

const CARGO_MUTANTS: Tool = Tool {
    command: "mutants",
    version: "27.1.0",
};

#[cfg(test)]
mod tests {
    use super::judge;

    #[test]
    fn fails_for_what_is_missed_and_not_for_what_is_endless() {
        assert!(judge(0, "").is_ok());
        assert!(judge(3, "").is_ok());
        for (code, missed) in [(2, "a\n"), (3, "a\nb\n"), (1, ""), (4, ""), (70, "")] {
            assert!(judge(code, missed).is_err(), "{code}");
        }
    }
}
