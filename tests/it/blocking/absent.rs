//! Connections whose threads are busy elsewhere, or away.

use std::time::Duration;

use sockeye::blocking::Client;
use sockeye::{CloseCode, Config, Error, Role, TimeoutKind, Timeouts};
use sockeye_tests::{PATIENCE, frame};

use super::{connected, in_thread, result_of};

const SHORT: Duration = Duration::from_millis(50);

fn pinging(pong: Duration) -> Client {
    Client::new().config(Config {
        timeouts: Timeouts {
            ping_interval: Some(SHORT),
            pong: Some(pong),
            ..Timeouts::default()
        },
        ..Config::default()
    })
}

#[tokio::test]
async fn a_silent_peer_is_pinged_and_given_up() {
    let (mut ws, mut peer) = connected(pinging(SHORT)).await;
    // Nobody calls anything.
    let ping = peer.frame().await;
    assert_eq!(ping.first_byte & 0x0f, 9, "{ping:?}");
    assert!(peer.rest().await.unwrap_or_default().is_empty());
    let end = result_of("the end", in_thread(move || ws.recv())).await;
    assert!(
        matches!(end, Err(Error::Timeout(TimeoutKind::Keepalive))),
        "{end:?}"
    );
}

#[tokio::test]
async fn a_peer_that_answers_is_kept() {
    let (ws, mut peer) = connected(pinging(PATIENCE)).await;
    let (sender, mut receiver) = ws.split();
    for round in 0..6 {
        let ping = peer.frame().await;
        assert_eq!(ping.first_byte & 0x0f, 9, "{ping:?}");
        peer.send(&frame(Role::Server, 0x8a, &ping.payload)).await;
        // Calls now and then change nothing.
        if round == 3 {
            let sender = sender.clone();
            let sent = result_of("room", in_thread(move || sender.send("busy"))).await;
            sent.unwrap();
            loop {
                let received = peer.frame().await;
                if received.first_byte & 0x0f == 1 {
                    break assert_eq!(received.payload, b"busy");
                }
                peer.send(&frame(Role::Server, 0x8a, &received.payload))
                    .await;
            }
        }
    }
    peer.send(&frame(Role::Server, 0x81, b"alive")).await;
    let received = in_thread(move || receiver.recv());
    let received = result_of("a message", received).await;
    assert_eq!(received.unwrap(), Some("alive".into()));
}

#[tokio::test]
async fn pings_and_a_close_of_the_peer_are_answered() {
    let (ws, mut peer) = connected(Client::new()).await;
    for payload in ["one", "two"] {
        peer.send(&frame(Role::Server, 0x89, payload.as_bytes()))
            .await;
        let pong = peer.frame().await;
        assert_eq!(pong.first_byte & 0x0f, 10, "{pong:?}");
        assert_eq!(pong.payload, payload.as_bytes());
    }
    // What comes behind a message waits for somebody to take that.
    peer.send(&frame(Role::Server, 0x81, b"message")).await;
    peer.send(&frame(Role::Server, 0x89, b"behind")).await;
    let taken = in_thread(move || {
        let mut ws = ws;
        (ws.recv(), ws)
    });
    let (message, mut ws) = result_of("a message", taken).await;
    assert_eq!(message.unwrap(), Some("message".into()));
    assert_eq!(peer.frame().await.payload, b"behind");

    peer.send(&frame(Role::Server, 0x88, b"\x03\xe9")).await;
    assert_eq!(peer.frame().await.as_close(), Some((1001, "")));
    peer.half_close().await;
    let end = result_of(
        "the end",
        in_thread(move || (ws.recv(), ws.close_outcome())),
    )
    .await;
    assert_eq!(end.0.unwrap(), None);
    assert_eq!(end.1.unwrap().code(), CloseCode::GoingAway);
}

#[tokio::test]
async fn what_is_queued_leaves_as_the_peer_takes_it() {
    // More than the sockets hold.
    const N_BYTES: usize = 32 * 1024 * 1024;
    let (ws, mut peer) = connected(Client::new()).await;
    let sent = in_thread(move || {
        let mut ws = ws;
        ws.send(vec![7; N_BYTES]).unwrap();
        ws
    });
    let ws = result_of("room in the queue", sent).await;
    assert!(ws.stats().sent.wire_bytes < 32 * 1024 * 1024);
    assert_eq!(peer.frame().await.payload.len(), N_BYTES);
    drop(ws);
}

#[tokio::test]
async fn that_are_dropped_are_gone_at_once() {
    let (ws, mut peer) = connected(Client::new()).await;
    drop(ws);
    assert!(peer.rest().await.unwrap_or_default().is_empty());
    let (ws, mut peer) = connected(Client::new()).await;
    let (sender, receiver) = ws.split();
    drop(sender);
    drop(receiver);
    assert!(peer.rest().await.unwrap_or_default().is_empty());
}
