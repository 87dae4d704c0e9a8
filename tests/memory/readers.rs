//! Peers that do not read, or that read while everybody sends.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use sockeye::tokio::{Receiver, Sender, Server, WebSocket};
use sockeye::{Bytes, Message, Role};
use sockeye_tests::{RawPeer, frame, within};
use tokio::net::TcpListener;
use tokio::task::unconstrained;

use crate::heap::{Mark, alone};

/// More than sockets of any usual system hold.
const KERNEL_BYTES: usize = 64 * 1024 * 1024;

/// Of a client's frame with 1024 bytes: two, two of length and four of the mask (RFC 6455 §5.2).
const HEADER_BYTES: u64 = 8;

/// The heap of a queue of 64 KiB and a message of one.
const MOST_HELD: usize = 72 * 1024;

/// What a connection queues before it holds its sender back, and what it reads ahead.
const QUEUED_BYTES: usize = 64 * 1024;
const READ_AHEAD_BYTES: usize = 64 * 1024;

#[test]
fn that_do_not_read_hold_the_sender_back_at_64_kib() {
    alone(async {
        let (mut ws, mut peer) = connection().await;
        ws.send(vec![0; 1024]).await.expect("it is open");
        assert_eq!(peer.frame().await.payload.len(), 1024);
        let mark = Mark::set();
        let mut n_sent = 0;
        while is_ready_within_turns(ws.send(vec![0; 1024])).await {
            n_sent += 1;
            assert!(n_sent * 1024 < KERNEL_BYTES, "{n_sent} KiB went nowhere");
        }
        let sent = ws.stats().sent;
        let n_waiting = sent.payload_bytes + HEADER_BYTES * sent.frames - sent.wire_bytes;
        assert!(
            n_waiting > QUEUED_BYTES as u64,
            "{n_waiting} bytes hold the sender back, after {n_sent} KiB"
        );
        // 64 KiB wait, and the message above them.
        let held = mark.growth();
        assert!(held <= MOST_HELD, "{held} bytes of heap are held");
        // While they move to twice the room, both are there.
        mark.assert_peak(MOST_HELD * 3 / 2, "messages that nobody reads");
        let reading = async {
            for _ in 0..n_sent {
                assert_eq!(peer.frame().await.payload.len(), 1024);
            }
        };
        let (flushed, ()) = tokio::join!(within("the last of it", ws.flush()), reading);
        flushed.expect("it is open");
    });
}

/// An echo whose client does not read holds a few messages and a little, and then stops reading.
#[test]
fn that_do_not_read_their_echoes_are_not_read_from() {
    const MESSAGE_BYTES: usize = 16 * 1024;
    alone(async {
        let server = Server::bind("127.0.0.1:0")
            .await
            .expect("loopback can be bound");
        let address = server.local_addr().expect("a listener has an address");
        let is_held_back = Arc::<AtomicBool>::default();
        let is_sending = Arc::clone(&is_held_back);
        tokio::spawn(server.serve(move |mut ws| {
            let is_sending = Arc::clone(&is_sending);
            async move {
                while let Some(message) = ws.recv().await? {
                    is_sending.store(true, Ordering::Relaxed);
                    ws.send(message).await?;
                    is_sending.store(false, Ordering::Relaxed);
                }
                Ok(())
            }
        }));
        let message = frame(Role::Client, 0x82, &[7; MESSAGE_BYTES]);
        let mut peer = RawPeer::open(address).await;
        peer.send(&message).await;
        assert_eq!(peer.frame().await.payload.len(), MESSAGE_BYTES);
        let mark = Mark::set();
        let mut n_sent = 0;
        while is_ready_within_turns(peer.send(&message)).await {
            n_sent += 1;
            assert!(
                n_sent * MESSAGE_BYTES < 4 * KERNEL_BYTES,
                "{n_sent} messages went nowhere"
            );
        }
        assert!(
            n_sent * MESSAGE_BYTES > QUEUED_BYTES + READ_AHEAD_BYTES,
            "{n_sent} messages, which the server holds without its limits"
        );
        let is_held_back = is_held_back.load(Ordering::Relaxed);
        assert!(is_held_back, "the server waits for something else");
        // What waits to be sent, what was read ahead, and a message on its way between the two.
        mark.assert_peak(256 * 1024, "echoes that nobody reads");
    });
}

