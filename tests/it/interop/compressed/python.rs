//! Python's `websockets`, on asyncio.

use sockeye_tests::Programs;

use super::{Compresses, agreements, our_client_with, our_server_with};

#[tokio::test]
async fn python_client_with_our_server() {
    if let Some(programs) = Programs::python() {
        our_server_with(&programs, agreements(), Compresses::BothWays).await;
    }
}

#[tokio::test]
async fn our_client_with_python_server() {
    if let Some(programs) = Programs::python() {
        our_client_with(&programs, agreements()).await;
    }
}
