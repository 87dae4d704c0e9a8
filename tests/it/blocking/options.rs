//! What clients and servers are told reaches the driver: the options that the list in `shells` has
//! no use for.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use sockeye::blocking::Client;
use sockeye::{ErrorKind, HeadLimits, PermessageDeflate, Stage};
use sockeye_tests::{RawPeer, request};
use tokio::net::TcpListener;

use super::{Serving, bind, in_thread, result_of};

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
async fn servers_keep_their_limits() {
    let limits = HeadLimits {
        max_head_bytes: 300,
        ..HeadLimits::default()
    };
    let server = Serving::echoing(bind().head_limits(limits));
    let mut peer = RawPeer::connect(server.address).await;
    let long = request(&format!("X: {}\r\n", "x".repeat(300)));
    peer.send(long.as_bytes()).await;
    let head = peer.head().await;
    assert!(head.starts_with("HTTP/1.1 431 "), "{head}");
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
