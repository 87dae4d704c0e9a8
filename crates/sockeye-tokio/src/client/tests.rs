//! Clients on in-memory pipes and silent sockets.

use std::io;
use std::time::Duration;

use sockeye_driver::ErrorKind;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::net::TcpListener;
use tokio::time::{Instant, timeout};

use super::*;

#[tokio::test]
async fn wss_without_tls_says_what_is_missing_and_what_to_do() {
    let error = connect("wss://localhost/").await.unwrap_err();
    let Error::Io(io) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(io.kind(), io::ErrorKind::Unsupported);
    let message = error.to_string();
    assert!(message.contains("no TLS feature exists yet"), "{message}");
    assert!(message.contains("`Client::connect_on`"), "{message}");
}

#[tokio::test]
async fn wss_over_a_stream_of_the_callers_needs_no_tls_here() {
    let (near, mut far) = duplex(4096);
    let client = Client::new();
    let connecting = client.connect_on("wss://example.com/", near);
    let server = async {
        let mut head = [0; 16];
        far.read_exact(&mut head).await.unwrap();
        assert_eq!(&head, b"GET / HTTP/1.1\r\n");
        drop(far);
    };
    let (result, ()) = tokio::join!(connecting, server);
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Handshake);
}

#[tokio::test(start_paused = true)]
async fn silent_server_is_given_up_after_ten_seconds() {
    let (near, _far) = duplex(4096);
    let start = Instant::now();
    let error = Client::new()
        .connect_on("ws://localhost/", near)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::HandshakeTimeout), "{error:?}");
    assert!(error.is_timeout());
    assert_eq!(start.elapsed(), Duration::from_secs(10));
}

#[tokio::test]
async fn server_that_accepts_and_says_nothing_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let client = Client::new().handshake_timeout(Duration::from_millis(50));
    let result = timeout(Duration::from_secs(10), client.connect(&url))
        .await
        .unwrap();
    let error = result.unwrap_err();
    assert!(matches!(error, Error::HandshakeTimeout), "{error:?}");
}

#[tokio::test]
async fn invalid_options_fail_before_anything_is_dialed() {
    for client in [
        Client::new().header("bad name", "value"),
        Client::new().header("x-name", "bad\nvalue"),
        Client::new().header("sec-websocket-key", "mine"),
        Client::new().subprotocol("not a token"),
        Client::new().subprotocol("twice").subprotocol("twice"),
    ] {
        // Port 1 would refuse the connection, which is another error.
        let error = client.connect("ws://127.0.0.1:1/").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Handshake, "{client:?}");
    }
}

#[tokio::test]
async fn client_connects_again_and_again_with_its_options() {
    let client = Client::new().header("x-name", "value").subprotocol("chat");
    for _ in 0..2 {
        let (near, mut far) = duplex(4096);
        let connecting = client.connect_on("ws://localhost/", near);
        let server = async {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(far.read_u8().await.unwrap());
            }
            far.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nno!")
                .await
                .unwrap();
            String::from_utf8(head).unwrap().to_lowercase()
        };
        let (result, head) = tokio::join!(connecting, server);
        assert!(head.contains("\r\nx-name: value\r\n"), "{head}");
        assert!(
            head.contains("\r\nsec-websocket-protocol: chat\r\n"),
            "{head}"
        );
        let error = result.unwrap_err();
        let response = error.response().unwrap();
        assert_eq!(
            (response.status().as_u16(), &response.body()[..]),
            (404, &b"no!"[..])
        );
    }
}

#[test]
fn debug_output_has_no_credentials() {
    let client = Client::new().header("authorization", "Bearer secret");
    let debug = format!("{client:?}");
    assert!(
        debug.contains("authorization") && !debug.contains("secret"),
        "{debug}"
    );
}
