//! Peers that do not read hold senders back, and nothing locks up, over real sockets.
//!
//! How little memory that takes is measured in the binary `memory`.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use sockeye::driver::{Receiver, Sender, WebSocket};
use sockeye::{Error, Message, Transport, TrySendError};
use sockeye_tests::{RawPeer, RunningServer, Shell, Watched, bind, spawn, within};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::unconstrained;

use super::opening::connect;

/// One message of the blasts.
const MESSAGE_BYTES: usize = 64 * 1024;

/// More than sockets of any usual system hold: what is sent beyond this waits in our memory.
const KERNEL_BYTES: usize = 64 * 1024 * 1024;

pub(super) async fn a_slow_reader_makes_send_wait_until_it_reads<S: Shell>() {
    let (is_full, full) = oneshot::channel();
    let is_full = std::sync::Mutex::new(Some(is_full));
    let server = RunningServer::start(bind::<S>().await, move |ws, _request| {
        let is_full = is_full.lock().expect("nobody panics with it").take();
        let is_full = is_full.expect("there is one connection");
        async move { Ok(fill(ws, is_full).await?) }
    });

    let mut peer = RawPeer::open(&server).await;
    let n_sent = within("the moment when send waits", full).await;
    let n_sent = n_sent.expect("the handler sends until then");
    assert!(
        n_sent * MESSAGE_BYTES < KERNEL_BYTES,
        "{n_sent} messages went nowhere"
    );
    // Everything comes once the peer reads: what was sent before, and what waited.
    for number in 0..=n_sent {
        let message = peer.frame().await;
        assert_eq!(message.payload.len(), MESSAGE_BYTES, "{number}");
        assert_eq!(
            message.payload[..4],
            u32::try_from(number).unwrap().to_be_bytes()
        );
    }
    assert_eq!(peer.close_and_end("behind the messages").await, 1000);
}

/// Sends until a send has to wait, says how many did not, and ends when that one did not either.
async fn fill<T: Transport>(
    mut ws: WebSocket<T>,
    is_full: oneshot::Sender<usize>,
) -> Result<(), Error> {
    let mut is_full = Some(is_full);
    let mut number = 0_u32;
    while is_full.is_some() {
        let mut message = vec![0; MESSAGE_BYTES];
        message[..4].copy_from_slice(&number.to_be_bytes());
        // Not to be taken for waiting: tokio's own pauses, which it makes so that others may run.
        let mut sending = pin!(unconstrained(ws.send(message)));
        poll_fn(|cx| {
            let poll = sending.as_mut().poll(cx);
            if poll.is_pending()
                && let Some(is_full) = is_full.take()
            {
                let _ = is_full.send(usize::try_from(number).unwrap());
            }
            poll
        })
        .await?;
        number += 1;
    }
    ws.close(sockeye::CloseCode::NormalClosure, "").await?;
    Ok(())
}

pub(super) async fn a_slow_reader_is_told_by_try_send_which_gives_the_message_back<S: Shell>() {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback can be bound");
    let address = listener.local_addr().expect("a listener has an address");
    let connecting = spawn::<S, _>(async move { connect::<S>(&format!("ws://{address}/")).await });
    let mut peer = RawPeer::accept(&listener).await;
    let ws = within("the client", connecting).await.expect("no panic");
    let mut ws = ws.expect("the raw peer accepts");
    let mut n_sent = 0;
    let given_back = loop {
        match ws.try_send(vec![0; MESSAGE_BYTES]) {
            Ok(()) => n_sent += 1,
            Err(TrySendError::Full(message)) => break message,
            Err(error) => panic!("{error}"),
        }
        assert!(
            n_sent * MESSAGE_BYTES < KERNEL_BYTES,
            "{n_sent} messages went nowhere"
        );
        // Only a look at the socket tells whether there is room.
        let flushing = poll_fn(|cx| {
            let mut flushing = pin!(unconstrained(ws.flush()));
            Poll::Ready(
                flushing
                    .as_mut()
                    .poll(cx)
                    .map(|flushed| flushed.expect("it is open")),
            )
        });
        let _ = flushing.await;
    };
    assert_eq!(given_back.len(), MESSAGE_BYTES);
    let sending = async {
        ws.send(given_back).await?;
        ws.flush().await
    };
    let (sent, ()) = tokio::join!(sending, async {
        for _ in 0..=n_sent {
            assert_eq!(peer.frame().await.payload.len(), MESSAGE_BYTES);
        }
    });
    sent.expect("there is room once the peer reads");
}

