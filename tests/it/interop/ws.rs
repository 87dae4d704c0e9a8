//! npm's `ws`.

use sockeye_tests::{Gaps, Programs, play_all, sockeye_client, sockeye_server};

#[tokio::test]
async fn ws_client_with_our_server() {
    let Some(programs) = Programs::ws() else {
        return;
    };
    let client = async |scenario, url| programs.client(scenario, url).await;
    play_all(sockeye_server().await, Gaps::default(), client).await;
}

#[tokio::test]
async fn our_client_with_ws_server() {
    let Some(programs) = Programs::ws() else {
        return;
    };
    play_all(programs.serve().await, Gaps::default(), sockeye_client).await;
}
