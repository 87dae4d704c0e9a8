//! A good and a bad snippet for each rule on attributes.

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
