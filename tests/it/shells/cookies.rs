//! Cookies that servers set. Where each goes is tested in the driver.

use sockeye::CookieJar;
use sockeye_tests::{ClientCalls, ClientOptions, RawPeer, Shell, within};
use tokio::net::TcpListener;

/// Answers one request with `status` and `fields`; gives the `Cookie` headers that it had.
async fn answer(listener: &TcpListener, status: &str, fields: &str) -> Vec<String> {
    let mut peer = RawPeer::accept_silently(listener).await;
    let head = peer.head().await.to_lowercase();
    let answer = format!("HTTP/1.1 {status}\r\n{fields}Content-Length: 0\r\n\r\n");
    peer.send(answer.as_bytes()).await;
    let cookies = head
        .lines()
        .filter_map(|line| line.strip_prefix("cookie: "));
    cookies.map(ToOwned::to_owned).collect()
}

pub(super) async fn of_redirects_and_refusals_are_sent_back<S: Shell>() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let jar = CookieJar::new();
    let client = S::client()
        .redirects(1)
        .cookie_jar(jar.clone())
        .header("cookie", "own=0");
    let answering = async {
        let fields = "Set-Cookie: a=1\r\nLocation: /next\r\n";
        let first = answer(&listener, "302 Found", fields).await;
        let fields = "Set-Cookie: b=2; Path=/\r\nSet-Cookie: c=3; Path=/other\r\n";
        (first, answer(&listener, "403 Forbidden", fields).await)
    };
    let connecting = within("a refusal", client.connect(&url));
    let (result, (first, second)) = tokio::join!(connecting, answering);
    assert_eq!(
        result.map(drop).unwrap_err().response().unwrap().status(),
        403
    );
    assert_eq!(first, ["own=0"]);
    assert_eq!(second, ["own=0; a=1"]);

    // Another client with the same jar, and one without.
    for (client, expected) in [
        (S::client().cookie_jar(jar), vec!["a=1; b=2"]),
        (S::client(), vec![]),
    ] {
        let connecting = within("a refusal", client.connect(&url));
        let answering = answer(&listener, "403 Forbidden", "");
        let (_, cookies) = tokio::join!(connecting, answering);
        assert_eq!(cookies, expected);
    }
}
