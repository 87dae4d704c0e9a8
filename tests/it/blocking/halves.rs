//! Threads that use one connection at the same time, and one that ends it for the others.

use sockeye::blocking::{Client, Receiver, Sender, connect};
use sockeye::{CloseCode, Error, Initiator, Message, Role, State};
use sockeye_tests::{frame, within};

use super::{Serving, bind, connected, in_thread, result_of};

const MESSAGE_BYTES: usize = 64 * 1024;

#[tokio::test]
async fn pass_messages_both_ways_and_become_whole_again() {
    const N_MESSAGES: usize = 2000;
    let server = Serving::echoing(bind());
    let url = server.url();
    let (sender, mut receiver) = result_of("a client", in_thread(move || connect(url)))
        .await
        .unwrap()
        .split();
    let sending = in_thread(move || {
        for number in 0..N_MESSAGES {
            sender.send(number.to_string()).unwrap();
        }
        sender
    });
    let receiving = in_thread(move || {
        for number in 0..N_MESSAGES {
            let echo = receiver.recv().unwrap();
            assert_eq!(echo, Some(number.to_string().into()));
        }
        receiver
    });
    let sender = result_of("the end of sending", sending).await;
    let receiver = result_of("the end of receiving", receiving).await;
    let whole = receiver.unsplit(sender);
    assert!(whole.is_ok(), "halves of one connection");
}

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

/// 32 MiB each way at once, with two threads at each end.
#[tokio::test]
async fn that_send_without_a_pause_do_not_lock_up() {
    const N_MESSAGES: usize = 32 * 1024 * 1024 / MESSAGE_BYTES;
    fn blast(sender: Sender, receiver: Receiver) {
        let sending = std::thread::spawn(move || {
            for number in 0..N_MESSAGES {
                let mut message = vec![0; MESSAGE_BYTES];
                message[..8].copy_from_slice(&number.to_be_bytes());
                sender.send(message).unwrap();
            }
            sender.flush().unwrap();
        });
        for (number, message) in (0..N_MESSAGES).zip(receiver) {
            let Ok(Message::Binary(message)) = message else {
                panic!("{message:?}")
            };
            assert_eq!(message.len(), MESSAGE_BYTES);
            assert_eq!(message[..8], number.to_be_bytes());
        }
        sending.join().unwrap();
    }
    let server = Serving::start(bind(), |ws| {
        let (sender, receiver) = ws.split();
        blast(sender, receiver);
        Ok(())
    });
    let url = server.url();
    let client = in_thread(move || {
        let (sender, receiver) = connect(url).unwrap().split();
        blast(sender, receiver);
    });
    result_of("both directions", client).await;
}

#[tokio::test]
async fn of_many_senders_messages_arrive_whole_and_in_order() {
    const N_SENDERS: usize = 8;
    const N_MESSAGES: usize = 200;
    let server = Serving::echoing(bind());
    let url = server.url();
    let client = in_thread(move || {
        let (sender, receiver) = connect(url).unwrap().split();
        for number in 0..N_SENDERS {
            let sender = sender.clone();
            std::thread::spawn(move || {
                for count in 0..N_MESSAGES {
                    let text = format!("{number} {count} {}", "x".repeat(count * 10));
                    sender.send(text).unwrap();
                }
            });
        }
        let mut next = [0; N_SENDERS];
        for echo in receiver.take(N_SENDERS * N_MESSAGES) {
            let Ok(Message::Text(echo)) = echo else {
                panic!("{echo:?}")
            };
            let words: Vec<_> = echo.as_str().split(' ').collect();
            let (number, count): (usize, usize) =
                (words[0].parse().unwrap(), words[1].parse().unwrap());
            assert_eq!(count, next[number], "of sender {number}");
            assert_eq!(words[2].len(), count * 10);
            next[number] += 1;
        }
    });
    result_of("all echoes", client).await;
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
