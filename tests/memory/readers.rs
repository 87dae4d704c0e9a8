//! Peers that do not read, or that read while everybody sends.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use sockeye::tokio::{Receiver, Sender, Server, WebSocket};
use sockeye::{Bytes, Message, Role};
use sockeye_tests::{RawPeer, frame, within};
use tokio::net::TcpListener;
use tokio::task::unconstrained;

use crate::heap::{Mark, alone};

/// More than sockets of any usual system hold.
const KERNEL_BYTES: usize = 64 * 1024 * 1024;

#[test]
fn that_do_not_read_hold_the_sender_back_at_64_kib() {
    alone(async {
        let (mut ws, mut peer) = connection().await;
        ws.send(vec![0; 1024]).await.expect("it is open");
        assert_eq!(peer.frame().await.payload.len(), 1024);
        let mark = Mark::set();
        let mut n_sent = 0;
        while sends_at_once(&mut ws).await {
            n_sent += 1;
            assert!(n_sent * 1024 < KERNEL_BYTES, "{n_sent} KiB went nowhere");
        }
        // 64 KiB wait, and the message above them.
        mark.assert_peak(72 * 1024, "messages that nobody reads");
        let reading = async {
            for _ in 0..n_sent {
                assert_eq!(peer.frame().await.payload.len(), 1024);
            }
        };
        let (flushed, ()) = tokio::join!(within("the last of it", ws.flush()), reading);
        flushed.expect("it is open");
    });
}

async fn sends_at_once(ws: &mut WebSocket) -> bool {
    let mut sending = pin!(unconstrained(ws.send(vec![0; 1024])));
    poll_fn(|cx| Poll::Ready(sending.as_mut().poll(cx).is_ready())).await
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
        tokio::spawn(server.serve(|mut ws| async move {
            while let Some(message) = ws.recv().await? {
                ws.send(message).await?;
            }
            Ok(())
        }));
        let message = frame(Role::Client, 0x82, &[7; MESSAGE_BYTES]);
        let mut peer = RawPeer::open(address).await;
        peer.send(&message).await;
        assert_eq!(peer.frame().await.payload.len(), MESSAGE_BYTES);
        let mark = Mark::set();
        let mut n_sent = 0;
        while sends_within_turns(&mut peer, &message).await {
            n_sent += 1;
            assert!(
                n_sent * MESSAGE_BYTES < 4 * KERNEL_BYTES,
                "{n_sent} messages went nowhere"
            );
        }
        // What waits to be sent, what was read ahead, and a message on its way between the two.
        mark.assert_peak(256 * 1024, "echoes that nobody reads");
    });
}

/// Whether the whole message goes out within many turns of the scheduler.
async fn sends_within_turns(peer: &mut RawPeer, message: &[u8]) -> bool {
    let mut sending = pin!(unconstrained(peer.send(message)));
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
