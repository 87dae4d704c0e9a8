//! What clients and servers are told reaches the driver: one look at each option.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use sockeye::CookieJar;
use sockeye::blocking::Client;
use sockeye::driver::{ClientAddr, TrustedPeers};
use sockeye::{Error, ErrorKind, HeadLimits, OriginPolicy, PermessageDeflate, Role, Stage};
use sockeye_tests::{RawPeer, frame, request, within};
use tokio::net::TcpListener;

use super::{Serving, bind, echo, in_thread, result_of};

/// The head of the request that `client` sends to `url`, which is refused.
async fn head_of(client: Client, url: &str, listener: &TcpListener) -> String {
    let url = url.to_owned();
    let connecting = in_thread(move || client.connect(url).map(drop));
    let mut peer = RawPeer::accept_silently(listener).await;
    let head = peer.head().await;
    peer.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        .await;
    let error = result_of("a refusal", connecting).await.unwrap_err();
    assert_eq!(
        error.response().map(|response| response.status().as_u16()),
        Some(404)
    );
    head
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

#[tokio::test]
async fn clients_send_what_they_are_told() {
    let (listener, address) = listen().await;
    let url = format!("ws://{address}/");
    let client = Client::new()
        .header("x-name", "value")
        .subprotocol("chat")
        .extension(Arc::new(PermessageDeflate::default()));
    let head = head_of(client.clone().basic_auth("rosa", "secret"), &url, &listener).await;
    assert!(head.contains("\r\nx-name: value\r\n"), "{head}");
    let head = head.to_lowercase();
    assert!(
        head.contains("\r\nsec-websocket-protocol: chat\r\n"),
        "{head}"
    );
    assert!(
        head.contains("\r\nsec-websocket-extensions: permessage-deflate"),
        "{head}"
    );
    // RFC 7617 §2: "rosa:secret".
    assert!(
        head.contains("\r\nauthorization: basic cm9zytpzzwnyzxq="),
        "{head}"
    );
    let head = head_of(client.bearer_auth("token"), &url, &listener).await;
    assert!(
        head.to_lowercase()
            .contains("\r\nauthorization: bearer token\r\n"),
        "{head}"
    );
}

#[tokio::test]
async fn clients_go_where_they_are_told() {
    let (listener, address) = listen().await;
    let client = Client::new().connect_to([address]);
    let head = head_of(client, "ws://chat.example:8080/room", &listener).await;
    assert!(
        head.to_lowercase()
            .contains("\r\nhost: chat.example:8080\r\n"),
        "{head}"
    );

    // Through a proxy, which does not let them through, to a server that is named by them.
    let proxied = Client::new().proxy(format!("http://{address}"));
    let connecting = in_thread(move || proxied.connect("ws://chat.example/").map(drop));
    let mut proxy = RawPeer::accept_silently(&listener).await;
    let head = proxy.head().await;
    assert!(head.starts_with("CONNECT chat.example:80 "), "{head}");
    proxy.send(b"HTTP/1.1 403 Forbidden\r\n\r\n").await;
    let error = result_of("a refusal", connecting).await.unwrap_err();
    assert_eq!(error.stage(), Some(Stage::Proxy), "{error:?}");

    // Other systems have only one address for the loopback.
    if cfg!(target_os = "linux") {
        let client = Client::new().bind_address([127, 0, 0, 2]);
        let url = format!("ws://{address}/");
        let connecting = in_thread(move || client.connect(url).map(drop));
        let (tcp, from) = within("a client", listener.accept()).await.unwrap();
        assert_eq!(from.ip().to_string(), "127.0.0.2");
        drop(tcp);
        assert!(result_of("the end", connecting).await.is_err());
    }
}

#[tokio::test]
async fn clients_follow_redirects_and_keep_cookies_when_told_to() {
    let (listener, address) = listen().await;
    let url = format!("ws://{address}/old");
    let client = Client::new()
        .no_proxy()
        .redirects(1)
        .cookie_jar(CookieJar::new());
    let connecting = in_thread(move || client.connect(url).map(drop));
    let mut peer = RawPeer::accept_silently(&listener).await;
    peer.head().await;
    peer.send(
        b"HTTP/1.1 302 Found\r\nLocation: /new\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n",
    )
    .await;
    let mut peer = RawPeer::accept_silently(&listener).await;
    let head = peer.head().await;
    assert!(head.starts_with("GET /new "), "{head}");
    assert!(
        head.to_lowercase().contains("\r\ncookie: a=b\r\n"),
        "{head}"
    );
    drop(peer);
    assert!(result_of("the end", connecting).await.is_err());
}

#[tokio::test]
async fn clients_keep_their_limits() {
    let (listener, address) = listen().await;
    let url = format!("ws://{address}/");
    let limits = HeadLimits {
        max_head_bytes: 100,
        ..HeadLimits::default()
    };
    let client = Client::new().head_limits(limits);
    let connecting = in_thread(move || client.connect(url).map(drop));
    let mut peer = RawPeer::accept_silently(&listener).await;
    peer.head().await;
    let long = format!("HTTP/1.1 404 Not Found\r\nX: {}\r\n\r\n", "x".repeat(100));
    peer.send(long.as_bytes()).await;
    let error = result_of("an error", connecting).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Handshake);
    assert!(error.response().is_none(), "{error:?}");

    // A resolver that waits until the time is over.
    let (wake, sleep) = std::sync::mpsc::channel::<()>();
    let sleep = std::sync::Mutex::new(sleep);
    let client = Client::new()
        .connect_timeout(Duration::from_millis(50))
        .resolver(move |_host, _port| {
            let _ = sleep.lock().unwrap().recv();
            Ok(Vec::new())
        });
    let connecting = in_thread(move || client.connect("ws://chat.example/").map(drop));
    let error = result_of("the end of patience", connecting)
        .await
        .unwrap_err();
    drop(wake);
    assert_eq!(error.stage(), Some(Stage::Resolve), "{error:?}");
    assert!(error.is_timeout(), "{error:?}");
}

