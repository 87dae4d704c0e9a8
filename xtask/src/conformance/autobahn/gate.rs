//! Which verdicts are good: all of them OK, but for those that say nothing and are listed.
//!
//! The list is `xtask/autobahn/expected.json`, with a reason for each case. It holds both ways: a
//! listed case that is judged after all is a difference like any other.

use std::collections::BTreeMap;

use serde_json::Value;

use super::case_id::CaseId;
use super::report::{Verdict, Verdicts};
use super::selection::Selection;

/// Cases that are INFORMATIONAL, with the reason.
#[derive(Debug)]
pub(super) struct Expectations(BTreeMap<CaseId, String>);

impl Expectations {
    /// Those of this repository.
    pub(super) fn load() -> Self {
        let text = include_str!("../../../autobahn/expected.json");
        Self::parse(text).expect("the list is part of this program, and tested")
    }

    fn parse(text: &str) -> Option<Self> {
        let json: Value = serde_json::from_str(text).ok()?;
        let cases = json["informational"].as_object()?.iter();
        let cases =
            cases.map(|(id, reason)| Some((CaseId::parse(id)?, reason.as_str()?.to_owned())));
        cases.collect::<Option<_>>().map(Self)
    }

    /// The verdict, on answers and on the end alike, that a case must have.
    fn of(&self, case: &CaseId) -> Verdict {
        match self.0.contains_key(case) {
            true => Verdict::Informational,
            false => Verdict::Ok,
        }
    }

    /// The listed cases, with their reasons.
    pub(super) fn reasons(&self) -> impl Iterator<Item = (&CaseId, &str)> {
        let reasons = self.0.iter();
        reasons.map(|(case, reason)| (case, reason.as_str()))
    }
}

/// How the verdicts on one of our ends compare with what is expected.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct Judgement {
    pub(super) n_passed: usize,
    /// Cases judged otherwise than expected.
    pub(super) differences: Vec<(CaseId, Verdict)>,
    /// Groups with more or fewer cases than they have.
    pub(super) miscounts: Vec<Miscount>,
}

/// A group without its exact number of cases.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Miscount {
    pub(super) group: u32,
    pub(super) n_found: usize,
    pub(super) n_expected: usize,
}

impl Judgement {
    pub(super) fn of(
        cases: &BTreeMap<CaseId, Verdicts>,
        expectations: &Expectations,
        selection: Selection,
    ) -> Self {
        let mut judgement = Self::default();
        let mut n_found = BTreeMap::<u32, usize>::new();
        for (case, verdicts) in cases {
            *n_found.entry(case.group()).or_default() += 1;
            let expected = expectations.of(case);
            match (verdicts.behavior, verdicts.behavior_close) == (expected, expected) {
                true => judgement.n_passed += 1,
                false => judgement.differences.push((case.clone(), expected)),
            }
        }
        let n_expected = selection
            .groups()
            .map(|group| (group.number, group.n_cases));
        let n_expected: BTreeMap<_, _> = n_expected.collect();
        let mut groups: Vec<_> = n_found.keys().chain(n_expected.keys()).copied().collect();
        groups.sort_unstable();
        groups.dedup();
        let count = |counts: &BTreeMap<u32, usize>, group| counts.get(&group).copied().unwrap_or(0);
        let counts = groups.into_iter().map(|group| Miscount {
            group,
            n_found: count(&n_found, group),
            n_expected: count(&n_expected, group),
        });
        judgement.miscounts = counts
            .filter(|count| count.n_found != count.n_expected)
            .collect();
        judgement
    }

    /// Cases judged otherwise than expected, missing, or not asked for.
    pub(super) fn n_failed(&self) -> usize {
        let miscounts = self.miscounts.iter();
        let miscounted: usize = miscounts
            .map(|count| count.n_found.abs_diff(count.n_expected))
            .sum();
        self.differences.len() + miscounted
    }
}

#[cfg(test)]
mod tests;