/// 64 MiB each way at once, each half in a task of its own.
pub(super) async fn halves_that_send_without_a_pause_do_not_lock_up<S: Shell>() {
    const N_MESSAGES: usize = 64 * 1024 * 1024 / MESSAGE_BYTES;
    let server = RunningServer::start(bind::<S>().await, |ws, _request| async move {
        blast_both_ways::<S, _>(ws, N_MESSAGES).await;
        Ok(())
    });
    let ws = connect::<S>(&server.url("")).await;
    blast_both_ways::<S, _>(ws.expect("it serves"), N_MESSAGES).await;
}

async fn blast_both_ways<S: Shell, T: Transport + 'static>(ws: WebSocket<T>, n_messages: usize) {
    let (sender, receiver) = ws.split();
    let sending = spawn::<S, _>(send_numbered(sender, n_messages));
    let receiving = spawn::<S, _>(receive_numbered(receiver, n_messages));
    within("the end of sending", sending)
        .await
        .expect("no panic");
    within("the end of receiving", receiving)
        .await
        .expect("no panic");
}

async fn send_numbered<T: Transport>(sender: Sender<T>, n_messages: usize) {
    for number in 0..n_messages {
        let mut message = vec![0; MESSAGE_BYTES];
        message[..8].copy_from_slice(&number.to_be_bytes());
        sender.send(message).await.expect("the connection is open");
    }
    sender.flush().await.expect("the connection is open");
}

async fn receive_numbered<T: Transport>(mut receiver: Receiver<T>, n_messages: usize) {
    for number in 0..n_messages {
        let message = receiver.recv().await.expect("the connection is open");
        let Some(Message::Binary(message)) = message else {
            panic!("{message:?} instead of message {number}");
        };
        assert_eq!(message.len(), MESSAGE_BYTES);
        assert_eq!(message[..8], number.to_be_bytes());
    }
}

/// An echo server whose client does not read waits itself, and so does the client in the end.
pub(super) async fn an_echo_passes_it_on_to_the_client_that_does_not_read<S: Shell>() {
    let server = Watched::<S>::echoing(|server| server).await;
    let ws = connect::<S>(&server.url()).await.expect("it serves");
    let (sender, mut receiver) = ws.split();
    let mut n_sent = 0;
    while sends_within_turns(&sender).await {
        n_sent += 1;
        assert!(
            n_sent * MESSAGE_BYTES < 4 * KERNEL_BYTES,
            "{n_sent} messages went nowhere"
        );
    }
    for _ in 0..n_sent {
        let echo = within("an echo", receiver.recv())
            .await
            .expect("it is open");
        assert_eq!(echo.map(|echo| echo.len()), Some(MESSAGE_BYTES));
    }
}

/// Sends one message, or gives up when that takes many turns of the scheduler.
async fn sends_within_turns<T: Transport>(sender: &Sender<T>) -> bool {
    let mut sending = pin!(unconstrained(sender.send(vec![0; MESSAGE_BYTES])));
    for _ in 0..10_000 {
        let poll = poll_fn(|cx| Poll::Ready(sending.as_mut().poll(cx))).await;
        if let Poll::Ready(sent) = poll {
            sent.expect("the connection is open");
            return true;
        }
        // The server's task has its turn.
        tokio::task::yield_now().await;
    }
    false
}
