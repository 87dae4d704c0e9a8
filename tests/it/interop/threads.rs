//! Our two ends on threads, with each other, with ours on tokio, and with foreign ones.

use sockeye_tests::{
    Gaps, Programs, Scenario, blocking_client, blocking_server, play_all, sockeye_client,
    sockeye_server, tungstenite_client, tungstenite_server,
};

#[tokio::test]
async fn threads_with_threads() {
    play_all(blocking_server(), Gaps::default(), blocking_client).await;
}

#[tokio::test]
async fn our_client_with_threads() {
    play_all(blocking_server(), Gaps::default(), sockeye_client).await;
}

#[tokio::test]
async fn threads_with_our_server() {
    play_all(sockeye_server().await, Gaps::default(), blocking_client).await;
}

#[tokio::test]
async fn python_client_with_threads() {
    let Some(programs) = Programs::python() else {
        return;
    };
    let client = async |scenario, url| programs.client(scenario, url).await;
    play_all(blocking_server(), Gaps::default(), client).await;
}

#[tokio::test]
async fn threads_with_python_server() {
    let Some(programs) = Programs::python() else {
        return;
    };
    play_all(programs.serve().await, Gaps::default(), blocking_client).await;
}

#[tokio::test]
async fn ws_client_with_threads() {
    let Some(programs) = Programs::ws() else {
        return;
    };
    let client = async |scenario, url| programs.client(scenario, url).await;
    play_all(blocking_server(), Gaps::default(), client).await;
}

#[tokio::test]
async fn threads_with_ws_server() {
    let Some(programs) = Programs::ws() else {
        return;
    };
    play_all(programs.serve().await, Gaps::default(), blocking_client).await;
}

/// It sends no Close frame when it refuses a message, so it cannot say 1009.
#[tokio::test]
async fn tungstenite_client_with_threads() {
    let gaps = Gaps {
        scenarios: &[Scenario::TooBigForClient],
        fields: &[],
    };
    play_all(blocking_server(), gaps, tungstenite_client).await;
}

#[tokio::test]
async fn threads_with_tungstenite_server() {
    let gaps = Gaps {
        scenarios: &[Scenario::TooBigForServer],
        fields: &[],
    };
    play_all(tungstenite_server().await, gaps, blocking_client).await;
}
