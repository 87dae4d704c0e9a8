//! Threads that use one connection at the same time, and one that ends it for the others.

use sockeye::blocking::{Client, connect};
use sockeye::{CloseCode, Error, Initiator, Role, State};
use sockeye_tests::{frame, within};

use super::{Serving, bind, connected, in_thread, result_of};

const MESSAGE_BYTES: usize = 64 * 1024;

#[tokio::test]
async fn are_whole_again_with_the_last_sender_of_the_same_connection() {
    let (ours, _peer) = connected(Client::new()).await;
    let (other, _other_peer) = connected(Client::new()).await;
    let (sender, receiver) = ours.split();
    let (other_sender, _other_receiver) = other.split();
    let (_, receiver) = receiver.unsplit(other_sender).map(drop).unwrap_err();
    let clone = sender.clone();
    let (sender, receiver) = receiver.unsplit(sender).map(drop).unwrap_err();
    drop(clone);
    let ws = receiver.unsplit(sender).map_err(drop).unwrap();
    assert_eq!(ws.state(), State::Open);
}

/// The peer neither sends nor reads, so both wait for it.
#[tokio::test]
async fn that_wait_return_when_a_third_thread_aborts() {
    let (ws, mut peer) = connected(Client::new()).await;
    let (sender, mut receiver) = ws.split();
    let third = sender.clone();
    let receiving = in_thread(move || receiver.recv());
    let waiting = in_thread({
        let sender = sender.clone();
        move || sender.ping().unwrap().wait()
    });
    let (full, is_full) = tokio::sync::oneshot::channel();
    let sending = in_thread(move || {
        while sender.try_send(vec![0; MESSAGE_BYTES]).is_ok() {}
        full.send(()).unwrap();
        sender.send(vec![0; MESSAGE_BYTES])
    });
    within("a full queue", is_full).await.unwrap();
    third.abort();
    let received = result_of("the end of receiving", receiving).await;
    assert!(
        matches!(received, Ok(None) | Err(Error::ConnectionLost)),
        "{received:?}"
    );
    let sent = result_of("the end of sending", sending).await;
    assert!(matches!(sent, Err(Error::Closed)), "{sent:?}");
    let answered = result_of("the end of waiting for a pong", waiting).await;
    assert!(matches!(answered, Err(Error::Closed)), "{answered:?}");
    assert_eq!(third.state(), State::Closed);
    drop(third);
    // The socket is gone, whatever of the messages had left.
    let _ = peer.rest().await;
}

#[tokio::test]
async fn close_with_grace_when_a_third_thread_says_so() {
    let server = Serving::echoing(bind());
    let url = server.url();
    let ws = result_of("a client", in_thread(move || connect(url))).await;
    let (sender, mut receiver) = ws.unwrap().split();
    let receiving = in_thread(move || (receiver.recv(), receiver.close_outcome()));
    let closing = in_thread(move || sender.close(CloseCode::NormalClosure, "enough"));
    let ours = result_of("the closing handshake", closing).await.unwrap();
    assert!(ours.clean, "{ours:?}");
    let (received, outcome) = result_of("the end of receiving", receiving).await;
    assert_eq!(received.unwrap(), None);
    assert_eq!(outcome.unwrap().first, Some(Initiator::Us));
}

#[tokio::test]
async fn answer_pings_where_the_receiver_was_dropped() {
    let (ws, mut peer) = connected(Client::new()).await;
    let (sender, receiver) = ws.split();
    drop(receiver);
    peer.send(&frame(Role::Server, 0x81, b"nobody reads this"))
        .await;
    peer.send(&frame(Role::Server, 0x89, b"are you there?"))
        .await;
    let pong = peer.frame().await;
    assert_eq!(pong.first_byte & 0x0f, 10, "{pong:?}");
    assert_eq!(pong.payload, b"are you there?");
    peer.send(&frame(Role::Server, 0x88, b"\x03\xe8")).await;
    peer.half_close().await;
    let outcome = result_of("the end", in_thread(move || sender.closed())).await;
    assert_eq!(outcome.code(), CloseCode::NormalClosure);
}
