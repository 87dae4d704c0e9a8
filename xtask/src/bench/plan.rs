//! What a run measures: scenarios, subjects, rounds and pace, from the command line.
//!
//! Names that nobody knows are refused here, before anything is built.

use std::collections::BTreeSet;
use std::time::Duration;

use super::cli::{Extra, Options};
use super::scenario::Scenario;
use super::scenarios;
use super::subject::{Launch, Subject};
use super::subjects;
use crate::failure::Failure;

/// What a run measures.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) scenarios: Vec<&'static Scenario>,
    pub(super) subjects: Vec<Subject>,
    pub(super) rounds: u32,
    pub(super) pace: Pace,
    /// No round begins after this time.
    pub(super) time: Option<Duration>,
}

/// How long the parts of a sample take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// Seconds that are measured.
    pub(super) secs: f64,
    /// Seconds of work before that: buffers, caches and clocks settle.
    pub(super) warmup: f64,
    /// How long to wait, at most, for the machine to be quiet.
    pub(super) quiet: Duration,
}

impl Plan {
    pub(super) fn new(options: &Options) -> Result<Self, Failure> {
        let mut subjects = subjects::all(&options.extras);
        let mut names: Vec<_> = subjects
            .iter()
            .map(|subject| subject.name.clone())
            .collect();
        names.sort();
        names.dedup();
        check_distinct(&options.extras)?;
        check_known("subject", &options.subjects, &names)?;
        let is_extra = |name: &str| options.extras.iter().any(|extra| extra.name == name);
        match options.subjects.is_empty() {
            true => subjects.retain(|subject| subject.quick || !options.quick),
            false => subjects.retain(|subject| {
                options.subjects.contains(&subject.name) || is_extra(&subject.name)
            }),
        }
        let (rounds, pace) = match options.quick {
            true => (2, QUICK),
            false => (5, FULL),
        };
        Ok(Self {
            scenarios: chosen(options)?,
            subjects,
            rounds: options.rounds.unwrap_or(rounds),
            pace: Pace {
                secs: options.secs.unwrap_or(pace.secs),
                ..pace
            },
            time: options.quick.then_some(QUICK_TIME),
        })
    }

    /// The programs of `tests/bench` that it needs, each once.
    pub(super) fn programs(&self) -> BTreeSet<&'static str> {
        let takes_part = |subject: &&Subject| self.scenarios.iter().any(|s| s.takes(subject));
        let taking_part = self.subjects.iter().filter(takes_part);
        let built = taking_part.filter_map(|subject| match subject.launch {
            Launch::Built { program, .. } => Some(program),
            Launch::Elsewhere(_) => None,
        });
        let drivers = self.scenarios.iter().filter_map(|s| s.drive.program());
        built.chain(drivers).collect()
    }

    /// The scenarios of one round, each with its subjects in turn.
    ///
    /// Each round begins at another subject, so that none is always the first after a pause.
    pub(super) fn round(
        &self,
        round: u32,
    ) -> impl Iterator<Item = (&'static Scenario, Vec<&Subject>)> {
        let scenarios = self.scenarios.iter().copied();
        let due = scenarios.filter(move |scenario| round < scenario.max_rounds);
        due.map(move |scenario| {
            let taking = self
                .subjects
                .iter()
                .filter(|subject| scenario.takes(subject));
            let mut taking: Vec<_> = taking.collect();
            let first = round as usize * taking.len() / self.rounds.max(1) as usize;
            if !taking.is_empty() {
                let first = first % taking.len();
                taking.rotate_left(first);
            }
            (scenario, taking)
        })
    }
}

/// The scenarios that a command line asks for.
pub(super) fn chosen(options: &Options) -> Result<Vec<&'static Scenario>, Failure> {
    let names: Vec<_> = scenarios::all()
        .map(|scenario| format!("{} ({})", scenario.letter, scenario.name))
        .collect();
    let is_known = |name: &str| scenarios::all().any(|scenario| scenario.is_called(name));
    if let Some(unknown) = options.scenarios.iter().find(|name| !is_known(name)) {
        return Err(unknown_name("scenario", unknown, &names));
    }
    let is_wanted = |scenario: &&'static Scenario| match options.scenarios.is_empty() {
        true => scenario.quick || !options.quick,
        false => options
            .scenarios
            .iter()
            .any(|name| scenario.is_called(name)),
    };
    Ok(scenarios::all().filter(is_wanted).collect())
}

