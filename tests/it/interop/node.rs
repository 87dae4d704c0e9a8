//! The WebSocket client that Node has built in: the standard's interface, plus request headers.

use sockeye_tests::{Gaps, Programs, Scenario, play_all, sockeye_server};

/// What the standard's interface cannot do or does not show.
pub(super) const GAPS: Gaps = Gaps {
    scenarios: &[
        Scenario::FragmentsFromClient,
        Scenario::PingFromClient,
        Scenario::TooBigForClient,
    ],
    // Of the response it shows neither the headers nor the status.
    fields: &["answer", "status"],
};

#[tokio::test]
async fn node_client_with_our_server() {
    let Some(programs) = Programs::node() else {
        return;
    };
    let client = async |scenario, url| programs.client(scenario, url).await;
    play_all(sockeye_server().await, GAPS, client).await;
}
