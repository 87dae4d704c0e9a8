//! What a server answers to requests that open no WebSocket, byte by byte as a client sees it.
//!
//! Each is one whole response that ends the connection; what is pipelined behind the request is
//! never answered, because a proxy may have let it through as frames (RFC 9110 §7.8).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use http::StatusCode;
use sockeye::bytes::Bytes;
use sockeye::tokio::Server;
use sockeye::{Acceptance, OriginList, OriginPolicy, Refusal, Role};
use sockeye_tests::{RawPeer, WatchedServer, frame, request, within};

/// A request, the status that answers it, and the header fields that come with that.
struct Row {
    request: String,
    status: u16,
    fields: &'static [&'static str],
}

fn row(request: impl Into<String>, status: u16) -> Row {
    let fields: &[&str] = match status {
        405 => &["allow: GET"],
        426 => &["upgrade: websocket", "Connection: Upgrade"],
        _ => &[],
    };
    Row {
        request: request.into(),
        status,
        fields,
    }
}

/// The valid request with one thing changed.
fn changed(from: &str, to: &str) -> String {
    let valid = request("");
    let changed = valid.replacen(from, to, 1);
    assert_ne!(valid, changed, "{from:?} is not in a valid request");
    changed
}

fn rows() -> Vec<Row> {
    const KEY: &str = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    const VERSION: &str = "Sec-WebSocket-Version: 13\r\n";
    let wrong_version = Row {
        fields: &["upgrade: websocket", "sec-websocket-version: 13"],
        ..row(changed("Version: 13", "Version: 8"), 426)
    };
    let with = |fields: &str| request(fields);
    let long = |len| "a".repeat(len);
    vec![
        // Not GET, whether an upgrade is wanted or not.
        row(changed("GET", "POST"), 405),
        row(changed("GET", "HEAD"), 405),
        row("DELETE / HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        row("OPTIONS / HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        // No upgrade, or to something else: as tokens, not as parts of words.
        row("GET / HTTP/1.1\r\nHost: x\r\n\r\n", 426),
        row("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", 426),
        row(changed("Upgrade: websocket\r\n", ""), 426),
        row(changed("Upgrade: websocket", "Upgrade: websocketx"), 426),
        row(changed("Upgrade: websocket", "Upgrade: h2c"), 426),
        row(changed("Connection: Upgrade\r\n", ""), 426),
        row(
            changed("Connection: Upgrade", "Connection: keep-alive"),
            426,
        ),
        row(
            changed("Connection: Upgrade", "Connection: notupgrade"),
            426,
        ),
        wrong_version,
        row(changed("Version: 13", "Version: 99"), 426),
        // Keys, versions and hosts: one of each, and valid.
        row(changed(VERSION, ""), 400),
        row(with(VERSION), 400),
        row(changed(KEY, ""), 400),
        row(with(KEY), 400),
        row(changed("dGhlIHNhbXBsZSBub25jZQ==", "aGVsbG8="), 400),
        row(changed("dGhlIHNhbXBsZSBub25jZQ==", "not base64"), 400),
        row(
            changed("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZR=="),
            400,
        ),
        row(changed("Host: localhost\r\n", ""), 400),
        row(with("Host: other\r\n"), 400),
        row(changed("Host: localhost", "Host: a b"), 400),
        // No body, however it is announced.
        row(with("Content-Length: 5\r\n"), 400),
        row(with("Transfer-Encoding: chunked\r\n"), 400),
        row(
            with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
            400,
        ),
        // HTTP that others may read differently.
        row(changed("Host: localhost\r\n", "Host: localhost\n"), 400),
        row(changed("Host: localhost", "Host : localhost"), 400),
        row(with("X: a\r\n folded\r\n"), 400),
        row(changed("Host", " Host"), 400),
        row(with("X: \0\r\n"), 400),
        row(with("X\u{7f}: a\r\n"), 400),
        row("no HTTP at all\r\n\r\n", 400),
        row("\u{16}\u{3}\u{1}\r\n\r\n", 400),
        row(changed("GET /", "GET /#fragment"), 400),
        row(with("Sec-WebSocket-Protocol: a b\r\n"), 400),
        row(with("Sec-WebSocket-Protocol: a, a\r\n"), 400),
        row(with("Sec-WebSocket-Extensions: x; y=\"\r\n"), 400),
        row(changed("HTTP/1.1", "HTTP/1.0"), 505),
        row(changed("HTTP/1.1", "HTTP/2.0"), 505),
        // Limits.
        row(changed("GET /", &format!("GET /{}", long(9000))), 414),
        row(with(&format!("X: {}\r\n", long(17_000))), 431),
        row(with(&"X: a\r\n".repeat(96)), 431),
        // Pages of other origins: by default all but the server's own.
        row(with("Origin: http://evil.example\r\n"), 403),
        row(with("Origin: null\r\n"), 403),
        row(with("Origin: http://localhost.evil.example\r\n"), 403),
        row(with("Origin: http://evil.example/localhost\r\n"), 403),
        row(with("Origin: http://localhost:81\r\n"), 403),
        row(
            with("Origin: http://localhost\r\nOrigin: http://localhost\r\n"),
            403,
        ),
    ]
}

/// The same shape as [`rows`], all of them fine.
fn accepted() -> Vec<String> {
    vec![
        request(""),
        request(&"X: a\r\n".repeat(95)),
        request("Origin: http://localhost\r\n"),
        request("X: \u{e9}\r\n"),
        request("Content-Length: 0\r\n"),
        request("Sec-WebSocket-Protocol: a, b\r\n"),
        changed("Connection: Upgrade", "connection: keep-alive, UPGRADE"),
        changed(
            "Connection: Upgrade",
            "Connection: keep-alive\r\nConnection: upgrade",
        ),
        changed("Upgrade: websocket", "UPGRADE: WebSocket"),
        changed("GET /", "GET http://localhost/?a=%20"),
    ]
}

#[tokio::test]
async fn each_have_their_status_and_end_the_connection() {
    let server = WatchedServer::receiving(|server| server).await;
    stream::iter(rows())
        .for_each_concurrent(16, |row| check(&server, row))
        .await;
    for request in accepted() {
        let mut peer = RawPeer::connect(server.address).await;
        peer.send(request.as_bytes()).await;
        let head = peer.head().await;
        assert!(head.starts_with("HTTP/1.1 101 "), "{request}: {head}");
    }
}

#[tokio::test]
async fn do_not_change_because_a_hook_answers_plain_requests() {
    let n_calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&n_calls);
    let server = WatchedServer::receiving(|server| {
        server.http(move |request| {
            counter.fetch_add(1, Ordering::Relaxed);
            let page = format!("you asked for {}\n", request.uri());
            async { http::Response::new(Bytes::from(page)) }
        })
    })
    .await;
    let n_plain = rows().iter().filter(|row| row.is_plain()).count();
    stream::iter(rows())
        .for_each_concurrent(16, |row| {
            let status = if row.is_plain() { 200 } else { row.status };
            let fields = if row.is_plain() { &[] } else { row.fields };
            check(
                &server,
                Row {
                    status,
                    fields,
                    ..row
                },
            )
        })
        .await;
    // Once for each plain request; what was pipelined behind any request never reached it.
    assert_eq!(n_calls.load(Ordering::Relaxed), n_plain);
}

