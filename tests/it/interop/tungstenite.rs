//! tokio-tungstenite. It sends no Close frame when it refuses a message, so it cannot say 1009.

use sockeye_tests::{
    Gaps, Scenario, play_all, sockeye_client, sockeye_server, tungstenite_client,
    tungstenite_server,
};

#[tokio::test]
async fn tungstenite_client_with_our_server() {
    let gaps = Gaps {
        scenarios: &[Scenario::TooBigForClient],
        fields: &[],
    };
    play_all(sockeye_server().await, gaps, tungstenite_client).await;
}

#[tokio::test]
async fn our_client_with_tungstenite_server() {
    let gaps = Gaps {
        scenarios: &[Scenario::TooBigForServer],
        fields: &[],
    };
    play_all(tungstenite_server().await, gaps, sockeye_client).await;
}
