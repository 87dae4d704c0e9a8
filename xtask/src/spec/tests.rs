//! The requirements as they are, and what would be wrong with others.

use super::*;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn requirement(code: &str, test: &str, not: Option<&str>) -> Rfc {
    let list = |reference: &str| match reference {
        "" => Vec::new(),
        reference => vec![reference.to_owned()],
    };
    let requirement = Requirement {
        id: "rfc6455-5.1-1".into(),
        section: "5.1".into(),
        level: "MUST".into(),
        says: "it is so".into(),
        code: list(code),
        tests: list(test),
        not: not.map(str::to_owned),
    };
    Rfc {
        number: 6455,
        title: "",
        requirements: vec![requirement],
    }
}

#[test]
fn all_that_is_required_is_there() {
    assert_eq!(check(root()).unwrap(), Vec::<String>::new());
}

#[test]
fn names_that_have_gone_are_found() {
    let here = "xtask/src/spec/tests.rs: names_that_have_gone_are_found";
    let gone = "xtask/src/spec/tests.rs: names_that_were_never_there";
    let nowhere = "xtask/src/nowhere.rs: run";
    let check = |code, test, not| requirement(code, test, not).check(root()).len();
    assert_eq!(check(here, here, None), 0);
    assert_eq!(check(gone, here, None), 1);
    assert_eq!(check(here, nowhere, None), 1);
    // A name in a comment is none: fn names_in_comments.
    let comment = "xtask/src/spec/tests.rs: names_in_comments";
    assert_eq!(check(here, comment, None), 1);
}

#[test]
fn each_has_code_and_tests_or_a_reason() {
    let here = "xtask/src/spec/tests.rs: each_has_code_and_tests_or_a_reason";
    let check = |code, test, not| requirement(code, test, not).check(root()).len();
    assert_eq!(check("", "", Some("it is not for us")), 0);
    assert_eq!(check("", "", None), 1);
    assert_eq!(check(here, "", None), 1);
    assert_eq!(check(here, here, Some("both")), 1);
    assert_eq!(check("", "", Some("")), 1);
}

#[test]
fn what_is_cited_as_a_test_is_one() {
    let code = "xtask/src/spec/tests.rs: root";
    let check = |test| requirement(code, test, None).check(root());
    let listed = "tests/it/tls/servers.rs: are_no_websockets_without_tls";
    assert_eq!(check(listed), Vec::<String>::new());
    for helper in [code, "tests/it/tls/endings.rs: trusting"] {
        let wrong = format!("rfc6455-5.1-1: `{helper}` is no test");
        assert_eq!(check(helper), [wrong]);
    }
}
