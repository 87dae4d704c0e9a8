//! `cargo xtask fuzz`: the targets in `fuzz/`, each for a while, under libFuzzer.
//!
//! Needs a C++ compiler, which builds libFuzzer, and no other Rust than the one in use. What is
//! found stays in the target folder, where the next run begins with it. Fails when a target
//! crashed, took too long over one input, or grew.

mod build;
mod outcome;
#[expect(unreachable_pub, reason = "the file is a module of a crate, too")]
#[path = "../../crates/sockeye-frame/src/fuzzing/escaped.rs"]
mod seeds;

use std::fs::{self, File};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;

use crate::failure::Failure;
use crate::say::say;
use crate::workspace::Workspace;

use outcome::Outcome;

pub(crate) use build::check;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// How long each target runs
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// Only this target; may be given several times
    #[arg(long)]
    target: Vec<String>,
    /// How many targets run at the same time
    #[arg(long, default_value = "1")]
    jobs: NonZeroUsize,
    /// Look for wrong uses of memory in dependencies, too (AddressSanitizer; half as fast)
    #[arg(long)]
    address_sanitizer: bool,
    /// Build the targets, and run none
    #[arg(long)]
    build: bool,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    let all = targets(&workspace.root)?;
    let unknown = options.target.iter().find(|name| !all.contains(name));
    if let Some(unknown) = unknown {
        let all = all.join(", ");
        return Err(Failure::new(format!(
            "there is no target {unknown}; there are {all}"
        )));
    }
    let programs = build::build(workspace, options.address_sanitizer)?;
    if options.build {
        return Ok(());
    }
    let chosen = all
        .into_iter()
        .filter(|name| options.target.is_empty() || options.target.contains(name));
    let queue = Mutex::new(chosen);
    let outcomes = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..options.jobs.get() {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().expect("nothing panics with it").next();
                    let Some(name) = next else { break };
                    let outcome = run_one(workspace, &programs, &name, options);
                    match &outcome {
                        Ok(outcome) => say(outcome),
                        Err(failure) => say(format_args!("{name}: {failure}")),
                    }
                    let mut outcomes = outcomes.lock().expect("nothing panics with it");
                    outcomes.push(outcome);
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().expect("nothing panics with it");
    let outcomes: Result<Vec<_>, _> = outcomes.into_iter().collect();
    let outcomes = outcomes?;
    let n_executions: u64 = outcomes.iter().map(|outcome| outcome.n_executions).sum();
    let number = |n: usize| match n {
        1 => "one target".to_owned(),
        n => format!("{n} targets"),
    };
    let n_targets = number(outcomes.len());
    say(format_args!("{n_executions} executions of {n_targets}"));
    match outcomes.iter().filter(|it| it.finding.is_some()).count() {
        0 => Ok(()),
        n_failed => Err(Failure::new(format!("{} failed", number(n_failed)))),
    }
}

/// The names of all targets, in order: each has a file.
fn targets(root: &Path) -> Result<Vec<String>, Failure> {
    let folder = root.join("fuzz/fuzz_targets");
    let cannot = |error| Failure::new(format!("cannot read {}: {error}", folder.display()));
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).map_err(cannot)? {
        let name = entry.map_err(cannot)?.file_name();
        let name = name.to_string_lossy();
        names.extend(name.strip_suffix(".rs").map(str::to_owned));
    }
    names.sort_unstable();
    Ok(names)
}

fn run_one(
    workspace: &Workspace,
    programs: &Path,
    name: &str,
    options: &Options,
) -> Result<Outcome, Failure> {
    let cannot = |error| Failure::new(format!("cannot prepare {name}: {error}"));
    let folder = workspace.target.join("fuzz").join(name);
    let [corpus, artifacts] = ["corpus", "artifacts"].map(|part| folder.join(part));
    // What an earlier run found has been seen; a finding is one of this run.
    if artifacts.exists() {
        fs::remove_dir_all(&artifacts).map_err(cannot)?;
    }
    for folder in [&corpus, &artifacts] {
        fs::create_dir_all(folder).map_err(cannot)?;
    }
    lay_out_seeds(&workspace.root, name, &corpus)?;
    let log = folder.join("log");
    let file = File::create(&log).map_err(cannot)?;
    let mut prefix = artifacts.clone().into_os_string();
    prefix.push("/");
    let mut artifact_prefix = std::ffi::OsString::from("-artifact_prefix=");
    artifact_prefix.push(prefix);
    let status = Command::new(programs.join(name))
        .arg(&corpus)
        .args(LIMITS)
        .arg(format!("-max_total_time={}", options.seconds))
        .arg(format!("-rss_limit_mb={}", memory_limit(options)))
        .arg(artifact_prefix)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(file)
        .status()
        .map_err(|error| Failure::new(format!("cannot run {name}: {error}")))?;
    let log = fs::read(&log).map_err(cannot)?;
    let log = String::from_utf8_lossy(&log);
    Outcome::new(name, &log, status.success(), finding(&artifacts))
}

/// How many mebibytes a target may take: a gibibyte, which is far above what libFuzzer's own corpus
/// takes. AddressSanitizer keeps what was freed, and needs more.
fn memory_limit(options: &Options) -> u32 {
    match options.address_sanitizer {
        true => 3072,
        false => 1024,
    }
}

/// Writes each seed to a file of its own.
fn lay_out_seeds(root: &Path, name: &str, corpus: &Path) -> Result<(), Failure> {
    let path = root.join(format!("fuzz/seeds/{name}.txt"));
    let cannot = |error| Failure::new(format!("seeds of {name}: {error}"));
    let text = fs::read_to_string(&path).map_err(cannot)?;
    for (at, seed) in seeds::parse_seeds(&text).into_iter().enumerate() {
        fs::write(corpus.join(format!("seed-{at}")), seed).map_err(cannot)?;
    }
    Ok(())
}

/// The input that a target failed on, if it left one.
fn finding(artifacts: &Path) -> Option<PathBuf> {
    let mut files = fs::read_dir(artifacts).ok()?.flatten();
    files.next().map(|file| file.path())
}

/// An input may take ten seconds, and one allocation 256 MiB: the bodies bound what they do, so
/// that either of them reached is a fault.
const LIMITS: [&str; 5] = [
    "-timeout=10",
    "-malloc_limit_mb=256",
    "-max_len=4096",
    "-print_final_stats=1",
    "-verbosity=0",
];

#[cfg(test)]
mod tests;
