//! `index.json` in the form of Autobahn's, so that its readers read ours.

use serde_json::{Map, Value, json};

use super::Report;
use crate::Verdict;

/// All verdicts, by agent and case: an agent is a subject's name and role.
pub(super) fn index(reports: &[Report]) -> Value {
    let agents = reports.iter().map(|report| {
        let cases: Map<_, _> = report
            .results
            .iter()
            .map(|(id, result)| {
                let case = json!({
                    "behavior": name(result.behavior),
                    "behaviorClose": name(result.closing),
                    "duration": result.took_ms,
                    "remoteCloseCode": result.close_code,
                    "reportfile": format!(
                        "index.html#{}/{}/{id}",
                        report.role,
                        percent_encoded(&report.name)
                    ),
                });
                (id.clone(), case)
            })
            .collect();
        (
            format!("{} {}", report.name, report.role),
            Value::Object(cases),
        )
    });
    Value::Object(agents.collect())
}

fn name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Ok => "OK",
        Verdict::Informational => "INFORMATIONAL",
        Verdict::Unimplemented => "UNIMPLEMENTED",
        Verdict::NonStrict => "NON-STRICT",
        Verdict::Failed => "FAILED",
    }
}

/// A name as the page has it in its addresses: only what is unreserved stands for itself
/// (RFC 3986 §2.3).
fn percent_encoded(name: &str) -> String {
    let mut encoded = String::new();
    for byte in name.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded += &format!("%{byte:02X}"),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CaseResult, Results, Role};

    #[test]
    fn names_do_not_break_the_addresses_of_cases() {
        let results = Results::from([("1.1.1".to_owned(), CaseResult::missing(""))]);
        let report = Report::new("ws://a/% é", Role::Server, "", &[], results);
        let index = index(&[report]);
        assert_eq!(
            index["ws://a/% é server"]["1.1.1"]["reportfile"],
            "index.html#server/ws%3A%2F%2Fa%2F%25%20%C3%A9/1.1.1"
        );
    }
}