impl Row {
    /// Whether it asks for no upgrade, rather than for a wrong one.
    fn is_plain(&self) -> bool {
        self.status == 426 && !self.request.contains("Version: 8") && !self.request.contains("99")
    }
}

#[tokio::test]
async fn by_a_hook_or_a_policy_end_the_connection_likewise() {
    let origins = OriginList::new().allow("https://app.example");
    let origins = OriginPolicy::List(origins.expect("it is an origin"));
    let server = WatchedServer::receiving(|server| {
        server.origin(origins).accept_with(|request| {
            let is_known = request.request().headers().contains_key("cookie");
            std::future::ready(match is_known {
                true => Ok(Acceptance::new()),
                false => Err(Refusal::new(StatusCode::UNAUTHORIZED, "sign in first")
                    .header("www-authenticate", "Bearer")
                    .expect("it is a valid header")),
            })
        })
    })
    .await;
    let unauthorized = Row {
        request: request("Origin: https://app.example\r\n"),
        status: 401,
        fields: &["www-authenticate: Bearer"],
    };
    check(&server, unauthorized).await;
    // The policy decides before the hook is asked.
    check(&server, row(request("Origin: http://localhost\r\n"), 403)).await;
    RawPeer::open_with(server.address, "Cookie: a=b\r\n", &[]).await;
}

