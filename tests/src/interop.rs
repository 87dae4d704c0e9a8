//! Plays every scenario between a server and a client, and compares what both report.

use std::fmt::Write;

use serde_json::Value;

use crate::{Scenario, ScenarioServer};

/// What a foreign implementation cannot do or cannot see, so that nobody expects it.
///
/// Everything not named here is expected.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gaps {
    /// Scenarios it cannot play.
    pub scenarios: &'static [Scenario],
    /// Fields it cannot report.
    pub fields: &'static [&'static str],
}

/// Plays all scenarios but `gaps`, one after the other, between `server` and `client`.
///
/// `client` is given the scenario and the address, and returns the client's report.
///
/// # Panics
///
/// If an endpoint reports something else than [`Scenario::client_reports`] and
/// [`Scenario::server_reports`] say; the message has all scenarios that went wrong.
pub async fn play_all(
    mut server: ScenarioServer,
    gaps: Gaps,
    client: impl AsyncFn(Scenario, String) -> Value,
) {
    let mut faults = String::new();
    for scenario in Scenario::ALL {
        if gaps.scenarios.contains(&scenario) {
            continue;
        }
        let seen = client(scenario, server.url(scenario)).await;
        compare(
            scenario,
            "client",
            &scenario.client_reports(),
            &seen,
            gaps,
            &mut faults,
        );
        if let Some(expected) = scenario.server_reports() {
            let seen = server.report().await;
            compare(scenario, "server", &expected, &seen, gaps, &mut faults);
        }
    }
    assert!(
        faults.is_empty(),
        "the endpoints disagree with the scenarios:\n{faults}"
    );
}

fn compare(
    scenario: Scenario,
    side: &str,
    expected: &Value,
    seen: &Value,
    gaps: Gaps,
    faults: &mut String,
) {
    let fields = expected.as_object().expect("the expectations are objects");
    for (field, expected) in fields
        .iter()
        .filter(|(name, _)| !gaps.fields.contains(&name.as_str()))
    {
        if seen.get(field) != Some(expected) {
            let _ = writeln!(
                faults,
                "  {scenario}: the {side} should see {field} = {expected}, but saw {seen}"
            );
        }
    }
}
