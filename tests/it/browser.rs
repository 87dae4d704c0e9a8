//! Chromium with our server, driven through DevTools by our client.

use sockeye::tokio::Server;
use sockeye::{OriginList, OriginPolicy, ServerTls};
use sockeye_tests::{
    Authority, Browser, Gaps, Scenario, page_of, play_all, secure_sockeye_server, sockeye_server,
};
use tokio::sync::Mutex;

/// What the interface for pages cannot do or does not show.
const GAPS: Gaps = Gaps {
    scenarios: &[
        Scenario::FragmentsFromClient,
        Scenario::PingFromClient,
        Scenario::Headers,
        Scenario::TooBigForClient,
    ],
    fields: &["status"],
};

#[tokio::test]
async fn page_plays_the_scenarios() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let browser = Mutex::new(browser);
    let client = async |scenario, url: String| browser.lock().await.client(scenario, &url).await;
    play_all(sockeye_server().await, GAPS, client).await;
    browser.into_inner().quit().await;
}

/// The page has TLS as well, and its origin is that of the server.
#[tokio::test]
async fn page_plays_the_scenarios_with_tls() {
    let authority = Authority::new();
    let Some(browser) = Browser::trusting(&authority).await else {
        return;
    };
    let certificate = authority.issue("127.0.0.1");
    let tls = ServerTls::from_pem_files(certificate.chain, certificate.key);
    let server = secure_sockeye_server(tls.expect("files just written")).await;
    let browser = Mutex::new(browser);
    let client = async |scenario, url: String| browser.lock().await.client(scenario, &url).await;
    play_all(server, GAPS, client).await;
    browser.into_inner().quit().await;
}

#[tokio::test]
async fn page_of_another_origin_is_refused_unless_listed() {
    let Some(mut browser) = Browser::start().await else {
        return;
    };
    let here = sockeye_server().await;
    let here = page_of(&here.url(Scenario::Echo));
    let page = browser.open(&here).await;

    // A page is told no more than this of a refusal (WHATWG WebSockets §"feedback").
    let seen = browser
        .evaluate(&page, &connect(&server_with(OriginPolicy::Same).await))
        .await;
    assert_eq!(seen, "error, close 1006");

    let origin = here.trim_end_matches('/');
    let listed = OriginPolicy::List(OriginList::new().allow(origin).expect("it is an origin"));
    let seen = browser
        .evaluate(&page, &connect(&server_with(listed).await))
        .await;
    assert_eq!(seen, "open");
    browser.quit().await;
}

#[tokio::test]
async fn leaving_the_page_closes_with_1001() {
    let Some(mut browser) = Browser::start().await else {
        return;
    };
    let mut server = sockeye_server().await;
    let url = server.url(Scenario::Echo);
    let page = browser.open(&page_of(&url)).await;
    assert_eq!(browser.evaluate(&page, &connect(&url)).await, "open");

    browser.navigate(&page, "about:blank").await;
    let report = server.report().await;
    assert_eq!(report["code"], 1001, "{report}");
    browser.quit().await;
}

#[tokio::test]
async fn devtools_message_above_our_default_limit_arrives_when_configured() {
    let Some(mut browser) = Browser::start().await else {
        return;
    };
    let page = browser.open("about:blank").await;
    let six_mebibytes = browser.evaluate(&page, "'sockeye!'.repeat(6 << 17)").await;
    assert!(six_mebibytes == "sockeye!".repeat(6 << 17));
    browser.quit().await;
}

/// A script that connects, keeps the socket, and says how that went.
fn connect(url: &str) -> String {
    format!(
        "new Promise((resolve) => {{
           const seen = [];
           globalThis.socket = new WebSocket('{url}');
           socket.onopen = () => resolve('open');
           socket.onerror = () => seen.push('error');
           socket.onclose = ({{ code }}) => resolve([...seen, `close ${{code}}`].join(', '));
         }})"
    )
}

/// The address of a server of ours that lets pages in by `policy`.
async fn server_with(policy: OriginPolicy) -> String {
    let server = Server::bind("127.0.0.1:0")
        .await
        .expect("loopback can be bound")
        .origin(policy);
    let url = format!(
        "ws://{}/",
        server.local_addr().expect("a listener has an address")
    );
    tokio::spawn(server.serve(|mut ws| async move {
        while ws.recv().await?.is_some() {}
        Ok(())
    }));
    url
}
