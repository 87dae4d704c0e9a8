//! JUnit files: what they say of failures.

use std::time::{Duration, SystemTime};

use super::*;
use crate::{Results, Role};

#[test]
fn failures_are_written_with_their_reason() {
    let results = Results::from([(
        "1.1.1".to_owned(),
        CaseResult::missing("<it> said \"no\" & went"),
    )]);
    let reports = [Report::new(
        "a\u{1}\u{ffff}",
        Role::Server,
        "",
        &[],
        results,
    )];
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
    let message = "failed: &lt;it&gt; said &quot;no&quot; &amp; went";
    assert!(document.contains(message), "{document}");
    assert!(
        document.contains("\"a\u{fffd}\u{fffd} server\""),
        "{document}"
    );
}
