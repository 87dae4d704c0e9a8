//! Whether two suites agree on the cases that both have.
//!
//! Only on what was answered: how connections end is judged by each suite in its own way.

use std::collections::BTreeMap;
use std::fmt;

use super::case_id::CaseId;
use super::report::{Verdict, Verdicts};

/// A case on which the suites do not agree.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Difference {
    pub(crate) case: CaseId,
    pub(crate) native: Verdict,
    pub(crate) autobahn: Verdict,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            case,
            native,
            autobahn,
        } = self;
        write!(f, "{case}: native {native}, Autobahn {autobahn}")
    }
}

/// The cases of both suites that are judged differently, in the order of their numbers.
pub(crate) fn compare(
    native: &BTreeMap<CaseId, Verdicts>,
    autobahn: &BTreeMap<CaseId, Verdicts>,
) -> Vec<Difference> {
    in_both(native, autobahn)
        .filter(|(_, native, autobahn)| native.behavior != autobahn.behavior)
        .map(|(case, native, autobahn)| Difference {
            case: case.clone(),
            native: native.behavior,
            autobahn: autobahn.behavior,
        })
        .collect()
}

/// How many cases can be compared at all.
pub(super) fn n_compared(
    native: &BTreeMap<CaseId, Verdicts>,
    autobahn: &BTreeMap<CaseId, Verdicts>,
) -> usize {
    in_both(native, autobahn).count()
}

fn in_both<'a>(
    native: &'a BTreeMap<CaseId, Verdicts>,
    autobahn: &'a BTreeMap<CaseId, Verdicts>,
) -> impl Iterator<Item = (&'a CaseId, &'a Verdicts, &'a Verdicts)> {
    let cases = native.iter();
    cases.filter_map(|(case, verdicts)| Some((case, verdicts, autobahn.get(case)?)))
}

#[cfg(test)]
mod tests;
