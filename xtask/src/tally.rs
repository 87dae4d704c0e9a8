//! Counts tests from the lines the test runner writes.
//!
//! `cargo test` prints one line of counts per binary and no sum; the sum is what people and CI
//! want to read. Names of tests are left to the runner's own output.

use std::fmt;

/// Tests counted so far, over all binaries.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    /// Adds the counts of one line of output, if it is a line of counts:
    /// `test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; …`.
    pub(crate) fn see(&mut self, line: &str) {
        let Some(counts) = line.strip_prefix("test result: ") else {
            return;
        };
        // The word before the first full stop is the verdict, `ok` or `FAILED`.
        let Some((_, counts)) = counts.split_once(". ") else {
            return;
        };
        for count in counts.split("; ") {
            match count
                .split_once(' ')
                .map(|(number, what)| (number.parse::<u64>(), what))
            {
                Some((Ok(number), "passed")) => self.passed += number,
                Some((Ok(number), "failed")) => self.failed += number,
                Some(_) | None => {}
            }
        }
    }

    /// Counts something that is not a test but failed all the same, such as a build.
    pub(crate) fn add_failure(&mut self) {
        self.failed += 1;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(output: &str, expected: &str) {
        let mut tally = Tally::default();
        output.lines().for_each(|line| tally.see(line));
        assert_eq!(tally.to_string(), expected);
    }

    #[test]
    fn counts_of_all_binaries_are_summed() {
        check(
            "running 2 tests\n\
             test a ... ok\n\
             test result: ok. 12 passed; 0 failed; 3 ignored; 0 measured; 4 filtered out; finished in 0.20s\n\
             test result: FAILED. 5 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s\n",
            "17 passed, 2 failed",
        );
    }

    #[test]
    fn other_lines_count_nothing() {
        check(
            "test result_is_kept ... ok\ntest result: odd\n7 passed; 1 failed\n",
            "0 passed, 0 failed",
        );
    }
}
