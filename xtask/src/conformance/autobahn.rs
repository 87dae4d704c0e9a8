//! The Autobahn suite against our echo server and our echo client, both at once.
//!
//! The suite is what others judge WebSocket stacks by, and nothing of ours: it is installed on
//! first use, and runs on a Python of this machine. Its exit code says nothing, so the verdicts are
//! read from its reports, counted, and held against what is expected of each case.

mod bench;
pub(super) mod case_id;
pub(super) mod compare;
mod environment;
mod gate;
mod interpreter;
pub(super) mod report;
mod selection;
mod spec;
mod summary;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::certificates::Certificates;
use super::{Options, native, subjects};
use crate::failure::Failure;
use crate::peers::programs::Role;
use crate::process;
use crate::say::say;
use crate::tally::Tally;
use crate::workspace::Workspace;
use bench::Bench;
use case_id::CaseId;
use environment::Environment;
use gate::{Expectations, Judgement};
use interpreter::Interpreter;
use report::Verdicts;
use selection::Selection;

/// Runs the suite in both roles, prints what came of it, and the counts as the last line.
pub(super) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    let mut tally = Tally::default();
    if let Err(failure) = run_counted(workspace, options, &mut tally) {
        tally.add_failure();
        say(format_args!("FAILED: {failure}"));
    }
    say(tally);
    match tally.failed {
        0 => Ok(()),
        _ => Err(Failure::new("not all cases passed")),
    }
}

fn run_counted(workspace: &Workspace, options: &Options, tally: &mut Tally) -> Result<(), Failure> {
    let interpreters = Interpreter::find(options.python.as_deref())?;
    let environments = workspace.target.join("autobahn");
    let environment = Environment::set_up(&interpreters, &environments)?;
    say(&environment.versions);
    // Optimized, as people run them, and because a part of the cases is about speed.
    process::run_live(&mut process::cargo(&workspace.root, &native::build(true)))?;
    let certificates = match options.native.tls {
        true => Some(Certificates::make(workspace)?),
        false => None,
    };
    let expectations = Expectations::load();
    for runtime in subjects::runtimes(&options.native.runtimes) {
        let certificates = certificates.as_ref();
        let bench = prepare(workspace, options, &environment, certificates, runtime)?;
        test(&bench, &expectations, tally);
    }
    for (case, reason) in expectations.reasons() {
        say(format_args!("{case} is INFORMATIONAL: {reason}"));
    }
    say("");
    Ok(())
}

/// Has the suite test our ends on one runtime, and judges them.
fn test(bench: &Bench<'_>, expectations: &Expectations, tally: &mut Tally) {
    let start = Instant::now();
    let ends = run_both(bench);
    let seconds = start.elapsed().as_secs_f64();
    say(format_args!("both took {seconds:.1} s\n"));

    let native = match bench.certificates {
        None => bench.folder.with_file_name("index.json"),
        Some(_) => bench.folder.with_file_name("tls").join("index.json"),
    };
    for (role, index) in ends {
        let agent = bench.agent(role);
        let cases = index.and_then(|index| report::read(&index, &agent));
        match cases {
            Ok(cases) => {
                judge(role, &cases, expectations, bench, tally);
                compare_with_native(&agent, &cases, &native);
            }
            Err(failure) => {
                tally.failed += to_u64(bench.selection.n_cases());
                say(format_args!("FAILED {agent}: {failure}"));
            }
        }
    }
}

/// Makes an empty place for the reports on our ends on one runtime.
fn prepare<'a>(
    workspace: &Workspace,
    options: &Options,
    environment: &'a Environment,
    certificates: Option<&'a Certificates>,
    runtime: &'static str,
) -> Result<Bench<'a>, Failure> {
    let selection = match (options.quick, options.all) {
        (true, _) => Selection::Quick,
        (false, false) => Selection::Usual,
        (false, true) => Selection::All,
    };
    let reports = workspace.target.join("conformance");
    let mut folder = "autobahn".to_owned();
    if runtime != "tokio" {
        folder = format!("{folder}-{runtime}");
    }
    if certificates.is_some() {
        folder += "-tls";
    }
    let folder = reports.join(folder);
    empty(&folder)?;
    let n_cases = selection.n_cases();
    let left_out = selection.left_out();
    let name = subjects::name(runtime, certificates.is_some());
    say(format_args!(
        "\n{n_cases} cases against each of server and client of {name}; left out: {left_out}"
    ));
    Ok(Bench {
        environment,
        certificates,
        runtime,
        programs: workspace.target.join("release").join("examples"),
        folder,
        selection,
        deadline: Instant::now() + selection.time_limit(),
    })
}

/// Both roles side by side: most of their time is waiting.
fn run_both(bench: &Bench<'_>) -> Vec<(Role, Result<PathBuf, Failure>)> {
    let runs = Role::ALL.map(|role| (role, bench.start(role)));
    let runs = runs.map(|(role, run)| (role, run.and_then(|run| run.wait(bench.deadline))));
    runs.into()
}

/// Says how one of our ends did, and counts it.
fn judge(
    role: Role,
    cases: &BTreeMap<CaseId, Verdicts>,
    expectations: &Expectations,
    bench: &Bench<'_>,
    tally: &mut Tally,
) {
    let judgement = Judgement::of(cases, expectations, bench.selection);
    let reports = bench.folder.join(role.reports());
    say(format_args!("{role}:"));
    summary::table(cases, bench.selection).iter().for_each(say);
    summary::faults(role, &judgement, cases, &reports)
        .iter()
        .for_each(say);
    say(format_args!("  {}", reports.join("index.html").display()));
    tally.passed += to_u64(judgement.n_passed);
    tally.failed += to_u64(judgement.n_failed());
}

/// Says where the native suite, if it has been run, judges otherwise: for people to look at.
fn compare_with_native(agent: &str, cases: &BTreeMap<CaseId, Verdicts>, index: &Path) {
    if !index.exists() {
        return;
    }
    match report::read(index, agent) {
        Ok(native) => {
            let differences = compare::compare(&native, cases);
            say(format_args!(
                "  {} of {} cases are judged otherwise by the native suite",
                differences.len(),
                compare::n_compared(&native, cases)
            ));
            let lines = differences.iter();
            lines.for_each(|difference| say(format_args!("    {difference}")));
        }
        Err(failure) => say(format_args!(
            "  not compared with the native suite: {failure}"
        )),
    }
}

/// Leaves nothing of an earlier run that could be taken for this one's.
fn empty(folder: &Path) -> Result<(), Failure> {
    let failed = |error| Failure::new(format!("cannot empty {}: {error}", folder.display()));
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(failed)?;
    }
    fs::create_dir_all(folder.join("logs")).map_err(failed)
}

fn to_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
