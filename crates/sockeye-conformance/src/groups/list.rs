//! Cases of one section, numbered in the order in which they are added.

use crate::Case;
use crate::script::Script;

/// Cases of one section of a group.
#[derive(Debug)]
pub(super) struct List {
    start: String,
    cases: Vec<Case>,
}

impl List {
    /// Of cases whose numbers start with `start`, such as `C.1`.
    pub(super) fn new(start: impl Into<String>) -> Self {
        Self {
            start: start.into(),
            cases: Vec::new(),
        }
    }

    /// Adds a case under the next number.
    pub(super) fn add<S: Into<Script>>(
        &mut self,
        section: &'static str,
        shows: impl Into<String>,
        script: impl Fn() -> S + Send + Sync + 'static,
    ) {
        let id = format!("{}.{}", self.start, self.cases.len() + 1);
        self.cases.push(Case::new(id, shows, section, script));
    }

    /// Adds a case that watches memory.
    pub(super) fn add_bounded<S: Into<Script>>(
        &mut self,
        max_growth_bytes: u64,
        section: &'static str,
        shows: impl Into<String>,
        script: impl Fn() -> S + Send + Sync + 'static,
    ) {
        self.add(section, shows, script);
        let case = self.cases.pop();
        self.cases
            .extend(case.map(|case| case.bounded(max_growth_bytes)));
    }

    pub(super) fn into_cases(self) -> Vec<Case> {
        self.cases
    }
}
