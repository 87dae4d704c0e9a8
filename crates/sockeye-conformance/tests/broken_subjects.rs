//! The suite against its own subject: every fault is caught, and without one nothing is.
//!
//! A suite that passes everything proves nothing, so each group of cases has a fault in the example
//! `reference` that some of its cases must call a failure. The same cases must not fail on the
//! subject as it is, or they would fail on anything.

use std::collections::BTreeMap;
use std::env::consts::EXE_SUFFIX;
use std::path::PathBuf;

use sockeye_conformance::{Case, Program, Results, Role, Scale, Verdict, cases};

/// The command line of the reference peer.
fn reference(role: Role, fault: Option<&str>) -> Program {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(|deps| deps.parent()).unwrap();
    let path: PathBuf = profile
        .join("examples")
        .join(format!("reference{EXE_SUFFIX}"));
    assert!(
        path.exists(),
        "`cargo test -p sockeye-conformance` builds {}",
        path.display()
    );
    let fault = fault.map_or_else(String::new, |fault| format!(" --fault {fault}"));
    Program::parse(&format!("\"{}\" {role}{fault}", path.display())).unwrap()
}

async fn run(role: Role, fault: Option<&str>, patterns: &[&str]) -> Results {
    let patterns: Vec<_> = patterns.iter().map(ToString::to_string).collect();
    let mut cases: Vec<Case> = cases(role, Scale::default());
    cases.retain(|case| case.matches(&patterns));
    assert!(!cases.is_empty(), "no case is in {patterns:?}");
    let program = reference(role, fault);
    match role {
        Role::Server => program
            .test_server(None, &cases, 32, &|_, _| {})
            .await
            .unwrap(),
        Role::Client => program.test_client(None, &cases, &|_, _| {}).await.unwrap(),
    }
}

fn failed(results: &Results) -> BTreeMap<&str, &str> {
    let failed = results
        .iter()
        .filter(|(_, result)| result.verdict == Verdict::Failed);
    failed
        .map(|(id, result)| (id.as_str(), result.why.as_str()))
        .collect()
}

/// Runs cases with the fault and without: `n_caught` of them at least fail with it, none without.
async fn check(role: Role, fault: &str, patterns: &[&str], n_caught: usize) {
    let broken = run(role, Some(fault), patterns).await;
    let caught = failed(&broken);
    assert!(
        caught.len() >= n_caught,
        "{role} {fault}: of {} cases only {caught:?} failed",
        broken.len()
    );
    // Those alone: the others of the pattern are not what this is about.
    let caught: Vec<_> = caught.into_keys().collect();
    let right = run(role, None, &caught).await;
    assert_eq!(failed(&right), BTreeMap::new(), "{role} without a fault");
}

async fn check_both(fault: &str, patterns: &[&str], n_caught: usize) {
    check(Role::Server, fault, patterns, n_caught).await;
    check(Role::Client, fault, patterns, n_caught).await;
}

#[tokio::test]
async fn group_1_catches_text_that_comes_back_as_binary() {
    check_both("text-as-binary", &["1.1.*"], 8).await;
}

#[tokio::test]
async fn group_2_catches_missing_and_empty_pongs() {
    check_both("no-pong", &["2.*"], 8).await;
    check_both("empty-pong", &["2.*"], 7).await;
}

#[tokio::test]
async fn group_3_catches_reserved_bits_that_are_taken() {
    check_both("any-reserved-bits", &["3.*"], 7).await;
}

#[tokio::test]
async fn group_4_catches_reserved_opcodes_that_are_skipped() {
    check_both("any-opcode", &["4.*"], 10).await;
}

#[tokio::test]
async fn group_5_catches_wrong_sequences_of_fragments() {
    check_both("loose-continuation", &["5.*"], 4).await;
    check_both("joined-messages", &["5.18"], 1).await;
}

#[tokio::test]
async fn group_6_catches_text_that_is_not_utf_8() {
    check_both("any-text", &["6.3.*", "6.14.*", "6.19.*"], 10).await;
}

#[tokio::test]
async fn group_7_catches_wrong_and_missing_answers_to_a_close() {
    check_both("any-close-code", &["7.9.*", "7.3.2", "7.5.1"], 10).await;
    check_both("no-close-answer", &["7.1.1", "7.7.*"], 14).await;
}

#[tokio::test]
async fn group_9_catches_long_messages_that_come_back_changed() {
    check_both("corrupt-long", &["9.1.3", "9.2.3"], 2).await;
}

#[tokio::test]
async fn group_10_catches_a_lost_fragment() {
    check_both("lost-fragment", &["10.*"], 1).await;
}

#[tokio::test]
async fn group_12_catches_a_window_that_is_forgotten() {
    check_both("forgotten-window", &["12.1.1", "12.3.2"], 2).await;
}

#[tokio::test]
async fn group_13_catches_a_window_that_is_kept_against_the_agreement() {
    check_both("kept-window", &["13.2.1", "13.5.1"], 1).await;
}

#[tokio::test]
async fn group_h_catches_heads_that_are_taken_and_wrong_keys() {
    check(
        Role::Server,
        "any-head",
        &["H.3.*", "H.4.*", "H.5.*", "H.6.*"],
        20,
    )
    .await;
    check(
        Role::Client,
        "any-head",
        &["H.23.*", "H.24.*", "H.25.*"],
        10,
    )
    .await;
    check(Role::Server, "wrong-key", &["H.14.*"], 1).await;
    check(Role::Client, "wrong-key", &["H.21.*"], 1).await;
}

#[tokio::test]
async fn group_x_catches_extensions_that_nobody_may_agree_to() {
    let negotiation = [
        "X.1.*", "X.2.*", "X.3.*", "X.4.*", "X.5.*", "X.6.*", "X.7.*",
    ];
    check_both("any-extension", &negotiation, 5).await;
}

#[tokio::test]
async fn group_x_catches_wrong_uses_of_an_extension() {
    check_both("any-reserved-bits", &["X.9.*"], 10).await;
    check_both("forgotten-window", &["X.11.*"], 5).await;
    check_both("kept-window", &["X.11.*"], 1).await;
    check_both("any-text", &["X.13.*"], 5).await;
}

#[tokio::test]
async fn group_c_catches_wrong_masks_and_endings() {
    check_both("any-mask", &["C.1.*", "C.8.*"], 10).await;
    check_both("talk-after-close", &["C.1.*", "C.12.*"], 15).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn group_l_catches_memory_that_is_taken_because_it_is_declared() {
    check_both("eager-memory", &["L.1.*"], 10).await;
}
