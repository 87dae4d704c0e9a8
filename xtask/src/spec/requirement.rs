//! What an RFC requires, in our words, and what there is for it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::place;
use crate::failure::Failure;

/// The requirements of one RFC, in the order of its text.
#[derive(Debug)]
pub(super) struct Rfc {
    pub(super) number: u32,
    pub(super) title: &'static str,
    pub(super) requirements: Vec<Requirement>,
}

/// One MUST, SHOULD or the like.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Requirement {
    /// The RFC, the section, and a number: `rfc6455-5.1-2`.
    pub(super) id: String,
    pub(super) section: String,
    /// The word of the RFC; in small letters where it has no word of RFC 2119.
    pub(super) level: String,
    /// What is so where it is kept. The sentences are not the RFC's.
    pub(super) says: String,
    /// Where it is kept: `path: name`.
    #[serde(default)]
    pub(super) code: Vec<String>,
    /// What fails where it is not.
    #[serde(default)]
    pub(super) tests: Vec<String>,
    /// Why there is neither.
    pub(super) not: Option<String>,
}

impl Rfc {
    pub(super) fn load(root: &Path, number: u32, title: &'static str) -> Result<Self, Failure> {
        let path = format!("xtask/spec/rfc{number}.json");
        let failed = |error: &dyn std::fmt::Display| Failure::new(format!("{path}: {error}"));
        let text = fs::read_to_string(root.join(&path)).map_err(|error| failed(&error))?;
        let requirements = serde_json::from_str(&text).map_err(|error| failed(&error))?;
        Ok(Self {
            number,
            title,
            requirements,
        })
    }

    /// What is wrong, a sentence each.
    pub(super) fn check(&self, root: &Path) -> Vec<String> {
        let mut ids = BTreeSet::new();
        let mut wrong = Vec::new();
        for requirement in &self.requirements {
            let id = &requirement.id;
            if !ids.insert(id) {
                wrong.push(format!("{id}: there are two of it"));
            }
            let start = format!("rfc{}-{}-", self.number, requirement.section);
            if !id.starts_with(&start) {
                wrong.push(format!("{id}: does not start with {start}"));
            }
            let faults = requirement.check(root);
            wrong.extend(faults.into_iter().map(|fault| format!("{id}: {fault}")));
        }
        wrong
    }
}

impl Requirement {
    fn check(&self, root: &Path) -> Vec<String> {
        let mut wrong = Vec::new();
        if !LEVELS.contains(&self.level.to_uppercase().as_str()) {
            wrong.push(format!("{} is no level", self.level));
        }
        match &self.not {
            Some(reason) if reason.is_empty() => wrong.push("the reason is empty".to_owned()),
            Some(_) if !self.code.is_empty() || !self.tests.is_empty() => {
                wrong.push("it is kept or not, not both".to_owned());
            }
            None if self.code.is_empty() || self.tests.is_empty() => {
                wrong.push("say which code and which test, or why there are none".to_owned());
            }
            Some(_) | None => {}
        }
        let code = self.code.iter().map(|code| place::find(root, code));
        let tests = self.tests.iter().map(|test| place::find_test(root, test));
        wrong.extend(code.chain(tests).filter_map(Result::err));
        wrong
    }
}

/// Those of RFC 2119 that require something.
const LEVELS: [&str; 8] = [
    "MUST",
    "MUST NOT",
    "REQUIRED",
    "SHALL",
    "SHALL NOT",
    "SHOULD",
    "SHOULD NOT",
    "RECOMMENDED",
];
