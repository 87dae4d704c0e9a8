//! What came of many lives: counted by the clients, printed as a line, added up by the overseer.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use serde_json::{Value, json};

use crate::Result;

/// Counts by name, and what went wrong.
#[derive(Clone, Debug, Default)]
pub(crate) struct Summary {
    pub(crate) counts: BTreeMap<String, u64>,
    pub(crate) failures: Vec<String>,
}

impl Summary {
    pub(crate) fn add(&mut self, name: impl Into<String>, n: u64) {
        *self.counts.entry(name.into()).or_default() += n;
    }

    pub(crate) fn fail(&mut self, what: impl Into<String>) {
        self.add(FAILURES, 1);
        // The first ones tell what happened; thousands of the same need no memory.
        if self.failures.len() < MAX_TOLD {
            self.failures.push(what.into());
        }
    }

    pub(crate) fn count(&self, name: &str) -> u64 {
        self.counts.get(name).copied().unwrap_or_default()
    }

    pub(crate) fn to_line(&self) -> String {
        json!({ "counts": self.counts, "failures": self.failures }).to_string()
    }

    pub(crate) fn from_line(line: &str) -> Result<Self> {
        let mut value: Value = serde_json::from_str(line)?;
        Ok(Self {
            counts: serde_json::from_value(value["counts"].take())?,
            failures: serde_json::from_value(value["failures"].take())?,
        })
    }
}

impl AddAssign for Summary {
    fn add_assign(&mut self, other: Self) {
        for (name, n) in other.counts {
            self.add(name, n);
        }
        self.failures.extend(other.failures);
    }
}

/// The name of the count of failures.
pub(crate) const FAILURES: &str = "failures";

const MAX_TOLD: usize = 10;
