//! Messages that an application keeps.

use sockeye::tokio::{Receiver, Server};
use sockeye::{Message, Role};
use sockeye_tests::{RawPeer, frame, within};
use tokio::sync::oneshot;

use crate::heap::{Mark, alone};

const N_MESSAGES: usize = 20_000;
const MESSAGE_BYTES: usize = 10;

/// The bound: less than four times what is kept.
const MOST: usize = 4 * N_MESSAGES * MESSAGE_BYTES;

#[test]
fn pin_less_than_four_times_their_size() {
    alone(async {
        for first_byte in [0x81, 0x82] {
            let message = frame(Role::Client, first_byte, &[b'k'; MESSAGE_BYTES]);
            check(&message.repeat(N_MESSAGES), |_| true).await;
        }
    });
}

/// What is dropped must not be held by what is kept beside it.
#[test]
fn pin_nothing_of_their_neighbours() {
    alone(async {
        let kept = frame(Role::Client, 0x82, &[7; MESSAGE_BYTES]);
        let dropped = frame(Role::Client, 0x82, &[7; 1000]);
        let flood = [kept, dropped].concat().repeat(N_MESSAGES);
        check(&flood, |message| message.len() == MESSAGE_BYTES).await;
    });
}

/// Fragments are put together in a buffer that grows, and none of its growth is kept.
#[test]
fn of_fragments_pin_less_than_four_times_their_size() {
    alone(async {
        let first = frame(Role::Client, 0x02, &[7; MESSAGE_BYTES / 2]);
        let last = frame(Role::Client, 0x80, &[7; MESSAGE_BYTES / 2]);
        check(&[first, last].concat().repeat(N_MESSAGES), |_| true).await;
    });
}

/// Sends `flood` to a server that keeps the messages which `is_kept` likes, and weighs those.
async fn check(flood: &[u8], is_kept: fn(&Message) -> bool) {
    let (peer, mut receiver) = connection().await;
    let mut kept = Vec::with_capacity(N_MESSAGES);
    let mark = Mark::set();
    let (_, ()) = tokio::join!(send(peer, flood), async {
        while kept.len() < N_MESSAGES {
            let message = within("a message", receiver.recv()).await;
            let message = message.expect("it is open").expect("it is not closed");
            if is_kept(&message) {
                kept.push(message);
            }
        }
    });
    let growth = mark.growth();
    assert!(kept.iter().all(|message| message.len() == MESSAGE_BYTES));
    assert!(
        growth < MOST,
        "{growth} bytes of heap for {} kept",
        MOST / 4
    );
}

async fn send(mut peer: RawPeer, bytes: &[u8]) -> RawPeer {
    peer.send(bytes).await;
    peer
}

/// A raw client, and the receiving end of our server's connection to it.
async fn connection() -> (RawPeer, Receiver) {
    let server = Server::bind("127.0.0.1:0")
        .await
        .expect("loopback can be bound");
    let address = server.local_addr().expect("a listener has an address");
    let (give, given) = oneshot::channel();
    let give = std::sync::Mutex::new(Some(give));
    tokio::spawn(server.serve(move |ws| {
        let give = give.lock().expect("nobody panics with it").take();
        async move {
            let (_sender, receiver) = ws.split();
            let _ = give.expect("there is one connection").send(receiver);
            Ok(())
        }
    }));
    let mut peer = RawPeer::open(address).await;
    let receiver = within("the connection at the server", given).await;
    let mut receiver = receiver.expect("the handler gives it away");
    // All that is allocated once has been.
    peer.send(&frame(Role::Client, 0x81, b"warm")).await;
    let message = within("a message", receiver.recv()).await;
    assert_eq!(message.expect("it is open"), Some("warm".into()));
    (peer, receiver)
}
