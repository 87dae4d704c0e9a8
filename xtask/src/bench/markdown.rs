//! The tables of `docs/benchmarks.md`: goals, a table for each scenario, and who took part.
//!
//! Only what a run measured; the words around it are in the document.

use std::fmt::Write as _;

use super::cells;
use super::goal::Verdict;
use super::results::{Described, Results};
use super::rows::{Outcome, judged};

/// All tables of a run, in Markdown.
pub(super) fn tables(results: &Results, outcomes: &[Outcome<'_>]) -> String {
    let mut out = String::new();
    about(&mut out, results);
    goals(&mut out, outcomes);
    for outcome in outcomes {
        let scenario = outcome.scenario;
        let _ = writeln!(
            out,
            "\n### {} {}: {}\n",
            scenario.letter, scenario.name, scenario.work
        );
        let heads = cells::heads(outcome);
        line(&mut out, &heads);
        let _ = writeln!(out, "|---|{}", "---:|".repeat(heads.len() - 1));
        for row in &outcome.rows {
            line(&mut out, &cells::cells(outcome, row));
        }
        for (subject, reason) in &outcome.failures {
            let _ = writeln!(out, "\n{subject} failed: {reason}");
        }
    }
    subjects(&mut out, &results.subjects);
    out
}

fn about(out: &mut String, results: &Results) {
    let about = &results.environment;
    let _ = writeln!(
        out,
        "{} · {} · {} cores · {} · {} · {} rounds of {} s{}\n\n```sh\n{}\n```\n",
        about.date,
        about.processor,
        about.n_cores,
        about.kernel,
        about.rustc,
        about.rounds,
        about.secs,
        if about.quick { " · quick" } else { "" },
        about.command
    );
}

fn goals(out: &mut String, outcomes: &[Outcome<'_>]) {
    line(
        out,
        &["scenario", "subject", "goal", "reached", ""].map(str::to_owned),
    );
    let _ = writeln!(out, "|---|---|---|---:|---|");
    for (scenario, goal, verdict) in judged(outcomes) {
        let unit = scenario.headline.unit();
        let (reached, word) = match verdict {
            Verdict::Met(reached) => (goal.bound.reached(reached, unit), "met"),
            Verdict::Missed(reached) => (goal.bound.reached(reached, unit), "**missed**"),
            Verdict::NotMeasured => (String::new(), "not measured"),
        };
        let name = format!("{} {}", scenario.letter, scenario.name);
        let phrase = goal.bound.phrase(unit);
        let cells = [
            name,
            goal.subject.to_owned(),
            phrase,
            reached,
            word.to_owned(),
        ];
        line(out, &cells);
    }
}

fn subjects(out: &mut String, subjects: &[Described]) {
    out.push_str("\n### Who took part\n\n");
    line(
        out,
        &["subject", "as", "version", "settings"].map(str::to_owned),
    );
    out.push_str("|---|---|---|---|\n");
    for subject in subjects {
        let version = subject.version.clone().unwrap_or_default();
        let family = subject.family.word().to_owned();
        let settings = subject.settings.clone();
        line(out, &[subject.name.clone(), family, version, settings]);
    }
}

/// A line of a table; what would end a cell is escaped.
fn line(out: &mut String, cells: &[String]) {
    for cell in cells {
        let _ = write!(out, "| {} ", cell.replace('|', "\\|"));
    }
    out.push_str("|\n");
}

#[cfg(test)]
mod tests {
    use super::super::rows::{outcomes, tests::results};
    use super::super::subject::Group;
    use super::*;

    #[test]
    fn every_line_of_a_table_has_the_same_number_of_cells() {
        let results = results(&[
            ("rawtcp-tokio", Group::Floor, 1.0),
            ("sockeye", Group::Ours, 1.02),
            ("a|b", Group::Peer, 4.0),
        ]);
        let outcomes = outcomes(&results);
        let text = tables(&results, &outcomes[..1]);
        assert!(
            text.contains("| b fan-in | sockeye | ≤ 1.05 × rawtcp-tokio | 1.020 × | met |"),
            "{text}"
        );
        let (_, table) = text.split_once("### b fan-in").unwrap();
        let (table, subjects) = table.split_once("### Who took part").unwrap();
        assert!(
            subjects.contains("| a\\|b | echo |  | As it comes. |"),
            "{subjects}"
        );
        let bars = |line: &str| line.replace("\\|", "").matches('|').count();
        let lines: Vec<_> = table.lines().filter(|line| line.starts_with('|')).collect();
        assert_eq!(lines.len(), 5);
        assert!(
            lines.iter().all(|line| bars(line) == bars(lines[0])),
            "{table}"
        );
    }
}
