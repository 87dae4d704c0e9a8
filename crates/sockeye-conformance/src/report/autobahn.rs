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
                    "reportfile": format!("index.html#{}/{}/{id}", report.role, report.name),
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
