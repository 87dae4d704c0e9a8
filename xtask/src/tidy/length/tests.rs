//! Files at each limit and one line past it.

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
