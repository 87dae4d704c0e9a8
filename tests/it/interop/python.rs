//! Python's `websockets`, on asyncio.

use sockeye_tests::{Gaps, Programs, play_all, sockeye_client, sockeye_server};

#[tokio::test]
async fn python_client_with_our_server() {
    let Some(programs) = Programs::python() else {
        return;
    };
    let client = async |scenario, url| programs.client(scenario, url).await;
    play_all(sockeye_server().await, Gaps::default(), client).await;
}

#[tokio::test]
async fn our_client_with_python_server() {
    let Some(programs) = Programs::python() else {
        return;
    };
    play_all(programs.serve().await, Gaps::default(), sockeye_client).await;
}
