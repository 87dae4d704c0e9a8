//! What is expected of subjects, case by case: every verdict that is not ok, with its reason.
//!
//! A JSON file with a table for each role; its keys are case numbers, or starts of numbers and `*`:
//!
//! ```json
//! {"server": {"7.1.6": {"verdict": "informational", "reason": "…"}}, "client": {}}
//! ```
//!
//! An entry with `"except": "without compression"` is not for subjects whose names end in that.
//!
//! Any difference counts, also a verdict that is better than expected: the file is to be true.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use crate::case::matches;
use crate::{Report, Role, Verdict};

/// The verdicts that are expected and not ok.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectations {
    #[serde(default)]
    server: BTreeMap<String, Expected>,
    #[serde(default)]
    client: BTreeMap<String, Expected>,
}

/// What is expected of one case, or of several.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The verdict.
    pub verdict: Verdict,
    /// Why it is not ok.
    pub reason: String,
    /// How the names end of subjects that this is not expected of.
    pub except: Option<String>,
}

/// Why a file of expectations cannot be used, as a sentence.
#[derive(Debug)]
pub struct ExpectationError(String);

/// A case that came out otherwise than expected.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Difference {
    /// The subject's name and role.
    pub subject: String,
    /// The case's number.
    pub id: String,
    /// The verdict that was expected.
    pub expected: Verdict,
    /// The verdict that came.
    pub came: Verdict,
    /// Why it came.
    pub why: String,
}

impl Expectations {
    /// Reads the text of a file.
    ///
    /// # Errors
    ///
    /// It is no JSON of that form, or a verdict has no reason, or `ok` stands in it.
    pub fn parse(text: &str) -> Result<Self, ExpectationError> {
        let expectations: Self =
            serde_json::from_str(text).map_err(|error| ExpectationError(error.to_string()))?;
        for (pattern, expected) in expectations.server.iter().chain(&expectations.client) {
            if expected.verdict == Verdict::Ok {
                let why = format!("{pattern}: ok is what is expected without an entry");
                return Err(ExpectationError(why));
            }
            if expected.reason.trim().is_empty() {
                let why = format!("{pattern}: {} without a reason", expected.verdict);
                return Err(ExpectationError(why));
            }
        }
        Ok(expectations)
    }

    /// What is expected of a case of the subject `name`, by the longest pattern that selects it;
    /// `None` is ok.
    #[must_use]
    pub fn of(&self, role: Role, name: &str, id: &str) -> Option<&Expected> {
        let entries = self.table(role).iter();
        let fitting =
            entries.filter(|(pattern, expected)| matches(pattern, id) && expected.is_for(name));
        fitting
            .max_by_key(|(pattern, _)| pattern.len())
            .map(|(_, expected)| expected)
    }

    /// The verdict that is expected of a case.
    pub(crate) fn verdict(&self, role: Role, name: &str, id: &str) -> Verdict {
        self.of(role, name, id)
            .map_or(Verdict::Ok, |expected| expected.verdict)
    }

    /// The cases of a report that came out otherwise.
    #[must_use]
    pub fn differences(&self, report: &Report) -> Vec<Difference> {
        let results = report.results.iter().filter_map(|(id, result)| {
            let expected = self.verdict(report.role, &report.name, id);
            (expected != result.verdict).then(|| Difference {
                subject: format!("{} {}", report.name, report.role),
                id: id.clone(),
                expected,
                came: result.verdict,
                why: result.why.clone(),
            })
        });
        results.collect()
    }

    fn table(&self, role: Role) -> &BTreeMap<String, Expected> {
        match role {
            Role::Server => &self.server,
            Role::Client => &self.client,
        }
    }
}

impl Expected {
    fn is_for(&self, name: &str) -> bool {
        let except = self.except.as_deref();
        except.is_none_or(|end| !name.ends_with(end))
    }
}

impl fmt::Display for ExpectationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ExpectationError {}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            subject,
            id,
            expected,
            came,
            why,
        } = self;
        write!(f, "{subject} {id}: {came}, not {expected}")?;
        match why.as_str() {
            "" => Ok(()),
            why => write!(f, ": {why}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CaseResult, Results};

    const FILE: &str = r#"{"server": {
        "12.*": {"verdict": "unimplemented", "reason": "no compression"},
        "12.1.1": {"verdict": "failed", "reason": "known"}
    }}"#;

    #[test]
    fn the_longest_pattern_counts() {
        let expectations = Expectations::parse(FILE).unwrap();
        let verdict = |role, id| {
            expectations
                .of(role, "a", id)
                .map(|expected| expected.verdict)
        };
        assert_eq!(verdict(Role::Server, "12.1.1"), Some(Verdict::Failed));
        assert_eq!(
            verdict(Role::Server, "12.1.2"),
            Some(Verdict::Unimplemented)
        );
        assert_eq!(verdict(Role::Server, "1.1.1"), None);
        assert_eq!(verdict(Role::Client, "12.1.1"), None);
    }

    #[test]
    fn an_exception_is_for_subjects_whose_names_end_so() {
        let file = FILE.replace("\"known\"", "\"known\", \"except\": \" b\"");
        let expectations = Expectations::parse(&file).unwrap();
        let verdict = |name| expectations.verdict(Role::Server, name, "12.1.1");
        assert_eq!(verdict("a"), Verdict::Failed);
        assert_eq!(verdict("b"), Verdict::Failed);
        assert_eq!(verdict("a b"), Verdict::Unimplemented);
    }

    #[test]
    fn files_without_reasons_are_refused() {
        for file in [
            "",
            r#"{"servers": {}}"#,
            r#"{"server": {"1.*": {"verdict": "fine", "reason": "x"}}}"#,
            r#"{"server": {"1.*": {"verdict": "failed"}}}"#,
            r#"{"server": {"1.*": {"verdict": "failed", "reason": " "}}}"#,
            r#"{"server": {"1.*": {"verdict": "ok", "reason": "x"}}}"#,
        ] {
            assert!(Expectations::parse(file).is_err(), "{file}");
        }
    }

    #[test]
    fn a_better_verdict_is_a_difference_too() {
        let expectations = Expectations::parse(FILE).unwrap();
        let mut better = CaseResult::missing("");
        better.verdict = Verdict::Ok;
        let results = Results::from([
            ("12.1.1".to_owned(), CaseResult::missing("known")),
            ("12.1.2".to_owned(), better),
        ]);
        let report = Report::new("a", Role::Server, "", &[], results);
        let differences = expectations.differences(&report);
        let words: Vec<_> = differences.iter().map(ToString::to_string).collect();
        assert_eq!(words, ["a server 12.1.2: ok, not unimplemented"]);
    }
}
