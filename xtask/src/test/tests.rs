//! What a missing peer means, what cargo is asked to run, and what counts as a failure.

use super::*;
use crate::workspace::Package;

fn one_missing() -> [Peer; 1] {
    let missing = Missing {
        reason: "not here".into(),
        remedy: "fetch it".into(),
    };
    [Peer {
        name: "Chromium",
        variable: "SOCKEYE_CHROMIUM",
        found: Err(missing),
    }]
}

#[test]
fn a_missing_peer_fails_only_in_ci() {
    for (is_ci, failed) in [(false, 0), (true, 1)] {
        let mut tally = Tally::default();
        report_missing(&one_missing(), is_ci, &mut tally);
        assert_eq!(tally.failed, failed, "CI: {is_ci}");
    }
}

#[test]
fn a_missing_peer_is_hidden_from_the_tests() {
    let mut command = Command::new("cargo");
    tell_places(&mut command, &one_missing());
    let variables: Vec<_> = command.get_envs().collect();
    assert_eq!(variables, [("SOCKEYE_CHROMIUM".as_ref(), None)]);
}

#[test]
fn examples_are_programs_first_and_tests_second() {
    let package = |name: &str, kind: &str| Package {
        name: name.into(),
        folder: name.into(),
        dependencies: Vec::new(),
        features: Vec::new(),
        target_kinds: vec![kind.into()],
    };
    let workspace = Workspace {
        root: ".".into(),
        target: "target".into(),
        packages: vec![package("core", "lib"), package("facade", "example")],
    };
    let all = Options {
        name: Some("close".into()),
        ..Options::default()
    };
    assert_eq!(
        cargo_args(&workspace, &all),
        [
            vec!["test", "--no-fail-fast", "--workspace", "close"],
            vec![
                "test",
                "--no-fail-fast",
                "--workspace",
                "--examples",
                "close"
            ],
        ]
    );
    let core = Options {
        package: Some("core".into()),
        ..Options::default()
    };
    assert_eq!(
        cargo_args(&workspace, &core),
        [vec!["test", "--no-fail-fast", "--package", "core"]]
    );
}

#[test]
fn what_compresses_is_tested_with_zlib_ng_too() {
    #[track_caller]
    fn check(package: Option<&str>, name: Option<&str>, expected: &[&str]) {
        let options = Options {
            package: package.map(Into::into),
            name: name.map(Into::into),
            ..Options::default()
        };
        let runs: Vec<_> = zlib_ng_args(&options)
            .iter()
            .map(|args| args.join(" "))
            .collect();
        assert_eq!(runs, expected);
    }
    let extensions = "test --no-fail-fast --package sockeye-extensions --features zlib-ng";
    let stack = "test --no-fail-fast --package sockeye-tests --features sockeye/zlib-ng \
                 -- deflate legacy_extensions";
    check(None, None, &[extensions, stack]);
    check(Some("sockeye-extensions"), None, &[extensions]);
    check(Some("sockeye-frame"), None, &[]);
    check(None, Some("a"), &[&format!("{extensions} a")]);
}

#[cfg(unix)]
#[test]
fn a_run_that_fails_without_a_failed_test_counts_as_one_failure() {
    #[track_caller]
    fn check(script: &str, expected: &str) {
        let mut tally = Tally::default();
        run_counted(Command::new("sh").args(["-c", script]), &mut tally);
        assert_eq!(tally.to_string(), expected);
    }
    check(
        "echo 'test result: ok. 2 passed; 0 failed; 0 ignored'",
        "2 passed, 0 failed",
    );
    check(
        "echo 'test result: FAILED. 2 passed; 1 failed'; exit 101",
        "2 passed, 1 failed",
    );
    check("exit 101", "0 passed, 1 failed");
}
