//! npm's `ws`.

use sockeye_tests::Programs;

use super::{Compresses, agreements, our_client_with, our_server_with};

#[tokio::test]
async fn ws_client_with_our_server() {
    if let Some(programs) = Programs::ws() {
        our_server_with(&programs, agreements(), Compresses::BothWays).await;
    }
}

#[tokio::test]
async fn our_client_with_ws_server() {
    if let Some(programs) = Programs::ws() {
        our_client_with(&programs, agreements()).await;
    }
}
