//! Frames that share a packet with the head of the opening handshake are not lost, on either side.

use sockeye::{Message, Role};
use sockeye_tests::{RawPeer, Seen, Shell, Watched, frame, spawn, within};
use tokio::net::TcpListener;

use super::opening::connect;

/// Whole messages and the beginning of one more, whose rest follows later.
fn early(sender: Role) -> (Vec<u8>, Vec<u8>) {
    let last = frame(sender, 0x82, &[7; 3000]);
    let (begun, rest) = last.split_at(1000);
    let early = [
        &frame(sender, 0x81, b"one")[..],
        &frame(sender, 0x8a, b"unsolicited"),
        &frame(sender, 0x01, b"t"),
        &frame(sender, 0x80, b"wo"),
        begun,
    ];
    (early.concat(), rest.to_vec())
}

#[track_caller]
fn check(seen: &Seen) {
    let expected: [Message; 3] = ["one".into(), "two".into(), vec![7; 3000].into()];
    assert_eq!(seen.messages, expected);
    assert!(seen.outcome.clean, "{seen:?}");
}

pub(super) async fn of_a_client_are_delivered_by_the_server<S: Shell>() {
    let (early, rest) = early(Role::Client);
    let mut server = Watched::<S>::receiving(|server| server).await;
    let mut peer = RawPeer::open_with(&server, "", &early).await;
    peer.send(&rest).await;
    peer.send(&frame(Role::Client, 0x88, b"\x03\xe8")).await;
    assert_eq!(peer.close_and_end("after a Close").await, 1000);
    drop(peer);
    check(&server.seen().await);
}

pub(super) async fn of_a_server_are_delivered_by_the_client<S: Shell>() {
    let (early, rest) = early(Role::Server);
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback can be bound");
    let address = listener.local_addr().expect("a listener has an address");
    let seen = spawn::<S, _>(async move {
        let ws = connect::<S>(&format!("ws://{address}/")).await;
        Seen::receive(&mut ws.expect("the raw peer accepts")).await
    });
    let mut peer = RawPeer::accept_with(&listener, "", &early).await;
    peer.send(&rest).await;
    peer.send(&frame(Role::Server, 0x88, b"\x03\xe8")).await;
    assert_eq!(peer.frame().await.as_close(), Some((1000, "")));
    drop(peer);
    check(&within("the client's end", seen).await.expect("no panic"));
}

pub(super) async fn of_a_client_that_is_done_already_are_delivered_by_the_server<S: Shell>() {
    let (early, rest) = early(Role::Client);
    let close = frame(Role::Client, 0x88, b"\x03\xe8");
    let mut server = Watched::<S>::receiving(|server| server).await;
    let everything = [&early[..], &rest, &close].concat();
    let mut peer = RawPeer::open_with(&server, "", &everything).await;
    peer.half_close().await;
    assert_eq!(peer.close_and_end("after a Close").await, 1000);
    check(&server.seen().await);
}
