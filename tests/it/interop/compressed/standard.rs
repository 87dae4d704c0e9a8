//! The clients that have the standard's interface: Node's own, and a page in Chromium.
//!
//! Of compression they have no settings. Node decompresses only: what it sends is as it is.

use std::sync::Arc;

use sockeye_tests::{Browser, Programs, page_of};

use super::{SEED, Serving, agreements, check, exchange_by, n_messages};

#[tokio::test]
async fn node_client_with_our_server() {
    let Some(programs) = Programs::node() else {
        return;
    };
    let agreements = agreements();
    let n_messages = n_messages() / agreements.len();
    for (seed, agreement) in (SEED..).zip(agreements) {
        let mut serving = Serving::start(Arc::new(agreement.extension)).await;
        let program = programs.compressed_client(seed, &serving.url, None);
        let ws = serving.connection().await;
        let what = format!("our server, {programs}, {}", agreement.name);
        let exchanged = exchange_by(ws, what, seed, n_messages).await;
        assert!(exchanged.we_compress(), "{exchanged}");
        program.ended().await;
    }
}

#[tokio::test]
async fn page_with_our_server() {
    let Some(mut browser) = Browser::start().await else {
        return;
    };
    let agreements = agreements();
    let n_messages = n_messages() / agreements.len();
    for (seed, agreement) in (SEED..).zip(agreements) {
        let mut serving = Serving::start(Arc::new(agreement.extension)).await;
        let page = browser.open(&page_of(&serving.url)).await;
        browser.evaluate(&page, SCRIPT).await;
        let echo = format!("echo('{}')", serving.url);
        assert_eq!(browser.evaluate(&page, &echo).await, true);
        let ws = serving.connection().await;
        let what = format!("our server, Chromium, {}", agreement.name);
        check(exchange_by(ws, what, seed, n_messages).await);
        browser.close(page).await;
    }
    browser.quit().await;
}

const SCRIPT: &str = include_str!("../../../peers/web/compressed.js");
