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
mod tests {
    use super::*;

    fn file(header: &str, n_lines: usize) -> Source {
        let body = "a();\n".repeat(n_lines - 1);
        Source::new("crates/a/src/b.rs", &format!("//! {header}\n{body}"))
    }

    #[track_caller]
    fn check_file(source: &Source, n_findings: usize) {
        assert_eq!(check(source).len(), n_findings);
    }

    #[test]
    fn six_hundred_lines_need_no_reason_and_one_more_does() {
        check_file(&file("A.", 600), 0);
        check_file(&file("A.", 601), 1);
        check_file(
            &file("A. Long because a table of 500 rows stands here.", 800),
            0,
        );
        check_file(
            &file("A. Long because a table of 500 rows stands here.", 801),
            1,
        );
    }

    #[test]
    fn tests_do_not_count() {
        let tests = format!(
            "//! A.\n#[cfg(test)]\nmod tests {{\n{}}}\n",
            "a();\n".repeat(900)
        );
        check_file(&Source::new("crates/a/src/b.rs", &tests), 0);
        check_file(
            &Source::new("crates/a/src/b/tests.rs", &"a();\n".repeat(900)),
            0,
        );
    }

    #[test]
    fn the_median_is_bounded() {
        let short = Lengths::of(&[file("A.", 10), file("B.", 249), file("C.", 700)]);
        assert!(short.check().is_none());
        assert_eq!(
            short.to_string(),
            "median 249 lines, longest 700 (crates/a/src/b.rs)"
        );
        let long = Lengths::of(&[file("A.", 10), file("B.", 250), file("C.", 700)]);
        assert!(long.check().is_some());
    }
}
