//! A sample of close codes through sockets (RFC 6455 §7.4); all 65 536 are in `sockeye-connection`.

use sockeye::{CloseCode, Error, Initiator, Role};
use sockeye_tests::{RawFrame, RawPeer, Seen, WatchedServer, frame, within};
use tokio::net::TcpListener;

/// First and last code of each range that may be sent.
const VALID: [u16; 11] = [
    1000, 1001, 1003, 1007, 1008, 1011, 1014, 3000, 3999, 4000, 4999,
];

/// The neighbours of those, and codes that only stand for something.
const INVALID: [u16; 12] = [
    0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 0x7fff, 0x8000, 65_535,
];

#[tokio::test]
async fn that_may_be_sent_are_echoed_by_a_server_that_ends_first() {
    for code in VALID {
        let mut server = WatchedServer::receiving(|server| server).await;
        let mut peer = RawPeer::open(server.address).await;
        let body = [&code.to_be_bytes()[..], b"bye"].concat();
        peer.send(&frame(Role::Client, 0x88, &body)).await;
        // RFC 6455 §7.1.1: the server closes the transport first, so this end need not.
        assert_eq!(peer.close_and_end("after our Close").await, code);
        peer.half_close().await;

        let seen = server.seen().await;
        assert!(matches!(seen.end, Ok(())), "{code}: {:?}", seen.end);
        assert_eq!(u16::from(seen.outcome.code()), code);
        assert_eq!(seen.outcome.reason(), "bye");
        assert_eq!(seen.outcome.first, Some(Initiator::Peer));
        assert!(seen.outcome.clean, "{code}");
    }
}

#[tokio::test]
async fn that_may_be_sent_are_echoed_by_a_client_that_waits_for_the_server() {
    for code in VALID {
        let (mut peer, seen) = connected_client().await;
        peer.send(&frame(Role::Server, 0x88, &code.to_be_bytes()))
            .await;
        let answer = peer.frame().await;
        assert_eq!(answer.as_close(), Some((code, "")));
        assert!(answer.masked);
        drop(peer);
        let seen = seen.await;
        assert!(matches!(seen.end, Ok(())), "{code}: {:?}", seen.end);
        assert_eq!(u16::from(seen.outcome.code()), code);
        assert!(seen.outcome.clean, "{code}");
    }
}

#[tokio::test]
async fn that_must_not_be_sent_are_answered_with_1002() {
    for code in INVALID {
        let mut server = WatchedServer::receiving(|server| server).await;
        let mut peer = RawPeer::open(server.address).await;
        peer.send(&frame(Role::Client, 0x88, &code.to_be_bytes()))
            .await;
        assert_eq!(peer.close_and_end("after an invalid code").await, 1002);
        peer.half_close().await;
        let seen = server.seen().await;
        assert!(matches!(seen.end, Err(Error::Protocol(_))), "{code}");
        assert_eq!(seen.outcome.code(), CloseCode::AbnormalClosure, "{code}");
    }
}

#[tokio::test]
async fn that_are_left_out_are_left_out_of_the_answer() {
    let mut server = WatchedServer::receiving(|server| server).await;
    let mut peer = RawPeer::open(server.address).await;
    peer.send(&frame(Role::Client, 0x88, b"")).await;
    let rest = peer.rest().await.expect("an orderly end");
    assert_eq!(rest, [0x88, 0x00]);
    peer.half_close().await;
    let seen = server.seen().await;
    // RFC 6455 §7.1.5: no code in the Close frame is 1005
    assert_eq!(seen.outcome.code(), CloseCode::NoStatusReceived);
    assert!(seen.outcome.clean);
}

#[tokio::test]
async fn data_behind_the_peers_close_is_neither_delivered_nor_answered() {
    let mut server = WatchedServer::echoing(|server| server).await;
    let mut peer = RawPeer::open(server.address).await;
    let close = frame(Role::Client, 0x88, &1000_u16.to_be_bytes());
    let late = frame(Role::Client, 0x81, b"late");
    let ping = frame(Role::Client, 0x89, b"late");
    let wrong = frame(Role::Server, 0xff, b"late");
    peer.send(&[&close[..], &late, &ping, &close, &wrong].concat())
        .await;
    assert_eq!(
        peer.close_and_end("after a Close with more behind it")
            .await,
        1000
    );
    peer.half_close().await;
    let seen = server.seen().await;
    assert_eq!(seen.messages, []);
    assert!(seen.outcome.clean);
}

#[tokio::test]
async fn data_between_our_close_and_the_peers_is_delivered() {
    let (mut peer, seen) = {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("loopback can be bound");
        let address = listener.local_addr().expect("a listener has an address");
        let seen = tokio::spawn(async move {
            let ws = sockeye::tokio::connect(format!("ws://{address}/")).await;
            let (sender, mut receiver) = ws.expect("the raw peer accepts").split();
            sender
                .start_close(CloseCode::GoingAway, "enough")
                .expect("1001 may be sent");
            let mut messages = Vec::new();
            while let Ok(Some(message)) = receiver.recv().await {
                messages.push(message);
            }
            messages
        });
        (RawPeer::accept(&listener).await, seen)
    };
    assert_eq!(peer.frame().await.as_close(), Some((1001, "enough")));
    peer.send(&frame(Role::Server, 0x81, b"still")).await;
    peer.send(&frame(Role::Server, 0x89, b"ping")).await;
    peer.send(&frame(Role::Server, 0x88, &1001_u16.to_be_bytes()))
        .await;
    peer.half_close().await;
    // RFC 6455 §5.5.1: nothing is sent after a Close frame, a pong neither.
    let rest = peer.rest().await.expect("an orderly end");
    assert_eq!(RawFrame::read_all(&rest), []);
    let messages = within("the end at the client", seen).await;
    assert_eq!(messages.expect("no panic"), ["still".into()]);
}

/// A client of ours that receives, and the raw server it is connected to.
async fn connected_client() -> (RawPeer, impl Future<Output = Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback can be bound");
    let address = listener.local_addr().expect("a listener has an address");
    let seen = tokio::spawn(async move {
        let ws = sockeye::tokio::connect(format!("ws://{address}/")).await;
        Seen::receive(&mut ws.expect("the raw peer accepts")).await
    });
    let peer = RawPeer::accept(&listener).await;
    let seen = async { within("the client's end", seen).await.expect("no panic") };
    (peer, seen)
}
