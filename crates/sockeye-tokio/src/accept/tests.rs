//! Servers on in-memory pipes.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use sockeye_connection::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::time::Instant;

use super::*;
use crate::Client;

#[tokio::test]
async fn client_and_server_meet_over_a_pipe() {
    let (near, far) = duplex(256);
    let acceptor = Acceptor::new();
    let client = Client::new();
    let (accepted, connected) = tokio::join!(
        accept_request(far, &acceptor),
        client.connect_on("ws://pipe.example/path?query", near),
    );
    let (mut server, request) = accepted.unwrap().expect("a websocket");
    let (mut client, response) = connected.unwrap();
    assert_eq!(request.uri(), "/path?query");
    assert_eq!(request.headers()["host"], "pipe.example");
    assert_eq!(response.status(), 101);

    // More than the pipe holds, so that both sides must wait for each other.
    let payload = Bytes::from(vec![7; 100_000]);
    client.send(payload.clone()).await.unwrap();
    let (flushed, received) = tokio::join!(client.flush(), server.recv());
    flushed.unwrap();
    assert_eq!(received.unwrap(), Some(Message::Binary(payload)));
}

#[tokio::test(start_paused = true)]
async fn silent_client_is_answered_with_408_after_ten_seconds() {
    let (mut near, far) = duplex(4096);
    let start = Instant::now();
    let error = accept(far, &Acceptor::new()).await.unwrap_err();
    assert!(
        matches!(error, Error::Refused(StatusCode::REQUEST_TIMEOUT)),
        "{error:?}"
    );
    let mut answer = String::new();
    near.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    let waited = start.elapsed();
    assert!((10..=11).contains(&waited.as_secs()), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn trickling_client_gains_no_time() {
    let (mut near, far) = duplex(4096);
    let start = Instant::now();
    let trickle = tokio::spawn(async move {
        while near.write_all(b"G").await.is_ok() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
    let acceptor = Acceptor::new().handshake_timeout(Duration::from_secs(3));
    let error = accept(far, &acceptor).await.unwrap_err();
    assert!(
        matches!(error, Error::Refused(StatusCode::REQUEST_TIMEOUT)),
        "{error:?}"
    );
    let waited = start.elapsed();
    assert!((3..=4).contains(&waited.as_secs()), "{waited:?}");
    trickle.await.unwrap();
}

#[tokio::test]
async fn request_answered_by_the_hook_gives_no_websocket() {
    let acceptor = Acceptor::new().http(|_request| async { http::Response::new(Bytes::new()) });
    let request = async || {
        let (mut near, far) = duplex(4096);
        near.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .await
            .unwrap();
        near.shutdown().await.unwrap();
        (near, far)
    };
    let (_near, far) = request().await;
    assert!(accept_request(far, &acceptor).await.unwrap().is_none());
    let (_near, far) = request().await;
    match accept(far, &acceptor).await {
        Err(Error::Io(error)) => assert_eq!(error.kind(), io::ErrorKind::ConnectionAborted),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn upgraded_stream_starts_with_its_leftover() {
    let (near, mut far) = duplex(4096);
    // RFC 6455 §5.7: a single-frame unmasked text message, contains "Hello"
    let frame = [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f];
    let (leftover, rest) = frame.split_at(3);
    far.write_all(rest).await.unwrap();
    let mut ws = from_upgraded(near, leftover, Role::Client, Config::default());
    assert_eq!(ws.recv().await.unwrap(), Some("Hello".into()));
}

#[tokio::test]
async fn upgraded_streams_of_both_roles_understand_each_other() {
    let (near, far) = duplex(4096);
    let mut client = from_upgraded(near, &[], Role::Client, Config::default());
    let mut server = from_upgraded(far, &[], Role::Server, Config::default());
    client.send("to the server").await.unwrap();
    assert_eq!(server.recv().await.unwrap(), Some("to the server".into()));
    server.send("to the client").await.unwrap();
    assert_eq!(client.recv().await.unwrap(), Some("to the client".into()));
}
