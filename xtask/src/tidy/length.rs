//! Rules on how long files are: short ones have one subject.
//!
//! Lines are those outside tests, comments included: a long file is hard to hold in the head
//! whatever its lines are made of.

use std::fmt;

use super::finding::Finding;
use super::source::Source;

/// No file is longer than 800 lines; one longer than 600 says why in its header.
pub(super) fn check(source: &Source) -> Vec<Finding> {
    let n_lines = source.product_lines();
    let explains = source
        .header()
        .any(|line| line.to_lowercase().contains("long because"));
    let message = match n_lines {
        HARD_LIMIT.. => "split it: above 800 there is no good reason",
        EXPLAIN.. if !explains => "split it, or say in its header why: `Long because …`",
        _ => return Vec::new(),
    };
    let message = format!("{n_lines} lines without tests: {message}");
    vec![Finding::in_file(&source.path, message)]
}

/// How long the files of the workspace are.
#[derive(Debug)]
pub(super) struct Lengths {
    median: usize,
    longest: usize,
    longest_path: String,
}

impl Lengths {
    /// Measures the files that are not tests.
    pub(super) fn of(sources: &[Source]) -> Self {
        let product = sources.iter().filter(|source| !source.is_test_file());
        let mut lengths: Vec<_> = product
            .map(|source| (source.product_lines(), source.path.as_str()))
            .collect();
        lengths.sort_unstable();
        let (longest, longest_path) = lengths.last().copied().unwrap_or_default();
        let (median, _) = lengths.get(lengths.len() / 2).copied().unwrap_or_default();
        Self {
            median,
            longest,
            longest_path: longest_path.to_owned(),
        }
    }

    /// The median is below 250 lines.
    pub(super) fn check(&self) -> Option<Finding> {
        (self.median >= MEDIAN_LIMIT).then(|| {
            let message = format!(
                "the median file has {} lines: keep it below 250",
                self.median
            );
            Finding::in_file(".", message)
        })
    }
}

impl fmt::Display for Lengths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            median,
            longest,
            longest_path,
        } = self;
        write!(
            f,
            "median {median} lines, longest {longest} ({longest_path})"
        )
    }
}

/// Longer files need a reason.
const EXPLAIN: usize = 601;

/// Longer files are refused.
const HARD_LIMIT: usize = 801;

const MEDIAN_LIMIT: usize = 250;

#[cfg(test)]
mod tests;
