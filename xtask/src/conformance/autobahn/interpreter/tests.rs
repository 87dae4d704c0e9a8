//! Answers of interpreters, and of none.

use super::*;

#[track_caller]
fn check(answer: &str, expected: Option<(&str, &str, Route)>) {
    let interpreter = Interpreter::from_answer(answer);
    let found = interpreter
        .as_ref()
        .map(|one| (&*one.program, &*one.version, one.route));
    assert_eq!(found, expected);
}

#[test]
fn only_versions_that_run_the_suite_count() {
    let program = "some folder/python";
    check(
        "2.7.18 some folder/python\n",
        Some((program, "2.7.18", Route::Published)),
    );
    for version in ["3.11.2", "3.12.0"] {
        check(
            &format!("{version} {program}\n"),
            Some((program, version, Route::Ported)),
        );
    }
    for version in ["2.6.9", "3.10.13", "3.13.0", "3.1.1", "3", ""] {
        check(&format!("{version} {program}\n"), None);
    }
}

#[test]
fn a_program_that_is_asked_for_must_fit() {
    let failure = Interpreter::find(Some("no-such-python")).unwrap_err();
    assert_eq!(
        failure.to_string(),
        "no-such-python is no Python 2.7, 3.11 or 3.12"
    );
}
