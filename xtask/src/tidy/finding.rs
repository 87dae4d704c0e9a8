//! One thing that `tidy` found wrong: where, what, and what to do instead.

use std::fmt;

/// A broken rule at one place.
#[derive(Debug)]
pub(super) struct Finding {
    path: String,
    line: Option<usize>,
    message: String,
}

impl Finding {
    /// A finding about a whole file.
    pub(super) fn in_file(path: &str, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line: None,
            message: message.into(),
        }
    }

    /// A finding at a line, counted from 1.
    pub(super) fn at(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line: Some(line),
            message: message.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path, self.message),
            None => write!(f, "{}: {}", self.path, self.message),
        }
    }
}
