//! JUnit files: what they say of failures.

use std::time::{Duration, SystemTime};

use super::*;
use crate::{Results, Role};

#[test]
fn failures_are_written_with_their_reason() {
    let results = Results::from([(
        "1.1.1".to_owned(),
        CaseResult::missing("<it> said \"\u{1}\" & went"),
    )]);
    let reports = [Report::new("a", Role::Server, "", &[], results)];
    let run = Run {
        began: SystemTime::UNIX_EPOCH,
        took: Duration::ZERO,
        server_cases: &[],
        client_cases: &[],
        reports: &reports,
        expectations: None,
    };
    let document = String::from_utf8(document(&run).unwrap()).unwrap();
    assert!(
        document.contains(r#"tests="1" failures="1" skipped="0""#),
        "{document}"
    );
    let message = "failed: &lt;it&gt; said &quot;\u{fffd}&quot; &amp; went";
    assert!(document.contains(message), "{document}");
}
