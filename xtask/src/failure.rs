//! The one error of these commands: a sentence for the person at the terminal.
//!
//! Nothing recovers from it by kind, so it has no variants.

use std::fmt;

/// Why a command did not succeed, as a sentence without a full stop.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}
