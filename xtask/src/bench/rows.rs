//! The samples of one scenario, summed up: a row per subject, the cheapest first.
//!
//! What a page or a table shows is taken from here; how it looks is not decided here.

use super::figure::{self, Figure, Figures};
use super::goal::{Goal, Verdict};
use super::results::{Described, Results};
use super::sample::Sample;
use super::scenario::Scenario;
use super::scenarios;
use super::statistics::Spread;
use super::subject::Group;

/// One scenario of a run.
#[derive(Debug)]
pub(super) struct Outcome<'a> {
    pub(super) scenario: &'static Scenario,
    /// By their headline figure, the smallest first.
    pub(super) rows: Vec<Row<'a>>,
    /// Subjects of which a sample failed, with the first reason.
    pub(super) failures: Vec<(&'a str, &'a str)>,
}

/// One subject in one scenario.
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub(super) subject: &'a Described,
    /// The scenario's headline figure.
    pub(super) headline: Spread,
    taken: Vec<&'a Figures>,
}

/// All scenarios that a run has something of, in the order of the table.
pub(super) fn outcomes(results: &Results) -> Vec<Outcome<'_>> {
    let outcomes = scenarios::all().filter_map(|scenario| {
        let subjects = results.samples.get(scenario.name)?;
        let mut rows = Vec::new();
        let mut failures = Vec::new();
        let of_family = results.subjects.iter();
        for subject in of_family.filter(|subject| subject.family == scenario.family) {
            let Some(samples) = subjects.get(&subject.name) else {
                continue;
            };
            let reason = samples.iter().find_map(Sample::failure);
            let taken = samples.iter().filter_map(Sample::figures).collect();
            let row = Row::new(subject, taken, scenario.headline);
            // Starved, perhaps: it did nothing wrong, and nothing that could be measured.
            let reason = reason.or_else(|| row.is_none().then_some("it got nothing done"));
            failures.extend(reason.map(|reason| (subject.name.as_str(), reason)));
            rows.extend(row);
        }
        rows.sort_by(|a, b| a.headline.median.total_cmp(&b.headline.median));
        Some(Outcome {
            scenario,
            rows,
            failures,
        })
    });
    outcomes.collect()
}

/// Every goal there is, with how the run stands to it.
///
/// A goal of a scenario that the run has nothing of is not measured.
pub(super) fn judged(outcomes: &[Outcome<'_>]) -> Vec<(&'static Scenario, &'static Goal, Verdict)> {
    let goals = scenarios::all().flat_map(|scenario| {
        let goals = scenario.goals.iter();
        goals.map(move |goal| (scenario, goal))
    });
    goals
        .map(|(scenario, goal)| {
            let outcome = outcomes
                .iter()
                .find(|outcome| outcome.scenario.name == scenario.name);
            let figure_of = |name: &str| outcome?.figure_of(name);
            (scenario, goal, goal.judge(figure_of))
        })
        .collect()
}

impl Outcome<'_> {
    /// The headline figure of a subject.
    pub(super) fn figure_of(&self, name: &str) -> Option<f64> {
        let row = self.rows.iter().find(|row| row.subject.name == name)?;
        Some(row.headline.median)
    }

    /// The headline figure of the best that is neither ours nor a floor.
    pub(super) fn best_peer(&self) -> Option<f64> {
        let mut rows = self.rows.iter();
        let best = rows.find(|row| row.subject.group == Group::Peer)?;
        Some(best.headline.median)
    }
}

impl<'a> Row<'a> {
    fn new(subject: &'a Described, taken: Vec<&'a Figures>, headline: Figure) -> Option<Self> {
        Some(Self {
            headline: spread(&taken, headline)?,
            subject,
            taken,
        })
    }

    /// The median of another figure.
    pub(super) fn median(&self, figure: Figure) -> Option<f64> {
        spread(&self.taken, figure).map(|spread| spread.median)
    }

    /// The user's part of the processor time, from 0 to 1.
    pub(super) fn user_share(&self) -> Option<f64> {
        let shares = self
            .taken
            .iter()
            .filter_map(|taken| figure::user_share(taken));
        Spread::of(shares).map(|spread| spread.median)
    }

    /// How many samples nothing disturbed.
    pub(super) fn n_clean(&self) -> usize {
        self.taken
            .iter()
            .filter(|taken| figure::is_clean(taken))
            .count()
    }

    pub(super) fn n_samples(&self) -> usize {
        self.taken.len()
    }
}

