//! How a client finds its way to a server. Times and orders are tested in the driver.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use sockeye::{Error, Stage};
use sockeye_tests::{ClientCalls, ClientOptions, RawPeer, RunningServer, Shell, bind, within};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::opening::check_echo;

pub(super) async fn a_resolver_of_the_callers_is_asked<S: Shell>() {
    let server = RunningServer::<S>::echoing(bind::<S>().await);
    let address = server.address;
    let client = S::client().resolver(move |host, port| async move {
        assert_eq!((host.as_str(), port), ("chat.example", 8080));
        Ok(vec![address])
    });
    let (mut ws, _) = client.connect("ws://chat.example:8080/").await.unwrap();
    check_echo(&mut ws, "by the resolver").await;
}

pub(super) async fn given_addresses_are_dialed_and_the_host_is_still_the_uris<S: Shell>() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = S::client().connect_to([listener.local_addr().unwrap()]);
    let refusing = async {
        let mut peer = RawPeer::accept_silently(&listener).await;
        let head = peer.head().await.to_lowercase();
        peer.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            .await;
        (head, peer)
    };
    let connecting = client.connect("ws://chat.example:8080/room");
    let (result, (head, _peer)) = tokio::join!(connecting, refusing);
    assert_eq!(
        result.map(drop).unwrap_err().stage(),
        Some(Stage::Handshake)
    );
    assert!(head.contains("\r\nhost: chat.example:8080\r\n"), "{head}");
}

pub(super) async fn connections_start_from_the_bound_address<S: Shell>() {
    // Other systems have only one address for the loopback.
    let local: IpAddr = match cfg!(target_os = "linux") {
        true => [127, 0, 0, 2].into(),
        false => [127, 0, 0, 1].into(),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let client = S::client().bind_address(local);
    let accepting = async { listener.accept().await.unwrap().1 };
    let (result, peer) = tokio::join!(client.connect(&url), accepting);
    assert_eq!(peer.ip(), local);
    assert_eq!(
        result.map(drop).unwrap_err().stage(),
        Some(Stage::Handshake)
    );

    // A port on which nobody listens, and an address that is not this machine's (RFC 5737).
    drop(listener);
    let refused = client.connect(&url).await.map(drop).unwrap_err();
    assert_eq!(refused.stage(), Some(Stage::Connect), "{refused:?}");
    let client = S::client().bind_address([192, 0, 2, 1]);
    let failed = client.connect(&url).await.map(drop).unwrap_err();
    assert_eq!(failed.stage(), Some(Stage::Connect), "{failed:?}");
}

/// A client that waited for the first address would come to its time limit.
pub(super) async fn an_address_that_swallows_packets_is_overtaken<S: Shell>() {
    // Other systems refuse what their queues have no room for.
    if !cfg!(target_os = "linux") {
        return;
    }
    let hole = BlackHole::dig().await;
    let server = RunningServer::<S>::echoing(bind::<S>().await);
    let client = S::client().connect_to([hole.address, server.address]);
    let connecting = client.connect("ws://chat.example/");
    let (mut ws, _) = within("the second address", connecting).await.unwrap();
    check_echo(&mut ws, "past the first address").await;

    let client = S::client()
        .connect_to([hole.address])
        .connect_timeout(Duration::from_millis(50));
    let connecting = client.connect("ws://chat.example/");
    match within("an end of patience", connecting).await.map(drop) {
        Err(error @ Error::Connect { .. }) => {
            assert_eq!(error.stage(), Some(Stage::Connect));
            assert!(error.is_timeout(), "{error:?}");
        }
        other => panic!("{other:?}"),
    }
}

/// A port that answers nothing: its queue of connections is full, and nobody takes them.
struct BlackHole {
    address: SocketAddr,
    _socket: TcpListener,
    _queued: TcpStream,
}

impl BlackHole {
    async fn dig() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        // Linux queues one connection more than it is told.
        let socket = socket.listen(0).unwrap();
        let address = socket.local_addr().unwrap();
        Self {
            address,
            _socket: socket,
            _queued: TcpStream::connect(address).await.unwrap(),
        }
    }
}