#[tokio::test]
async fn of_a_server_that_is_going_away_say_when_to_come_back() {
    let server = Server::bind("127.0.0.1:0")
        .await
        .expect("loopback can be bound");
    let address = server.local_addr().expect("a listener has an address");
    let handle = server.handle();
    let serving = tokio::spawn(server.serve(|_ws| async { Ok(()) }));
    let mut peer = RawPeer::connect(address).await;
    let valid = request("");
    let (begun, rest) = valid.as_bytes().split_at(20);
    peer.send(begun).await;
    within("the connection at the server", async {
        while handle.connections() == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let draining = tokio::spawn(async move { handle.drain(Duration::from_secs(20)).await });
    // Once it has stopped, nobody else is let in.
    within("the end of listening", async {
        while tokio::net::TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    peer.send(rest).await;
    verify(&mut peer, "going away", 503, &["retry-after: "]).await;
    drop(peer);
    let report = within("the end of draining", draining)
        .await
        .expect("no panic");
    assert_eq!(report.aborted, 0, "{report:?}");
    within("the end of serving", serving)
        .await
        .expect("no panic")
        .expect("it listened");
}

/// Sends the row's request with more behind it, and checks all that comes back.
async fn check(server: &WatchedServer, row: Row) {
    let pipelined = b"GET /internal HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let message = frame(Role::Client, 0x81, b"a frame");
    let mut peer = RawPeer::connect(server.address).await;
    let bytes = [row.request.as_bytes(), pipelined, &message].concat();
    peer.try_send(&bytes).await;
    verify(&mut peer, &row.request, row.status, row.fields).await;
}

/// One response with these fields, its exact length, and the orderly end.
async fn verify(peer: &mut RawPeer, what: &str, status: u16, fields: &[&str]) {
    let what = &what[..what.len().min(300)];
    let answer = peer.rest().await;
    let answer = answer.unwrap_or_else(|error| panic!("{what}: {error} instead of the end"));
    let answer = String::from_utf8(answer).expect("a response is text");
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .unwrap_or_else(|| panic!("{what}: no head in {answer:?}"));
    let mut lines = head.split("\r\n");
    let status_line = lines.next().unwrap_or_default();
    assert!(
        status_line.starts_with(&format!("HTTP/1.1 {status} ")),
        "{what}: {answer}"
    );
    let lines: Vec<_> = lines.collect();
    for field in fields.iter().chain(&["Connection: close"]) {
        let has_field = |line: &&&str| line.starts_with(field);
        assert_eq!(
            lines.iter().filter(has_field).count(),
            1,
            "{what}: {field} in {answer}"
        );
    }
    let lengths = lines
        .iter()
        .filter_map(|line| line.strip_prefix("Content-Length: "));
    let lengths: Vec<usize> = lengths
        .map(|length| length.parse().expect("a length is a number"))
        .collect();
    let [length] = lengths[..] else {
        panic!("{what}: not one length in {answer}");
    };
    // RFC 9110 §9.3.2: a response to HEAD has no content, and the length of one to GET.
    let expected = if what.starts_with("HEAD") { 0 } else { length };
    assert_eq!(body.len(), expected, "{what}: {answer}");
    assert!(length > 0, "{what}: a refusal says why");
}