fn check_known(kind: &str, wanted: &[String], known: &[String]) -> Result<(), Failure> {
    match wanted.iter().find(|name| !known.contains(name)) {
        None => Ok(()),
        Some(unknown) => Err(unknown_name(kind, unknown, known)),
    }
}

/// An extra has a name of its own: figures under one name would be mixed.
fn check_distinct(extras: &[Extra]) -> Result<(), Failure> {
    let known = subjects::all(&[]);
    for (index, Extra { name, .. }) in extras.iter().enumerate() {
        let is_taken = known.iter().any(|subject| subject.name == *name)
            || extras[..index].iter().any(|extra| extra.name == *name);
        if is_taken {
            return Err(Failure::new(format!("there are two subjects `{name}`")));
        }
    }
    Ok(())
}

fn unknown_name(kind: &str, unknown: &str, known: &[String]) -> Failure {
    Failure::new(format!(
        "no {kind} `{unknown}`; there are: {}",
        known.join(", ")
    ))
}

/// Long enough for some thousand messages of the slowest scenario.
const FULL: Pace = Pace {
    secs: 1.0,
    warmup: 0.3,
    quiet: Duration::from_millis(1500),
};

const QUICK: Pace = Pace {
    secs: 0.35,
    warmup: 0.15,
    quiet: Duration::from_millis(200),
};

/// A last round that begins now ends within two minutes.
const QUICK_TIME: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        options: Options,
    }

    fn plan(args: &str) -> Result<Plan, Failure> {
        let args = ["bench"].into_iter().chain(args.split_ascii_whitespace());
        Plan::new(&Cli::try_parse_from(args).unwrap().options)
    }

    fn names(subjects: &[Subject]) -> Vec<&str> {
        subjects
            .iter()
            .map(|subject| subject.name.as_str())
            .collect()
    }

    #[test]
    fn without_options_everything_is_measured() {
        let plan = plan("").unwrap();
        assert_eq!(plan.scenarios.len(), scenarios::all().count());
        assert_eq!(plan.rounds, 5);
        assert!(plan.time.is_none());
    }

    #[test]
    fn scenarios_are_called_by_letter_or_name() {
        let plan = plan("--scenario c2 --scenario idle --rounds 3").unwrap();
        let letters: Vec<_> = plan.scenarios.iter().map(|s| s.letter).collect();
        assert_eq!(letters, ["c2", "k"]);
        assert_eq!(plan.rounds, 3);
        assert_eq!(plan.round(2).count(), 1, "idle has two rounds at most");
    }

    #[test]
    fn chosen_subjects_come_with_the_extras() {
        let plan = plan("--quick --subject wtx --extra uws=./{port}").unwrap();
        assert_eq!(names(&plan.subjects), ["wtx", "uws"]);
    }

    #[test]
    fn unknown_names_are_answered_with_the_known_ones() {
        let failure = plan("--subject yak").unwrap_err().to_string();
        assert!(failure.starts_with("no subject `yak`"), "{failure}");
        assert!(failure.contains("yawc"), "{failure}");
        let failure = plan("--scenario zz").unwrap_err().to_string();
        assert!(failure.contains("c (pipeline)"), "{failure}");
        let failure = plan("--extra yawc=./{port}").unwrap_err().to_string();
        assert_eq!(failure, "there are two subjects `yawc`");
    }

    #[test]
    fn each_round_begins_at_another_subject() {
        let plan = plan("--scenario a --subject yawc --subject wtx --rounds 2").unwrap();
        let first = |round| {
            let (_, taking) = plan.round(round).next().unwrap();
            taking[0].name.clone()
        };
        assert_eq!([first(0), first(1)], ["yawc", "wtx"]);
    }

    #[test]
    fn only_programs_that_take_part_are_built() {
        let programs = |args| plan(args).unwrap().programs();
        let expected = ["echo-wtx", "echo-yawc", "load"];
        let two = "--scenario a --subject yawc --subject yawc-hyper --subject wtx";
        assert!(programs(two).into_iter().eq(expected));
        let clients = programs("--scenario q --subject sockeye");
        assert!(clients.into_iter().eq(["client", "floor"]));
    }

    #[test]
    fn compression_is_for_those_that_have_it() {
        let plan = plan("--scenario deflate").unwrap();
        let (_, taking) = plan.round(0).next().unwrap();
        let has = |name: &str| taking.iter().any(|subject| subject.name == name);
        assert!(has("yawc") && has("rawtcp") && has("sockeye"));
        assert!(!has("tokio-websockets"));
    }
}
