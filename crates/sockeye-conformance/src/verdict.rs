//! What a case says of its subject.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The outcome of a case, best first.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The subject did what the standard says.
    Ok,
    /// The standard leaves it open; the case says what the subject does.
    Informational,
    /// The subject lacks, or has, what the case needs, such as an extension.
    Unimplemented,
    /// The subject is within what the standard allows, and against what it recommends.
    NonStrict,
    /// The subject did what the standard forbids, or nothing in time.
    Failed,
}

impl Verdict {
    /// All, best first.
    pub const ALL: [Self; 5] = [
        Self::Ok,
        Self::Informational,
        Self::Unimplemented,
        Self::NonStrict,
        Self::Failed,
    ];

    /// The word people read: `ok`, `non-strict`, …
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Informational => "informational",
            Self::Unimplemented => "unimplemented",
            Self::NonStrict => "non-strict",
            Self::Failed => "failed",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
