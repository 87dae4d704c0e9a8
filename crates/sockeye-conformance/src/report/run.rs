//! A whole run: all subjects, what was asked of them, and the files that say so.

use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::{Report, autobahn, junit, matrix, page};
use crate::{Case, Expectations, GROUPS, Role, Verdict};

/// A run, complete.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// When it began.
    pub began: SystemTime,
    /// How long it took.
    pub took: Duration,
    /// The cases for servers.
    pub server_cases: &'a [Case],
    /// The cases for clients.
    pub client_cases: &'a [Case],
    /// What came out.
    pub reports: &'a [Report],
    /// What was expected, if anything was.
    pub expectations: Option<&'a Expectations>,
}

impl Run<'_> {
    /// Writes the page and the results into a folder, which is made: `index.html` for people,
    /// `matrix.md` with all subjects side by side, `index.json` in the form of Autobahn's,
    /// `results.json` with everything.
    ///
    /// # Errors
    ///
    /// The folder or a file cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        let results = self.results().to_string();
        fs::create_dir_all(folder)?;
        fs::write(folder.join("index.html"), page::page(&results))?;
        fs::write(
            folder.join("index.json"),
            format!("{:#}\n", autobahn::index(self.reports)),
        )?;
        fs::write(folder.join("matrix.md"), matrix::page(self))?;
        fs::write(folder.join("results.json"), results + "\n")
    }

    /// Writes a JUnit file: a test suite for each subject, a test case for each case.
    ///
    /// A case fails when it is not as expected; without expectations, when its verdict is failed.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn write_junit(&self, file: &Path) -> io::Result<()> {
        fs::write(file, junit::document(self)?)
    }

    /// Whether a case came out as expected; without expectations, whether it did not fail.
    #[must_use]
    pub fn is_as_expected(&self, role: Role, name: &str, id: &str, verdict: Verdict) -> bool {
        match self.expectations {
            Some(expectations) => expectations.verdict(role, name, id) == verdict,
            None => verdict != Verdict::Failed,
        }
    }

    /// The title of a case.
    pub(super) fn shows(&self, role: Role, id: &str) -> &str {
        let mut cases = self.cases(role).iter();
        cases
            .find(|case| case.id == id)
            .map_or("", |case| &case.shows)
    }

    fn cases(&self, role: Role) -> &[Case] {
        match role {
            Role::Server => self.server_cases,
            Role::Client => self.client_cases,
        }
    }

    fn results(&self) -> Value {
        let cases = |role| -> Vec<_> {
            let cases = self.cases(role).iter();
            cases
                .map(|case| json!({"id": case.id, "shows": case.shows, "section": case.section}))
                .collect()
        };
        let groups = GROUPS.map(|(id, title)| json!({"id": id, "title": title}));
        let subjects: Vec<_> = self
            .reports
            .iter()
            .map(|report| self.subject(report))
            .collect();
        json!({
            "title": "WebSocket conformance",
            "suite": concat!("sockeye-conformance ", env!("CARGO_PKG_VERSION")),
            "generated": humantime::format_rfc3339_seconds(self.began).to_string(),
            "took_ms": u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX),
            "groups": groups,
            "cases": {"server": cases(Role::Server), "client": cases(Role::Client)},
            "subjects": subjects,
        })
    }

    fn subject(&self, report: &Report) -> Value {
        let mut subject = json!(report);
        let Some(results) = subject["results"].as_object_mut() else {
            return subject;
        };
        for (id, result) in results {
            let expected = self
                .expectations
                .and_then(|expectations| expectations.of(report.role, &report.name, id));
            if let Some(expected) = expected {
                result["expected_reason"] = json!(expected.reason);
            }
        }
        subject
    }
}