/// Over clean samples, if there are two of them or the figure needs them at all.
fn spread(taken: &[&Figures], figure: Figure) -> Option<Spread> {
    let of = |taken: &&Figures| figure.of(taken);
    let clean: Vec<_> = taken
        .iter()
        .filter(|taken| figure::is_clean(taken))
        .filter_map(of)
        .collect();
    match figure.is_robust() || clean.len() < 2 {
        true => Spread::of(taken.iter().filter_map(of)),
        false => Spread::of(clean),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::subject::Family;
    use super::*;

    /// Results of two scenarios with the costs given, for whoever draws them.
    pub(in super::super) fn results(costs: &[(&str, Group, f64)]) -> Results {
        let mut results = Results::default();
        for &(name, group, cost) in costs {
            results.subjects.push(Described {
                name: name.to_owned(),
                group,
                family: Family::Echo,
                version: None,
                settings: "As it comes.".to_owned(),
            });
            for factor in [1.0, 1.1, 0.9] {
                results.add("fan-in", name, echo(cost * factor));
            }
            let idle = [
                ("bytes_per_conn_echoed", cost),
                ("bytes_per_conn_open", 1.0),
            ];
            results.add("idle", name, taken(&idle));
        }
        results
    }

    fn echo(cost: f64) -> Sample {
        taken(&[
            ("messages", 1e6),
            ("server_cpu_s", cost),
            ("server_user_s", 0.25),
            ("server_sys_s", 0.75),
            ("p99_us", 10.0),
        ])
    }

    fn taken(figures: &[(&str, f64)]) -> Sample {
        let figures = figures
            .iter()
            .map(|&(name, value)| (name.to_owned(), value));
        Sample::Taken(figures.collect())
    }

    #[test]
    fn rows_are_medians_with_the_cheapest_first() {
        let results = results(&[
            ("slow", Group::Peer, 4.0),
            ("sockeye", Group::Ours, 2.0),
            ("rawtcp-tokio", Group::Floor, 1.0),
        ]);
        let outcomes = outcomes(&results);
        let letters: Vec<_> = outcomes.iter().map(|o| o.scenario.letter).collect();
        assert_eq!(letters, ["b", "k"]);
        let fan_in = &outcomes[0];
        let names: Vec<_> = fan_in.rows.iter().map(|row| &row.subject.name).collect();
        assert_eq!(names, ["rawtcp-tokio", "sockeye", "slow"]);
        assert_eq!(fan_in.figure_of("sockeye"), Some(2.0));
        assert_eq!(fan_in.best_peer(), Some(4.0));
        assert_eq!(fan_in.rows[0].user_share(), Some(0.25));
        let judged = judged(&outcomes);
        let verdicts_of = |name| judged.iter().filter(move |(s, ..)| s.name == name);
        let verdicts: Vec<_> = verdicts_of("fan-in")
            .map(|(.., verdict)| *verdict)
            .collect();
        assert_eq!(verdicts, [Verdict::Missed(2.0)]);
        assert!(verdicts_of("utf-8").all(|(.., verdict)| *verdict == Verdict::NotMeasured));
    }

    #[test]
    fn disturbed_samples_do_not_count_where_time_does() {
        let sample = |p99: f64, busy: f64| -> Figures {
            [("p99_us", p99), ("wall_s", 1.0), ("core0_busy_s", busy)]
                .into_iter()
                .chain([("server_cpu_s", 0.5), ("messages", 1.0)])
                .map(|(name, value)| (name.to_owned(), value))
                .collect()
        };
        let samples = [sample(1.0, 0.5), sample(3.0, 0.5), sample(90.0, 0.9)];
        let taken: Vec<_> = samples.iter().collect();
        assert_eq!(spread(&taken, Figure::P99).unwrap().median, 2.0);
        assert_eq!(spread(&taken[1..], Figure::P99).unwrap().median, 46.5);
    }

    #[test]
    fn a_subject_that_fails_is_reported() {
        let mut results = results(&[("peer", Group::Peer, 1.0)]);
        results.add("fan-in", "peer", Sample::Failed("it broke".to_owned()));
        let outcomes = outcomes(&results);
        assert_eq!(outcomes[0].failures, [("peer", "it broke")]);
        assert_eq!(outcomes[0].rows.len(), 1);
    }

    #[test]
    fn a_subject_without_the_figure_is_reported() {
        let mut results = results(&[("peer", Group::Peer, 1.0)]);
        results.add("fairness", "peer", taken(&[("p99_us", 0.0)]));
        let outcomes = outcomes(&results);
        let fairness = outcomes.iter().find(|o| o.scenario.name == "fairness");
        let failures = &fairness.unwrap().failures;
        assert_eq!(failures, &[("peer", "it got nothing done")]);
    }
}
