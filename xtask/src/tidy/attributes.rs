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
mod tests {
    use super::*;

    #[track_caller]
    fn check(rule: fn(&Source) -> Vec<Finding>, text: &str, n_findings: usize) {
        let findings = rule(&Source::new("crates/a/src/b.rs", text));
        assert_eq!(findings.len(), n_findings, "{text}: {findings:?}");
    }

    #[test]
    fn allow_is_refused_wherever_it_stands() {
        check(check_lint_exceptions, "#[allow(dead_code)]\nfn a() {}", 1);
        check(check_lint_exceptions, "#![allow(dead_code)]", 1);
        check(
            check_lint_exceptions,
            "#[cfg_attr(test, allow(dead_code))]\nfn a() {}",
            1,
        );
        check(
            check_lint_exceptions,
            "// #[allow(dead_code)]\nfn allow() { allow(1); }",
            0,
        );
    }

    #[test]
    fn expect_needs_a_reason() {
        check(check_lint_exceptions, "#[expect(dead_code)]\nfn a() {}", 1);
        check(
            check_lint_exceptions,
            "#[expect(dead_code, reason = \"soon\")]\nfn a() {}",
            0,
        );
    }

    #[test]
    fn ignored_and_panicking_tests_are_refused() {
        check(check_tests_are_run, "#[ignore]\nfn a() {}", 1);
        check(check_tests_are_run, "#[ignore = \"slow\"]\nfn a() {}", 1);
        check(
            check_tests_are_run,
            "#[should_panic(expected = \"x\")]\nfn a() {}",
            1,
        );
        check(
            check_tests_are_run,
            "#[test]\nfn ignore() { should_panic(); }",
            0,
        );
    }

    #[test]
    fn examples_must_run_too() {
        check(
            check_tests_are_run,
            "/// ```ignore\n/// a\n/// ```\nfn a() {}",
            1,
        );
        check(
            check_tests_are_run,
            "/// ```rust,should_panic\n/// ```\nfn a() {}",
            1,
        );
        check(
            check_tests_are_run,
            "/// ```no_run\n/// ignore\n/// ```\nfn a() {}",
            0,
        );
    }
}
