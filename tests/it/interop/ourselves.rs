//! Our two ends with each other: the reference when a foreign one disagrees.

use sockeye_tests::{Gaps, play_all, sockeye_client, sockeye_server};

#[tokio::test]
async fn our_client_with_our_server() {
    play_all(sockeye_server().await, Gaps::default(), sockeye_client).await;
}
