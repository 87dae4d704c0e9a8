//! A server on a loopback port, seen through clients.

use std::fmt;
use std::future::{Future, pending};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use sockeye_driver::{DrainReport, Error, HandlerError};
use sockeye_frame::CloseCode;
use sockeye_handshake::{Acceptance, ClientRequest, OriginPolicy, Refusal, WsUri};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::*;
use crate::{Client, Stream, WebSocket, connect};

const PATIENCE: Duration = Duration::from_secs(10);

/// A server that runs in the background of one test.
struct Running {
    address: SocketAddr,
    handle: ServerHandle,
    serving: JoinHandle<io::Result<()>>,
}

impl Running {
    fn url(&self) -> String {
        format!("ws://{}/", self.address)
    }

    /// What the server answers to `request`, until it closes.
    async fn exchange(&self, request: &str) -> String {
        let mut tcp = TcpStream::connect(self.address).await.unwrap();
        tcp.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        within(tcp.read_to_string(&mut answer)).await.unwrap();
        answer
    }
}

async fn bind() -> Server {
    Server::bind("127.0.0.1:0").await.unwrap()
}

fn run<H, F>(server: Server, handler: H) -> Running
where
    H: Fn(WebSocket<Stream>, http::Request<()>) -> F + Send + Sync + 'static,
    F: Future<Output = Result<(), HandlerError>> + Send + 'static,
{
    let (address, handle) = (server.local_addr().unwrap(), server.handle());
    Running {
        address,
        handle,
        serving: tokio::spawn(server.serve_requests(handler)),
    }
}

fn run_echo(server: Server) -> Running {
    run(server, |ws, _request| echo(ws))
}

async fn echo(mut ws: WebSocket<Stream>) -> Result<(), HandlerError> {
    while let Some(message) = ws.recv().await? {
        ws.send(message).await?;
    }
    Ok(())
}

/// Fails the test if `future` takes too long.
#[track_caller]
fn within<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let caller = std::panic::Location::caller();
    async move {
        match timeout(PATIENCE, future).await {
            Ok(output) => output,
            Err(_) => panic!("too slow: {caller}"),
        }
    }
}

async fn check_echo(ws: &mut WebSocket<Stream>, text: &str) {
    ws.send(text).await.unwrap();
    assert_eq!(within(ws.recv()).await.unwrap(), Some(text.into()));
}

/// The status of the response that refused a handshake.
#[track_caller]
fn status<T: fmt::Debug>(result: Result<T, Error>) -> StatusCode {
    result.unwrap_err().response().expect("a refusal").status()
}

#[tokio::test]
async fn messages_are_echoed_with_their_kind() {
    let server = run_echo(bind().await);
    let mut ws = connect(server.url()).await.unwrap();
    check_echo(&mut ws, "text").await;
    let binary = Bytes::from(vec![0xff; 300_000]);
    ws.send(binary.clone()).await.unwrap();
    assert_eq!(within(ws.recv()).await.unwrap(), Some(binary.into()));
    assert!(
        within(ws.close(CloseCode::NormalClosure, "done"))
            .await
            .unwrap()
            .clean
    );
}

#[tokio::test]
async fn plain_serve_gives_the_websocket_alone() {
    let server = bind().await;
    let url = format!("ws://{}", server.local_addr().unwrap());
    tokio::spawn(server.serve(echo));
    check_echo(&mut connect(url).await.unwrap(), "hello").await;
}

#[tokio::test]
async fn handler_sees_the_request() {
    let server = run(bind().await, |mut ws, request| async move {
        ws.send(request.uri().to_string()).await?;
        Ok(())
    });
    let mut ws = connect(format!("{}room/7?name=x", server.url()))
        .await
        .unwrap();
    assert_eq!(
        within(ws.recv()).await.unwrap(),
        Some("/room/7?name=x".into())
    );
}

#[tokio::test]
async fn pages_of_other_origins_are_refused() {
    let server = run_echo(bind().await);
    let request = |origin: &str| {
        ClientRequest::new(WsUri::parse(&server.url()).unwrap())
            .origin(origin)
            .unwrap()
    };
    assert_eq!(status(connect(request("http://evil.example")).await), 403);
    let same = format!("http://{}", server.address);
    check_echo(&mut connect(request(&same)).await.unwrap(), "same origin").await;
}

#[tokio::test]
async fn origin_policy_is_the_servers_choice() {
    let server = run_echo(bind().await.origin(OriginPolicy::Any));
    let request = ClientRequest::new(WsUri::parse(&server.url()).unwrap())
        .origin("http://other.example")
        .unwrap();
    check_echo(&mut connect(request).await.unwrap(), "any origin").await;
}

#[tokio::test]
async fn server_chooses_the_subprotocol_it_likes_best() {
    let server = run_echo(bind().await.subprotocols(["v2", "v1"]));
    let client = Client::new()
        .subprotocol("v1")
        .subprotocol("v2")
        .subprotocol("v3");
    let (ws, response) = client.connect(server.url()).await.unwrap();
    assert_eq!(ws.subprotocol(), Some("v2"));
    assert_eq!(response.headers()["sec-websocket-protocol"], "v2");
}

