//! A conformance case: what it shows, where the standard says so, and its script.
//!
//! Cases are values. Running them is in `run`, their contents in `groups`.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::script::Script;

/// The part an endpoint plays (RFC 6455 §1.2).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// It accepts connections.
    Server,
    /// It opens connections, and masks what it sends.
    Client,
}

impl Role {
    /// The role at the other end.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Server => Self::Client,
            Self::Client => Self::Server,
        }
    }

    /// The word people read.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Client => "client",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One thing to try on a subject.
#[derive(Clone)]
pub struct Case {
    /// Its number: group, then numbers, `1.1.1` or `H.2.13`. Numbers of groups 1 to 13 are
    /// Autobahn's.
    pub id: String,
    /// What it shows, as a sentence without a full stop.
    pub shows: String,
    /// Where the standard says so, such as `RFC 6455 §5.5`.
    pub section: &'static str,
    /// How many bytes the subject's memory may grow meanwhile. Such a case runs alone.
    pub max_growth_bytes: Option<u64>,
    /// Made for each run, since some scripts hold many megabytes.
    script: Arc<dyn Fn() -> Script + Send + Sync>,
}

impl Case {
    /// A case with a script that is made when it runs.
    pub fn new<S: Into<Script>>(
        id: impl Into<String>,
        shows: impl Into<String>,
        section: &'static str,
        script: impl Fn() -> S + Send + Sync + 'static,
    ) -> Self {
        Self {
            id: id.into(),
            shows: shows.into(),
            section,
            max_growth_bytes: None,
            script: Arc::new(move || script().into()),
        }
    }

    /// The same, with a bound on what the subject's memory may grow.
    #[must_use]
    pub fn bounded(mut self, max_growth_bytes: u64) -> Self {
        self.max_growth_bytes = Some(max_growth_bytes);
        self
    }

    /// What it does and what it expects.
    #[must_use]
    pub fn script(&self) -> Script {
        (self.script)()
    }

    /// Whether no other case may run at the same time.
    #[must_use]
    pub fn runs_alone(&self) -> bool {
        self.max_growth_bytes.is_some()
    }

    /// The part of the number before the first full stop.
    #[must_use]
    pub fn group(&self) -> &str {
        self.id.split('.').next().unwrap_or(&self.id)
    }

    /// Whether one of the `patterns` selects it: a number, or the start of one and `*`.
    #[must_use]
    pub fn matches(&self, patterns: &[String]) -> bool {
        patterns.iter().any(|pattern| matches(pattern, &self.id))
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.id, self.shows)
    }
}

/// Whether `pattern` selects the number `id`: `7.*` is all of group 7, `7.7.1` just that case.
pub(crate) fn matches(pattern: &str, id: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => id.starts_with(start),
        None => pattern == id,
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_select_numbers_by_their_start() {
        assert!(matches("7.*", "7.7.1"));
        assert!(matches("*", "H.1.1"));
        assert!(matches("7.7.1", "7.7.1"));
        assert!(!matches("7.7.1", "7.7.13"));
        assert!(!matches("1.*", "12.1.1"));
    }
}