/// Whether something is done within many turns of the scheduler: one that sends without a pause lets
/// others have theirs now and then, which is not to be held back.
async fn is_ready_within_turns(sending: impl Future) -> bool {
    let mut sending = pin!(unconstrained(sending));
    for _ in 0..1000 {
        if poll_fn(|cx| Poll::Ready(sending.as_mut().poll(cx).is_ready())).await {
            return true;
        }
        tokio::task::yield_now().await;
    }
    false
}

#[test]
fn that_send_without_a_pause_both_ways_take_little() {
    const MESSAGE_BYTES: usize = 64 * 1024;
    const N_MESSAGES: usize = 64 * 1024 * 1024 / MESSAGE_BYTES;
    alone(async {
        let (near, far) = pair().await;
        let payload = Bytes::from(vec![7; MESSAGE_BYTES]);
        let mark = Mark::set();
        let ends = [near, far].map(|ws| {
            let (sender, receiver) = ws.split();
            let sending = tokio::spawn(send_all(sender, payload.clone(), N_MESSAGES));
            let receiving = tokio::spawn(receive_all(receiver, N_MESSAGES));
            async {
                within("the end of sending", sending)
                    .await
                    .expect("no panic");
                within("the end of receiving", receiving)
                    .await
                    .expect("no panic");
            }
        });
        let [near, far] = ends;
        tokio::join!(near, far);
        // In each direction: what waits to be sent, what was read ahead, and the message that is
        // being put together while the one before is handed out.
        mark.assert_peak(2 * 1024 * 1024, "64 MiB each way");
    });
}

async fn send_all(sender: Sender, payload: Bytes, n_messages: usize) {
    for _ in 0..n_messages {
        sender.send(payload.clone()).await.expect("it is open");
    }
    sender.flush().await.expect("it is open");
}

async fn receive_all(mut receiver: Receiver, n_messages: usize) {
    for _ in 0..n_messages {
        let message = receiver.recv().await.expect("it is open");
        assert!(matches!(message, Some(Message::Binary(_))), "{message:?}");
    }
}

/// A client of ours and the raw server it is connected to.
async fn connection() -> (WebSocket, RawPeer) {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback can be bound");
    let address = listener.local_addr().expect("a listener has an address");
    let connecting = tokio::spawn(sockeye::tokio::connect(format!("ws://{address}/")));
    let peer = RawPeer::accept(&listener).await;
    let ws = within("the client", connecting).await.expect("no panic");
    (ws.expect("the raw peer accepts"), peer)
}

/// Both ends of one connection of ours, warmed up.
async fn pair() -> (WebSocket, WebSocket) {
    let server = Server::bind("127.0.0.1:0")
        .await
        .expect("loopback can be bound");
    let address = server.local_addr().expect("a listener has an address");
    let (give, mut given) = tokio::sync::mpsc::channel(1);
    tokio::spawn(server.serve(move |ws| {
        let give = give.clone();
        async move {
            let _ = give.send(ws).await;
            Ok(())
        }
    }));
    let near = sockeye::tokio::connect(format!("ws://{address}/")).await;
    let mut near = near.expect("it serves");
    let far = within("the connection at the server", given.recv()).await;
    let mut far = far.expect("the handler gives it away");
    near.send("warm").await.expect("it is open");
    assert_eq!(far.recv().await.expect("it is open"), Some("warm".into()));
    far.send("warm").await.expect("it is open");
    assert_eq!(near.recv().await.expect("it is open"), Some("warm".into()));
    (near, far)
}
