//! Shell scripts as programs in the background.

use super::*;

const SOON: Duration = Duration::from_secs(30);

fn start(script: &str) -> (Background, tempfile::TempDir) {
    let logs = tempfile::tempdir().unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    let background = Background::start("the script", &mut command, logs.path()).unwrap();
    (background, logs)
}

#[track_caller]
fn check_failure<T>(result: Result<T, Failure>, expected: &str) {
    let failure = result.err().expect("a failure").to_string();
    assert!(failure.contains(expected), "{failure}");
}

#[test]
fn a_line_is_waited_for() {
    let (mut script, _logs) = start("echo first; sleep 0.1; echo ready at 80; exec sleep 60");
    let line = script.wait_for_line("ready at ", Instant::now() + SOON);
    assert_eq!(line.unwrap(), "80");
    script.check_running().unwrap();
}

#[test]
fn a_program_that_ends_before_its_line_fails_with_what_it_said() {
    let (mut script, _logs) = start("echo no port >&2; exit 3");
    let failure = script
        .wait_for_line("ready", Instant::now() + SOON)
        .unwrap_err();
    let failure = failure.to_string();
    assert!(
        failure.starts_with("the script did not get ready and ended"),
        "{failure}"
    );
    assert!(failure.ends_with("\n    no port"), "{failure}");
    check_failure(script.check_running(), "ended early");
    check_failure(script.wait(Instant::now() + SOON), "failed");
}

#[test]
fn waiting_has_an_end() {
    let (mut script, _logs) = start("exec sleep 60");
    let soon = Instant::now() + Duration::from_millis(50);
    check_failure(
        script.wait_for_line("ready", soon),
        "did not get ready in time",
    );
    check_failure(script.wait(soon), "took too long");
}

#[test]
fn a_program_ends_with_its_value() {
    let (script, _logs) = start("exec sleep 60");
    let start = Instant::now();
    drop(script);
    assert!(start.elapsed() < SOON);
}

#[test]
fn a_successful_end_is_waited_for() {
    let (mut script, _logs) = start("sleep 0.1");
    script.wait(Instant::now() + SOON).unwrap();
}
