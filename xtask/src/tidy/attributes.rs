//! Rules on attributes: exceptions to lints, and tests that do not run.

use super::finding::Finding;
use super::source::{Source, has_word};

/// Exceptions to lints are `#[expect]` with a reason: an `allow` outlives its cause unseen.
pub(super) fn check_lint_exceptions(source: &Source) -> Vec<Finding> {
    let attributes = source.attributes();
    let findings = attributes.iter().filter_map(|(line, attribute)| {
        let message = if has_word(attribute, "allow") {
            "use `#[expect(lint, reason = \"…\")]`: `allow` stays when its cause has gone"
        } else if has_word(attribute, "expect") && !has_word(attribute, "reason") {
            "say why: `#[expect(lint, reason = \"…\")]`"
        } else {
            return None;
        };
        Some(Finding::at(&source.path, *line, message))
    });
    findings.collect()
}

/// Every test runs and says what it expects; the same for examples in documentation.
pub(super) fn check_tests_are_run(source: &Source) -> Vec<Finding> {
    let ignored = "no ignored tests: a test nobody runs proves nothing";
    let panicking = "no `should_panic`: any panic would do; check the result, or `catch_unwind`";
    let attributes = source.attributes();
    let attributes = attributes.iter().filter_map(|(line, attribute)| {
        let first = attribute
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .next();
        match first {
            Some("ignore") => Some(Finding::at(&source.path, *line, ignored)),
            Some("should_panic") => Some(Finding::at(&source.path, *line, panicking)),
            Some(_) | None => None,
        }
    });
    let examples = source.comments().filter_map(|(line, comment)| {
        let tags = comment.split_once("```")?.1;
        if has_word(tags, "ignore") {
            Some(Finding::at(&source.path, line, ignored))
        } else if has_word(tags, "should_panic") {
            Some(Finding::at(&source.path, line, panicking))
        } else {
            None
        }
    });
    attributes.chain(examples).collect()
}

#[cfg(test)]
mod tests;