#[tokio::test]
async fn plain_http_is_answered_by_the_hook() {
    let server = run_echo(bind().await.http(|request| async move {
        tokio::task::yield_now().await;
        http::Response::new(Bytes::from(format!("you asked for {}", request.uri())))
    }));
    let answer = server
        .exchange("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    let head = head.to_lowercase();
    assert!(head.contains("connection: close"), "{head}");
    assert!(
        head.contains(&format!("content-length: {}", body.len())),
        "{head}"
    );
    assert_eq!(body, "you asked for /health");
    check_echo(
        &mut connect(server.url()).await.unwrap(),
        "websockets go on",
    )
    .await;
}

#[tokio::test]
async fn plain_http_without_a_hook_gets_426() {
    let server = run_echo(bind().await);
    let answer = server
        .exchange("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await;
    assert!(answer.starts_with("HTTP/1.1 426 "), "{answer}");
}

#[tokio::test]
async fn accept_hook_looks_before_it_accepts() {
    let server = run_echo(bind().await.accept_with(|request| {
        let user = request.request().headers().get("x-user").cloned();
        async move {
            tokio::task::yield_now().await;
            let Some(user) = user else {
                return Err(Refusal::new(StatusCode::UNAUTHORIZED, "who are you?"));
            };
            Ok(Acceptance::new()
                .header("x-hello", user.to_str().unwrap_or_default())
                .unwrap())
        }
    }));
    let error = connect(server.url()).await.unwrap_err();
    let refusal = error.response().unwrap();
    assert_eq!(refusal.status(), 401);
    assert_eq!(refusal.body(), "who are you?\n");

    let client = Client::new().header("x-user", "rosa");
    let (mut ws, response) = client.connect(server.url()).await.unwrap();
    assert_eq!(response.headers()["x-hello"], "rosa");
    check_echo(&mut ws, "come in").await;
}

#[tokio::test]
async fn slow_handshake_is_answered_with_408() {
    let server = run_echo(bind().await.handshake_timeout(Duration::from_millis(50)));
    let answer = server.exchange("GET / HTTP/1.1\r\nHost: loc").await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

#[tokio::test]
async fn panic_or_error_in_a_handler_ends_only_its_connection() {
    let server = run(bind().await, |ws, request| async move {
        match request.uri().path() {
            "/panic" => panic!("this panic belongs to the test"),
            "/error" => Err("this error too".into()),
            _ => echo(ws).await,
        }
    });
    let mut bystander = connect(server.url()).await.unwrap();
    for path in ["panic", "error"] {
        let mut ws = connect(format!("{}{path}", server.url())).await.unwrap();
        assert!(matches!(
            within(ws.recv()).await,
            Err(Error::ConnectionLost | Error::Io(_))
        ));
        check_echo(&mut bystander, path).await;
    }
}

#[tokio::test]
async fn drain_closes_every_connection_with_1001() {
    let server = run_echo(bind().await);
    let mut clients = Vec::new();
    for _ in 0..5 {
        let mut ws = connect(server.url()).await.unwrap();
        check_echo(&mut ws, "hello").await;
        clients.push(ws);
    }
    assert_eq!(server.handle.connections(), 5);

    let closing = clients.into_iter().map(|mut ws| {
        tokio::spawn(async move {
            assert_eq!(ws.recv().await.unwrap(), None);
            ws.close_outcome().unwrap()
        })
    });
    let closing: Vec<_> = closing.collect();
    let report = within(server.handle.drain(PATIENCE)).await;
    assert_eq!(
        report,
        DrainReport {
            closed: 5,
            aborted: 0
        }
    );
    for outcome in closing {
        let outcome = within(outcome).await.unwrap();
        assert_eq!((u16::from(outcome.code()), outcome.clean), (1001, true));
    }
    within(server.serving).await.unwrap().unwrap();
    assert_eq!(server.handle.connections(), 0);
    let refused = TcpStream::connect(server.address).await.unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn drain_cuts_off_those_that_do_not_leave() {
    let server = run(bind().await, |mut ws, request| async move {
        ws.send("ready").await?;
        match request.uri().path() {
            "/stuck" => pending().await,
            _ => echo(ws).await,
        }
    });
    let mut stuck = connect(format!("{}stuck", server.url())).await.unwrap();
    assert_eq!(within(stuck.recv()).await.unwrap(), Some("ready".into()));
    let report = within(server.handle.drain(Duration::from_millis(50))).await;
    assert_eq!(
        report,
        DrainReport {
            closed: 0,
            aborted: 1
        }
    );
    assert!(within(stuck.recv()).await.is_err());
    within(server.serving).await.unwrap().unwrap();
}

#[tokio::test]
async fn drain_answers_unfinished_handshakes_with_503() {
    let server = run_echo(bind().await);
    let mut tcp = TcpStream::connect(server.address).await.unwrap();
    tcp.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        .await
        .unwrap();
    within(async {
        while server.handle.connections() == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let handle = server.handle.clone();
    let draining = tokio::spawn(async move { handle.drain(PATIENCE).await });
    within(async {
        while !server.handle.is_draining() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    tcp.write_all(
        b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    )
    .await
    .unwrap();
    let mut answer = String::new();
    within(tcp.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert_eq!(
        within(draining).await.unwrap(),
        DrainReport {
            closed: 1,
            aborted: 0
        }
    );
}

#[tokio::test]
async fn drain_without_connections_ends_at_once_and_may_be_repeated() {
    let server = run_echo(bind().await);
    for _ in 0..2 {
        let report = within(server.handle.drain(PATIENCE)).await;
        assert_eq!(
            report,
            DrainReport {
                closed: 0,
                aborted: 0
            }
        );
    }
    within(server.serving).await.unwrap().unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn socket_that_does_not_listen_ends_serving_with_an_error() {
    let server = bind().await;
    let connected = std::net::TcpStream::connect(server.local_addr().unwrap()).unwrap();
    connected.set_nonblocking(true).unwrap();
    // Its connection is reset, so that there is something to accept, it seems.
    drop(server);
    let no_listener = std::net::TcpListener::from(std::os::fd::OwnedFd::from(connected));
    let server = Server::from_listener(TcpListener::from_std(no_listener).unwrap());
    let error = within(server.serve(echo)).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
}
