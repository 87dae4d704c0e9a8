//! What came out of a run, for people and for programs.

mod autobahn;
mod junit;
mod matrix;
mod page;
mod run;

use serde::Serialize;

use crate::{Case, CaseResult, Results, Role, Verdict};

pub use run::Run;

/// What came out of all cases against one subject.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// What people call it.
    pub name: String,
    /// The part it plays.
    pub role: Role,
    /// How it was reached: an address or a command line.
    pub about: String,
    /// By case number.
    pub results: Results,
}

impl Report {
    /// With a failure for each of `cases` that has no result: a client may not have run it.
    #[must_use]
    pub fn new(name: &str, role: Role, about: &str, cases: &[Case], mut results: Results) -> Self {
        let missing = || CaseResult::missing("the subject did not run the case to its end");
        for case in cases {
            results.entry(case.id.clone()).or_insert_with(missing);
        }
        Self {
            name: name.to_owned(),
            role,
            about: about.to_owned(),
            results,
        }
    }

    /// How many cases whose number starts with `start` have this verdict.
    #[must_use]
    pub fn count(&self, start: &str, verdict: Verdict) -> usize {
        let results = self.results.iter();
        results
            .filter(|(id, result)| id.starts_with(start) && result.verdict == verdict)
            .count()
    }
}
