//! The clients that have the standard's interface: Node's own, and a page in Chromium.
//!
//! Of compression they have no settings. Node decompresses only: what it sends is as it is.

use std::sync::Arc;

use sockeye_tests::{Browser, Programs, page_of};

use super::{Compresses, Peer, SEED, Serving, agreements, our_server_with};

#[tokio::test]
async fn node_client_with_our_server() {
    if let Some(programs) = Programs::node() {
        our_server_with(&programs, agreements(), Compresses::Never).await;
    }
}

#[tokio::test]
async fn page_with_our_server() {
    let Some(mut browser) = Browser::start().await else {
        return;
    };
    let agreements = agreements();
    let mut peer = Peer::new(
        "Chromium as client".to_owned(),
        &agreements,
        Compresses::BothWays,
    );
    for (seed, agreement) in (SEED..).zip(agreements) {
        let mut serving = Serving::start(Arc::new(agreement.extension)).await;
        let page = browser.open(&page_of(&serving.url)).await;
        browser.evaluate(&page, SCRIPT).await;
        let echo = format!("echo('{}')", serving.url);
        assert_eq!(browser.evaluate(&page, &echo).await, true);
        let ws = serving.connection().await;
        peer.exchange(ws, agreement.name, seed).await;
        browser.close(page).await;
    }
    peer.done();
    browser.quit().await;
}

const SCRIPT: &str = include_str!("../../../peers/web/compressed.js");