#[tokio::test]
async fn errors_are_those_of_the_other_shells() {
    let errors = in_thread(|| {
        [
            "wss://localhost/",
            // RFC 1035 §2.3.4: a label has no more than 63 bytes.
            &format!("ws://{}/", "n".repeat(64)),
        ]
        .map(|url| sockeye::blocking::connect(url).map(drop).unwrap_err())
    });
    let [wss, name] = result_of("two errors", errors).await;
    assert_eq!(wss.stage(), Some(Stage::Tls), "{wss:?}");
    assert_eq!(name.stage(), Some(Stage::Resolve), "{name:?}");
    let invalid = in_thread(|| {
        let client = Client::new().header("bad name", "value");
        client.connect("ws://127.0.0.1:1/").map(drop).unwrap_err()
    });
    let invalid = result_of("an error", invalid).await;
    assert_eq!(invalid.kind(), ErrorKind::Handshake, "{invalid:?}");
}

/// What a server answers to `request`, until it closes.
async fn answer(server: &Serving, request: &str) -> String {
    let mut peer = RawPeer::connect(server.address).await;
    peer.send(request.as_bytes()).await;
    let answer = within("the end of an answer", peer.rest()).await.unwrap();
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn servers_refuse_whom_they_are_told_to() {
    let limits = HeadLimits {
        max_head_bytes: 300,
        ..HeadLimits::default()
    };
    let server = bind()
        .head_limits(limits)
        .handshake_timeout(Duration::from_millis(100));
    let server = Serving::echoing(server);
    let foreign = request("Origin: http://evil.example\r\n");
    let refused = answer(&server, &foreign).await;
    assert!(refused.starts_with("HTTP/1.1 403 "), "{refused}");
    let long = request(&format!("X: {}\r\n", "x".repeat(300)));
    let refused = answer(&server, &long).await;
    assert!(refused.starts_with("HTTP/1.1 431 "), "{refused}");
    let refused = answer(&server, "GET / HTTP/1.1\r\nHost: loc").await;
    assert!(refused.starts_with("HTTP/1.1 408 "), "{refused}");

    let server = Serving::echoing(bind().origin(OriginPolicy::Any));
    let mut peer = RawPeer::connect(server.address).await;
    peer.send(foreign.as_bytes()).await;
    assert!(peer.head().await.starts_with("HTTP/1.1 101 "));
}

#[tokio::test]
async fn servers_agree_on_what_they_are_told_to() {
    let server = bind()
        .select_subprotocol(|offered| offered.last().cloned())
        .extension(Arc::new(PermessageDeflate::default()));
    let server = Serving::echoing(server);
    let mut peer = RawPeer::connect(server.address).await;
    let fields = "Sec-WebSocket-Protocol: a, b\r\nSec-WebSocket-Extensions: permessage-deflate\r\n";
    peer.send(request(fields).as_bytes()).await;
    let head = peer.head().await.to_lowercase();
    assert!(head.contains("\r\nsec-websocket-protocol: b\r\n"), "{head}");
    assert!(
        head.contains("\r\nsec-websocket-extensions: permessage-deflate"),
        "{head}"
    );
}

#[tokio::test]
async fn servers_believe_whom_they_are_told_to() {
    let trusted = || TrustedPeers::new(["127.0.0.1"]).unwrap();
    for (server, bytes) in [
        (
            bind().proxy_protocol(trusted()),
            format!(
                "PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n{}",
                request("")
            ),
        ),
        (
            bind().forwarded_for(trusted()),
            request("X-Forwarded-For: 192.0.2.1\r\n"),
        ),
    ] {
        let address = server.local_addr().unwrap();
        let _serving = in_thread(move || {
            server.serve_requests(|mut ws, request| {
                let client = request.extensions().get::<ClientAddr>();
                ws.send(client.map_or_else(String::new, |client| client.ip.to_string()))?;
                echo(ws)
            })
        });
        let mut peer = RawPeer::connect(address).await;
        peer.send(bytes.as_bytes()).await;
        assert!(peer.head().await.starts_with("HTTP/1.1 101 "));
        assert_eq!(peer.frame().await.payload, b"192.0.2.1");
        peer.send(&frame(Role::Client, 0x81, b"echo")).await;
        assert_eq!(peer.frame().await.payload, b"echo");
    }
}

/// That nobody answers is not for ever, and nothing is left of it.
#[tokio::test]
async fn a_handshake_that_is_not_answered_is_given_up() {
    let (listener, address) = listen().await;
    let client = Client::new().handshake_timeout(Duration::from_millis(50));
    let url = format!("ws://{address}/");
    let connecting = in_thread(move || client.connect(url).map(drop));
    let mut peer = RawPeer::accept_silently(&listener).await;
    let result = result_of("the end of patience", connecting).await;
    assert!(matches!(result, Err(Error::HandshakeTimeout)), "{result:?}");
    peer.head().await;
    assert!(peer.rest().await.unwrap_or_default().is_empty());
}
