//! The words about a run: a table of groups, and whatever was not as expected.

use std::collections::BTreeMap;
use std::path::Path;

use super::case_id::CaseId;
use super::gate::{Judgement, Miscount};
use super::report::{self, Verdict, Verdicts};
use super::selection::Selection;
use crate::peers::programs::Role;

/// A line for each group: how many cases got which verdicts.
pub(super) fn table(cases: &BTreeMap<CaseId, Verdicts>, selection: Selection) -> Vec<String> {
    let groups = selection.groups();
    groups
        .map(|group| {
            let of_group = cases
                .iter()
                .filter(|(case, _)| case.group() == group.number);
            let mut counts = BTreeMap::<_, usize>::new();
            for (_, verdicts) in of_group {
                let both = (verdicts.behavior, verdicts.behavior_close);
                *counts.entry(both).or_default() += 1;
            }
            let counts = counts.into_iter();
            let counts: Vec<_> = counts
                .map(|(both, n_cases)| format!("{n_cases} {}", words(both)))
                .collect();
            let counts = match counts.is_empty() {
                true => "none".to_owned(),
                false => counts.join(", "),
            };
            format!("  {:2} {:15}  {counts}", group.number, group.name)
        })
        .collect()
}

/// What was not as expected, with the suite's words on it; `reports` is the folder they are in.
pub(super) fn faults(
    role: Role,
    judgement: &Judgement,
    cases: &BTreeMap<CaseId, Verdicts>,
    reports: &Path,
) -> Vec<String> {
    let mut lines = Vec::new();
    for (case, expected) in &judgement.differences {
        let Some(verdicts) = cases.get(case) else {
            continue;
        };
        let both = words((verdicts.behavior, verdicts.behavior_close));
        lines.push(format!("FAILED {role} {case}: {both}, expected {expected}"));
        if let Some(file) = &verdicts.report_file {
            let path = reports.join(file);
            let sentences = report::read_words(&path).into_iter();
            lines.extend(sentences.map(|sentence| format!("    {sentence}")));
            lines.push(format!("    {}", path.display()));
        }
    }
    for count in &judgement.miscounts {
        let Miscount {
            group,
            n_found,
            n_expected,
        } = count;
        lines.push(format!(
            "FAILED {role} group {group}: {n_found} cases reported, {n_expected} expected"
        ));
    }
    lines
}

/// The verdict on the answers, and that on the end where it adds something.
fn words((behavior, behavior_close): (Verdict, Verdict)) -> String {
    match behavior == behavior_close {
        true => behavior.to_string(),
        false => format!("{behavior} but closing {behavior_close}"),
    }
}

#[cfg(test)]
mod tests;
