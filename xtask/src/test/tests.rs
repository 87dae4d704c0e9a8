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
fn what_features_bring_is_tested_where_they_can_be_built() {
    #[track_caller]
    fn check(
        can_build: fn(&str) -> bool,
        package: Option<&str>,
        name: Option<&str>,
        expected: &[&str],
    ) {
        let options = Options {
            package: package.map(Into::into),
            name: name.map(Into::into),
            ..Options::default()
        };
        let runs: Vec<_> = feature_args(&options, can_build)
            .iter()
            .map(|args| args.join(" "))
            .collect();
        assert_eq!(runs, expected);
    }
    let extensions = "test --no-fail-fast --package sockeye-extensions --features zlib-ng --";
    let stack = "test --no-fail-fast --package sockeye-tests --features zlib-ng \
                 --features native-tls --test it -- deflate legacy_extensions native_tls";
    let compression = "test --no-fail-fast --package sockeye-tests --features zlib-ng \
                       --test it -- deflate legacy_extensions";
    let tokio = "test --no-fail-fast --package sockeye-tokio --features native-tls -- tls";
    let listed = "test --no-fail-fast --package sockeye-tls --features webpki-roots \
                  --features aws-lc-rs --";
    let native = "test --no-fail-fast --package sockeye-tls --features native-roots --";
    let both = "test --no-fail-fast --package sockeye-tls --features webpki-roots \
                --features native-roots --";
    let verifier = "test --no-fail-fast --package sockeye-tls --features platform-verifier --";
    let shells = "test --no-fail-fast --package sockeye --features async-std --features cookies \
                  --features rustls-tls-native-roots --features smol --test shells --";
    let authorities = [listed, native, both, verifier];
    let all = [&[extensions, stack, tokio][..], &authorities, &[shells]].concat();
    check(|_| true, None, None, &all);
    let has_cmake = |feature: &str| feature == "zlib-ng";
    check(has_cmake, None, None, &[extensions, compression]);
    check(|_| true, Some("sockeye-tls"), None, &authorities);
    check(|_| false, None, None, &[]);
    check(|_| true, Some("sockeye-extensions"), None, &[extensions]);
    check(|_| true, Some("sockeye-frame"), None, &[]);
    let by_name = "test --no-fail-fast --package sockeye-extensions --features zlib-ng a --";
    let extensions = Some("sockeye-extensions");
    check(|_| true, extensions, Some("a"), &[by_name]);
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
