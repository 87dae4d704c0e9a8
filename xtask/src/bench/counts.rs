//! `cargo xtask bench counts`: instructions and allocations of each message, exact and repeatable.
//!
//! The exchanges are those of the program `counts` in `tests/src/bin`, one process for each under
//! callgrind. `--check` fails where the figures have left the committed baseline, in either
//! direction, or break a rule that no baseline can excuse; `--bless` writes the baseline anew.
//! Times are not measured here.

mod baseline;
mod comparison;
mod figures;
mod machine;
mod rules;
mod table;
mod valgrind;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::failure::Failure;
use crate::process;
use crate::say::say;
use crate::workspace::Workspace;
use baseline::Baseline;
use figures::{Figures, Run};
use machine::Machine;
use valgrind::Valgrind;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only subjects whose name contains this
    name: Option<String>,
    /// Fail where the figures differ from the baseline, or break a rule
    #[arg(long)]
    check: bool,
    /// Write the figures to the baseline
    #[arg(long, conflicts_with_all = ["check", "name"])]
    bless: bool,
    /// Show where the instructions of this subject go, and keep callgrind's file
    #[arg(long, value_name = "NAME", conflicts_with_all = ["check", "bless", "name"])]
    profile: Option<String>,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    let program = build(workspace)?;
    let folder = workspace.target.join("bench").join("counts");
    fs::create_dir_all(&folder)
        .map_err(|error| Failure::new(format!("{}: {error}", folder.display())))?;
    let valgrind = Valgrind::find(program.clone(), folder)?;
    if let Some(name) = &options.profile {
        return valgrind.profile(name);
    }
    let runs = allocations(&program, options.name.as_deref())?;
    let instructions = valgrind.instructions(&runs)?;
    let figures: BTreeMap<_, _> = runs
        .iter()
        .zip(instructions)
        .map(|(run, instructions)| (run.subject.clone(), Figures::new(run, instructions)))
        .collect();
    let machine = Machine::here(&valgrind.version)?;
    let path = workspace.root.join(BASELINE);
    if options.bless {
        table::lines(&figures, &BTreeMap::new())
            .iter()
            .for_each(say);
        let baseline = Baseline { machine, figures };
        baseline.write(&path)?;
        say(format_args!("wrote {BASELINE}"));
        return report(rules::broken(&runs));
    }
    let mut baseline = Baseline::read(&path)?;
    if let Some(name) = &options.name {
        baseline.figures.retain(|subject, _| subject.contains(name));
    }
    table::lines(&figures, &baseline.figures)
        .iter()
        .for_each(say);
    let differences = baseline.machine.differences(&machine);
    differences.iter().for_each(say);
    if !options.check {
        return Ok(());
    }
    let mut complaints = rules::broken(&runs);
    let are_comparable = differences.is_empty();
    for difference in comparison::compare(&baseline.figures, &figures) {
        match difference.counts_against(are_comparable) {
            true => complaints.push(difference.to_string()),
            false => say(format_args!("only told: {difference}")),
        }
    }
    report(complaints)
}

/// Fails when there is something to complain of.
fn report(complaints: Vec<String>) -> Result<(), Failure> {
    complaints
        .iter()
        .for_each(|complaint| say(format_args!("FAILED: {complaint}")));
    match complaints.len() {
        0 => Ok(()),
        n => Err(Failure::new(format!(
            "{n} counts are not as they should be"
        ))),
    }
}

/// Builds the program that is counted; gives where it is.
fn build(workspace: &Workspace) -> Result<PathBuf, Failure> {
    let build = [
        "build",
        "--quiet",
        "--release",
        "--package",
        "sockeye-tests",
        "--bin",
        "counts",
    ];
    process::run_live(&mut process::cargo(&workspace.root, &build))?;
    Ok(workspace.target.join("release").join("counts"))
}

/// Runs every subject without callgrind; gives what each asked of the heap.
fn allocations(program: &PathBuf, name: Option<&str>) -> Result<Vec<Run>, Failure> {
    let text = process::capture(Command::new(program).arg("allocations"))?;
    let runs: Option<Vec<_>> = text.lines().map(Run::read).collect();
    let mut runs =
        runs.ok_or_else(|| Failure::new("the program counts wrote a line nobody can read"))?;
    runs.retain(|run| name.is_none_or(|name| run.subject.contains(name)));
    match runs.is_empty() {
        true => Err(Failure::new("no subject has such a name")),
        false => Ok(runs),
    }
}

const BASELINE: &str = "xtask/bench/counts.json";
