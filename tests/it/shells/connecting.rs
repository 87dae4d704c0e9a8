//! Clients, and what can go wrong before there is a WebSocket.

use std::io;
use std::time::Duration;

use sockeye::{Error, ErrorKind, Stage};
use sockeye_tests::{ClientCalls, ClientOptions, RawPeer, RunningServer, Shell, bind, within};
use tokio::net::TcpListener;

use super::opening::{check_echo, connect};

pub(super) async fn a_port_on_which_nobody_listens_is_an_error_of_connecting<S: Shell>() {
    // Taken, so that nobody else gets it, and deaf.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("ws://{}/", socket.local_addr().unwrap());
    match connect::<S>(&url).await.map(drop) {
        Err(Error::Connect { stage, source }) => {
            assert_eq!(stage, Stage::Connect);
            assert_eq!(source.kind(), io::ErrorKind::ConnectionRefused);
        }
        other => panic!("{other:?}"),
    }
}

pub(super) async fn a_name_without_an_address_is_an_error_of_resolving<S: Shell>() {
    // RFC 1035 §2.3.4: a label has no more than 63 bytes, so that no name server need be asked.
    let url = format!("ws://{}/", "n".repeat(64));
    let error = connect::<S>(&url).await.map(drop).unwrap_err();
    assert_eq!(error.stage(), Some(Stage::Resolve), "{error:?}");
    assert_eq!(error.kind(), ErrorKind::Io);
}

pub(super) async fn wss_without_tls_says_what_is_missing_and_what_to_do<S: Shell>() {
    if S::TRUSTS_BY_DEFAULT {
        return;
    }
    let error = connect::<S>("wss://localhost/")
        .await
        .map(drop)
        .unwrap_err();
    let Error::Connect { stage, source } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(*stage, Stage::Tls);
    assert_eq!(source.kind(), io::ErrorKind::Unsupported);
    let message = error.to_string();
    assert!(message.contains("`rustls-tls-webpki-roots`"), "{message}");
}

pub(super) async fn invalid_options_fail_before_anything_is_dialed<S: Shell>() {
    for client in [
        S::client().header("bad name", "value"),
        S::client().header("x-name", "bad\nvalue"),
        S::client().header("sec-websocket-key", "mine"),
        S::client().subprotocol("not a token"),
        S::client().subprotocol("twice").subprotocol("twice"),
    ] {
        // Port 1 would refuse the connection, which is another error.
        let result = client.connect("ws://127.0.0.1:1/").await.map(drop);
        assert_eq!(
            result.unwrap_err().kind(),
            ErrorKind::Handshake,
            "{client:?}"
        );
    }
}

pub(super) async fn a_name_is_looked_up<S: Shell>() {
    let server = RunningServer::<S>::echoing(bind::<S>().await);
    let url = format!("ws://localhost:{}/", server.address.port());
    check_echo(&mut connect::<S>(&url).await.unwrap(), "by name").await;
}

pub(super) async fn a_server_that_says_nothing_is_given_up<S: Shell>() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let client = S::client().handshake_timeout(Duration::from_millis(50));
    let result = within("an end of patience", client.connect(&url)).await;
    match result.map(drop) {
        Err(error @ Error::HandshakeTimeout) => assert!(error.is_timeout()),
        other => panic!("{other:?}"),
    }
}

pub(super) async fn a_refusal_keeps_its_response<S: Shell>() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let client = S::client();
    let refusing = async {
        let mut peer = RawPeer::accept_silently(&listener).await;
        peer.head().await;
        peer.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nno!")
            .await;
        peer
    };
    let (result, _peer) = tokio::join!(client.connect(&url), refusing);
    let error = result.map(drop).unwrap_err();
    let response = error.response().unwrap();
    assert_eq!(response.status(), 404);
    assert_eq!(&response.body()[..], b"no!");
}

pub(super) async fn a_client_connects_again_and_again_with_its_options<S: Shell>() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let client = S::client().header("x-name", "value").subprotocol("chat");
    for _ in 0..2 {
        let refusing = async {
            let mut peer = RawPeer::accept_silently(&listener).await;
            let head = peer.head().await.to_lowercase();
            peer.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                .await;
            (head, peer)
        };
        let (result, (head, _peer)) = tokio::join!(client.connect(&url), refusing);
        assert_eq!(result.map(drop).unwrap_err().kind(), ErrorKind::Handshake);
        assert!(head.contains("\r\nx-name: value\r\n"), "{head}");
        let subprotocol = "\r\nsec-websocket-protocol: chat\r\n";
        assert!(head.contains(subprotocol), "{head}");
    }
}
