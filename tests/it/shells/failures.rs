//! What a server rides over is told to whoever wants to know, and nothing else.

use http::StatusCode;
use sockeye::{Acceptance, CloseCode, Error, Failure, FailureCause, HandshakeError};
use sockeye_tests::{
    HandleCalls, RawPeer, RunningServer, ServerCalls, ServerOptions, Shell, WebSocketCalls, bind,
    echo, within,
};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::opening::{check_echo, connect};

/// A server that tells its failures.
async fn telling<S: Shell>() -> (RunningServer<S>, UnboundedReceiver<Failure>) {
    let (tell, told) = unbounded_channel();
    let server = bind::<S>().await;
    let server = server.on_failure(move |failure| drop(tell.send(failure)));
    let server = server.accept_with(|upgrade| {
        let panics = upgrade.request().uri().path() == "/hook";
        async move {
            assert!(!panics, "this panic belongs to the test");
            Ok(Acceptance::new())
        }
    });
    let server = RunningServer::<S>::start(server, |ws, request| async move {
        match request.uri().path() {
            "/panic" => panic!("this panic belongs to the test"),
            "/error" => Err("this error too".into()),
            _ => echo(ws).await,
        }
    });
    (server, told)
}

async fn next(told: &mut UnboundedReceiver<Failure>) -> FailureCause {
    let failure = within("a failure", told.recv()).await;
    let failure = failure.expect("the server is there");
    let peer = failure.peer.expect("it has an address");
    assert!(peer.ip().is_loopback(), "{peer}");
    failure.cause
}

pub(super) async fn of_handshakes_are_told<S: Shell>() {
    let (server, mut told) = telling::<S>().await;
    let answer = server.exchange("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let answer = answer.await;
    assert!(answer.starts_with("HTTP/1.1 426 "), "{answer}");
    let cause = next(&mut told).await;
    assert!(
        matches!(cause, FailureCause::Handshake(Error::Refused(status)) if status == StatusCode::UPGRADE_REQUIRED),
        "{cause:?}"
    );
    let mut peer = RawPeer::connect(&server).await;
    peer.half_close().await;
    let cause = next(&mut told).await;
    assert!(
        matches!(
            cause,
            FailureCause::Handshake(Error::Handshake(HandshakeError::UnexpectedEof))
        ),
        "{cause:?}"
    );
}

pub(super) async fn of_handlers_and_hooks_are_told<S: Shell>() {
    let (server, mut told) = telling::<S>().await;
    let mut ws = connect::<S>(&server.url("error")).await.unwrap();
    assert!(within("an end", ws.recv()).await.is_err());
    match next(&mut told).await {
        FailureCause::Handler(error) => assert_eq!(error.to_string(), "this error too"),
        cause => panic!("{cause}"),
    }
    let mut ws = connect::<S>(&server.url("panic")).await.unwrap();
    assert!(within("an end", ws.recv()).await.is_err());
    assert!(connect::<S>(&server.url("hook")).await.is_err());
    for _ in 0..2 {
        match next(&mut told).await {
            FailureCause::Panic(message) => assert_eq!(message, "this panic belongs to the test"),
            cause => panic!("{cause}"),
        }
    }
}

pub(super) async fn are_none_where_all_goes_well<S: Shell>() {
    let (server, mut told) = telling::<S>().await;
    for _ in 0..3 {
        let mut ws = connect::<S>(&server.url("")).await.unwrap();
        check_echo(&mut ws, "hello").await;
        let closing = ws.close(CloseCode::NormalClosure, "");
        within("the end", closing).await.unwrap();
    }
    within("the end of all", async {
        while server.handle.connections() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let failure = told.try_recv();
    assert!(failure.is_err(), "{failure:?}");
}
