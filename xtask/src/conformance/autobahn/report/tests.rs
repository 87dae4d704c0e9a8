//! Reports as the suite writes them, and such as it does not.

use super::*;

fn written(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.json");
    fs::write(&path, text).unwrap();
    (folder, path)
}

const INDEX: &str = r#"{
  "one": {
    "1.1.10": {"behavior": "OK", "behaviorClose": "OK", "duration": 2,
               "remoteCloseCode": 1000, "reportfile": "one_case_1_1_10.json"},
    "1.1.2": {"behavior": "NON-STRICT", "behaviorClose": "FAILED BY CLIENT", "duration": 3,
              "remoteCloseCode": null},
    "H.1.1": {"behavior": "OK", "behaviorClose": "OK"}
  },
  "other": {}
}"#;

#[test]
fn verdicts_are_read_in_the_order_of_cases() {
    let (_folder, path) = written(INDEX);
    let cases: Vec<_> = read(&path, "one").unwrap().into_iter().collect();
    let second = Verdicts {
        behavior: Verdict::NonStrict,
        behavior_close: Verdict::FailedByClient,
        report_file: None,
    };
    let tenth = Verdicts {
        behavior: Verdict::Ok,
        behavior_close: Verdict::Ok,
        report_file: Some("one_case_1_1_10.json".into()),
    };
    let case = |id| CaseId::parse(id).unwrap();
    assert_eq!(cases, [(case("1.1.2"), second), (case("1.1.10"), tenth)]);
    assert_eq!(read(&path, "other").unwrap().len(), 0);
}

#[track_caller]
fn check_failure(text: &str, expected: &str) {
    let (_folder, path) = written(text);
    let failure = read(&path, "one").unwrap_err().to_string();
    assert!(failure.contains(expected), "{failure}");
}

#[test]
fn other_forms_are_failures() {
    check_failure("", "cannot read");
    // What the suite writes when nothing listened.
    check_failure("{}", "has nothing on one");
    check_failure(r#"{"one": {"x": {}}}"#, "case x has a form unknown");
    let odd = r#"{"one": {"1.1": {"behavior": "FINE", "behaviorClose": "OK"}}}"#;
    check_failure(odd, "case 1.1 has a form unknown");
    let missing = read(Path::new("no-such-folder/index.json"), "one");
    assert!(missing.unwrap_err().to_string().contains("cannot read"));
}

#[test]
fn every_verdict_has_its_word() {
    for (word, verdict) in WORDS {
        assert_eq!(verdict.to_string(), word);
        assert_eq!(Verdict::parse(word), Some(verdict));
    }
}

#[test]
fn words_about_a_case_are_on_one_line_each() {
    let (_folder, path) = written(
        r#"{"description": "Send.<br/><br/>MESSAGE:\n  <b>x</b>", "result": "Too late.", "resultClose": ""}"#,
    );
    assert_eq!(
        read_words(&path),
        ["description: Send. MESSAGE: x", "result: Too late."]
    );
    assert!(read_words(Path::new("no-such-file")).is_empty());
}
