//! Opening handshakes, as the two ends see them.

use std::time::Duration;

use http::StatusCode;
use sockeye::{Acceptance, Bytes, ClientRequest, Error, OriginPolicy, Refusal, WsUri};
use sockeye_tests::{
    ClientCalls, ClientOptions, RawPeer, RunningServer, ServerCalls, ServerOptions, Shell,
    WebSocketCalls, bind, echo, request, spawn, within,
};

/// Opens a WebSocket with the defaults, one of which is that it must not take long.
pub(super) async fn connect<S: Shell>(url: &str) -> Result<S::WebSocket, Error> {
    let (ws, _response) = S::client().connect(url).await?;
    Ok(ws)
}

pub(super) async fn check_echo(ws: &mut impl WebSocketCalls, text: &str) {
    ws.send(text).await.expect("it is open");
    let echo = within("an echo", ws.recv()).await.expect("it is open");
    assert_eq!(echo, Some(text.into()));
}

pub(super) async fn plain_serve_gives_the_websocket_alone<S: Shell>() {
    let server = bind::<S>().await;
    let url = S::url(server.local_addr().unwrap(), "");
    let _serving = spawn::<S, _>(server.serve(echo));
    check_echo(&mut connect::<S>(&url).await.unwrap(), "hello").await;
}

pub(super) async fn handler_sees_the_request<S: Shell>() {
    let server = RunningServer::<S>::start(bind::<S>().await, |mut ws, request| async move {
        ws.send(request.uri().to_string()).await?;
        Ok(())
    });
    let mut ws = connect::<S>(&server.url("room/7?name=x")).await.unwrap();
    let uri = within("the URI", ws.recv()).await.unwrap();
    assert_eq!(uri, Some("/room/7?name=x".into()));
}

fn from_origin<S: Shell>(server: &RunningServer<S>, origin: &str) -> ClientRequest {
    let request = ClientRequest::new(WsUri::parse(&server.url("")).unwrap());
    request.origin(origin).unwrap()
}

pub(super) async fn pages_of_other_origins_are_refused<S: Shell>() {
    let server = RunningServer::<S>::echoing(bind::<S>().await);
    let client = S::client();
    let other = from_origin(&server, "http://evil.example");
    let refused = client.connect(other).await.unwrap_err();
    assert_eq!(refused.response().expect("a refusal").status(), 403);
    // A server with TLS knows the scheme of its pages; one without may be behind a proxy.
    let http = from_origin(&server, &format!("http://{}", server.address));
    let https = from_origin(&server, &format!("https://{}", server.address));
    let expected = if S::IS_SECURE { 403 } else { 101 };
    let status = match client.connect(http).await {
        Ok((_, response)) => response.status(),
        Err(error) => error.response().expect("a refusal").status(),
    };
    assert_eq!(status, expected);
    let (mut ws, _) = client.connect(https).await.unwrap();
    check_echo(&mut ws, "same origin").await;
}

pub(super) async fn origin_policy_is_the_servers_choice<S: Shell>() {
    let server = RunningServer::<S>::echoing(bind::<S>().await.origin(OriginPolicy::Any));
    let request = from_origin(&server, "http://other.example");
    let (mut ws, _) = S::client().connect(request).await.unwrap();
    check_echo(&mut ws, "any origin").await;
}

pub(super) async fn server_chooses_the_subprotocol_it_likes_best<S: Shell>() {
    let server = RunningServer::<S>::echoing(bind::<S>().await.subprotocols(["v2", "v1"]));
    let client = ["v1", "v2", "v3"]
        .into_iter()
        .fold(S::client(), S::Client::subprotocol);
    let (ws, response) = client.connect(server.url("")).await.unwrap();
    assert_eq!(ws.subprotocol(), Some("v2"));
    assert_eq!(response.headers()["sec-websocket-protocol"], "v2");
}

pub(super) async fn plain_http_is_answered_by_the_hook<S: Shell>() {
    let server = bind::<S>().await.http(|request| async move {
        tokio::task::yield_now().await;
        http::Response::new(Bytes::from(format!("you asked for {}", request.uri())))
    });
    let server = RunningServer::<S>::echoing(server);
    let request = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let answer = server.exchange(request).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    let head = head.to_lowercase();
    assert!(head.contains("connection: close"), "{head}");
    let length = format!("content-length: {}", body.len());
    assert!(head.contains(&length), "{head}");
    assert_eq!(body, "you asked for /health");
    let mut ws = connect::<S>(&server.url("")).await.unwrap();
    check_echo(&mut ws, "websockets go on").await;
}

pub(super) async fn plain_http_without_a_hook_gets_426<S: Shell>() {
    let server = RunningServer::<S>::echoing(bind::<S>().await);
    let request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let answer = server.exchange(request).await;
    assert!(answer.starts_with("HTTP/1.1 426 "), "{answer}");
}

pub(super) async fn accept_hook_looks_before_it_accepts<S: Shell>() {
    let server = bind::<S>().await.accept_with(|request| {
        let user = request.request().headers().get("x-user").cloned();
        async move {
            tokio::task::yield_now().await;
            let Some(user) = user else {
                return Err(Refusal::new(StatusCode::UNAUTHORIZED, "who are you?"));
            };
            let user = user.to_str().unwrap_or_default();
            Ok(Acceptance::new().header("x-hello", user).unwrap())
        }
    });
    let server = RunningServer::<S>::echoing(server);
    let error = connect::<S>(&server.url("")).await.unwrap_err();
    let refusal = error.response().unwrap();
    assert_eq!(refusal.status(), 401);
    assert_eq!(refusal.body(), "who are you?\n");

    let client = S::client().header("x-user", "rosa");
    let (mut ws, response) = client.connect(server.url("")).await.unwrap();
    assert_eq!(response.headers()["x-hello"], "rosa");
    check_echo(&mut ws, "come in").await;
}

pub(super) async fn slow_handshake_is_answered_with_408<S: Shell>() {
    let server = bind::<S>().await;
    let server = RunningServer::<S>::echoing(server.handshake_timeout(Duration::from_millis(50)));
    let answer = server.exchange("GET / HTTP/1.1\r\nHost: loc").await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

pub(super) async fn a_request_a_byte_at_a_time_is_taken<S: Shell>() {
    let server = RunningServer::<S>::echoing(bind::<S>().await);
    let mut peer = RawPeer::connect(&server).await;
    for byte in request("").as_bytes() {
        peer.send(&[*byte]).await;
        // Others have a turn, so that bytes arrive alone.
        tokio::task::yield_now().await;
    }
    let head = peer.head().await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
}
