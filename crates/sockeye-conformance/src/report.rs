//! What came out of all cases against one subject.

use serde::Serialize;

use crate::{Case, CaseResult, Results, Role};

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
        for case in cases {
            results.entry(case.id.clone()).or_insert_with(|| {
                CaseResult::missing("the subject did not run the case to its end")
            });
        }
        Self {
            name: name.to_owned(),
            role,
            about: about.to_owned(),
            results,
        }
    }
}
