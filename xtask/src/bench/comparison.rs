//! The comparison: every subject in every scenario, in turns, and a report of it.
//!
//! What a run consists of is for `plan`, one sample for `sample`. Results are written after each
//! scenario of each round, so that a run that is broken off has not been for nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::cli::Options;
use super::environment::{self, Environment};
use super::figure::number;
use super::goal::Verdict;
use super::plan::{self, Plan};
use super::results::{Described, Results};
use super::rows::{judged, outcomes};
use super::sample::{self, Places, Sample};
use super::scenario::Scenario;
use super::{markdown, page, pinned, scenarios, subjects};
use crate::failure::Failure;
use crate::process;
use crate::say::say;
use crate::workspace::Workspace;

pub(super) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    if options.list {
        list(options);
        return Ok(());
    }
    let folder = workspace.target.join("bench");
    let results = match options.report.is_empty() {
        true => measure(workspace, options, &folder)?,
        false => {
            let mut results = Results::read(&options.report)?;
            let scenarios = plan::chosen(options)?;
            let is_wanted = |name: &str| scenarios.iter().any(|scenario| scenario.name == name);
            results.samples.retain(|name, _| is_wanted(name));
            results
        }
    };
    report(&results, options, &folder)?;
    let failures = results.failures_of_ours();
    match failures.is_empty() {
        true => Ok(()),
        false => Err(Failure::new(format!(
            "ours failed:\n    {}",
            failures.join("\n    ")
        ))),
    }
}

fn list(options: &Options) {
    say("Scenarios:");
    for scenario in scenarios::all() {
        let Scenario {
            letter, name, work, ..
        } = scenario;
        say(format_args!("  {letter:3} {name:17} {work}"));
    }
    say("\nSubjects:");
    for subject in subjects::all(&options.extras) {
        let family = subject.family.word();
        say(format_args!(
            "  {:22} {family:9} {}",
            subject.name, subject.settings
        ));
    }
}

fn measure(workspace: &Workspace, options: &Options, folder: &Path) -> Result<Results, Failure> {
    let plan = Plan::new(options)?;
    pinned::check()?;
    let bench = workspace.root.join("tests/bench");
    let programs = build(&bench, folder, &plan)?;
    let versions = environment::versions(&bench)?;
    let taking_part = plan.subjects.iter();
    let mut results = Results {
        environment: Environment::here(&plan),
        subjects: taking_part
            .map(|subject| Described::new(subject, &versions))
            .collect(),
        ..Results::default()
    };
    let out = options.out.clone();
    let out = out.unwrap_or_else(|| folder.join("results.json"));
    announce(&plan);
    let places = Places {
        programs: &programs,
        logs: folder,
    };
    let start = Instant::now();
    for round in 0..plan.rounds {
        if plan.time.is_some_and(|time| start.elapsed() > time) {
            say(format_args!("{round} rounds: no time for another one"));
            break;
        }
        for (scenario, taking) in plan.round(round) {
            for subject in taking {
                let sample = sample::take(scenario, subject, plan.pace, places);
                let said = said(scenario, &sample);
                let (of, letter) = (plan.rounds, scenario.letter);
                say(format_args!(
                    "{:2}/{of} {letter:3} {:22} {said}",
                    round + 1,
                    subject.name
                ));
                results.add(scenario.name, &subject.name, sample);
            }
            results.write(&out)?;
        }
    }
    say(format_args!(
        "\nmeasured in {:.0} s: {}",
        start.elapsed().as_secs_f64(),
        out.display()
    ));
    Ok(results)
}

/// Builds the programs that a plan needs, and gives the folder they are in.
fn build(bench: &Path, folder: &Path, plan: &Plan) -> Result<PathBuf, Failure> {
    let target = folder.join("build");
    fs::create_dir_all(&target)
        .map_err(|error| Failure::new(format!("cannot make {}: {error}", target.display())))?;
    let (with_c_zlib, others): (Vec<_>, Vec<_>) = plan
        .programs()
        .into_iter()
        .partition(|program| WITH_C_ZLIB.contains(program));
    for (programs, features) in [(others, None), (with_c_zlib, Some("--features=c-zlib"))] {
        if programs.is_empty() {
            continue;
        }
        let mut build = process::cargo(bench, &["build", "--release", "--locked"]);
        build.args(features).arg("--target-dir").arg(&target);
        for program in programs {
            build.args(["--bin", program]);
        }
        process::run_live(&mut build)?;
    }
    Ok(target.join("release"))
}

fn announce(plan: &Plan) {
    let n_samples: usize = (0..plan.rounds)
        .flat_map(|round| plan.round(round))
        .map(|(_, taking)| taking.len())
        .sum();
    let pace = plan.pace;
    say(format_args!(
        "{} scenarios, {} subjects, {} rounds: {n_samples} samples of {} s",
        plan.scenarios.len(),
        plan.subjects.len(),
        plan.rounds,
        pace.secs
    ));
    if plan.time.is_some() {
        say("quick: fewer scenarios, subjects and rounds; differences below a tenth mean nothing");
    }
}

/// One sample, for whoever watches.
fn said(scenario: &Scenario, sample: &Sample) -> String {
    match sample {
        Sample::Failed(reason) => format!("FAILED: {reason}"),
        Sample::Taken(figures) => match scenario.headline.of(figures) {
            Some(value) => format!("{:>9} {}", number(value), scenario.headline.unit()),
            None => "without the figure".to_owned(),
        },
    }
}

fn report(results: &Results, options: &Options, folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder)
        .map_err(|error| Failure::new(format!("cannot make {}: {error}", folder.display())))?;
    let outcomes = outcomes(results);
    let index = folder.join("index.html");
    fs::write(&index, page::page(results, &outcomes))
        .map_err(|error| Failure::new(format!("cannot write {}: {error}", index.display())))?;
    if options.markdown {
        say(markdown::tables(results, &outcomes));
    }
    say("");
    for (scenario, goal, verdict) in judged(&outcomes) {
        let unit = scenario.headline.unit();
        let verdict = match verdict {
            Verdict::Met(reached) => format!("met: {}", goal.bound.reached(reached, unit)),
            Verdict::Missed(reached) => format!("MISSED: {}", goal.bound.reached(reached, unit)),
            Verdict::NotMeasured => continue,
        };
        let phrase = goal.bound.phrase(unit);
        say(format_args!(
            "{:3} {:17} {phrase}, {verdict}",
            scenario.letter, goal.subject
        ));
    }
    say(format_args!("page: {}", index.display()));
    Ok(())
}

/// Programs that are built by themselves, for what the feature `c-zlib` does to a whole build.
const WITH_C_ZLIB: [&str; 2] = ["echo-ratchet", "echo-soketto"];
