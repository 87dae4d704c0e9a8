//! Peers that do not read hold senders back, and nothing locks up, over real sockets.
//!
//! How little memory that takes is measured in the binary `memory`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use sockeye::{Message, TrySendError};
use sockeye_tests::{
    RawPeer, ReceiverCalls, RunningServer, SenderCalls, Shell, Watched, WebSocketCalls,
    as_it_counts, bind, spawn, within,
};
use tokio::net::TcpListener;

use super::opening::connect;

/// One message of the blasts.
const MESSAGE_BYTES: usize = 64 * 1024;

/// More than sockets of any usual system hold: what is sent beyond this waits in our memory.
const KERNEL_BYTES: usize = 64 * 1024 * 1024;

/// Waits until nobody sends any more: whoever counts in `n_sent` waits in a call.
///
/// A machine that is too busy for a sender makes it seem so too, which no test may fail by.
async fn standstill(n_sent: &AtomicUsize) -> usize {
    let mut before = None;
    loop {
        let now = n_sent.load(Ordering::Relaxed);
        if now > 0 && before.replace(now) == Some(now) {
            return now;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

pub(super) async fn a_slow_reader_makes_send_wait_until_it_reads<S: Shell>() {
    const N_MESSAGES: usize = 2 * KERNEL_BYTES / MESSAGE_BYTES;
    let n_sent = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&n_sent);
    let server = RunningServer::<S>::start(bind::<S>().await, move |mut ws, _request| {
        let count = Arc::clone(&count);
        async move {
            for number in 0..N_MESSAGES {
                ws.send(numbered(number)).await?;
                count.fetch_add(1, Ordering::Relaxed);
            }
            ws.close(sockeye::CloseCode::NormalClosure, "").await?;
            Ok(())
        }
    });

    let mut peer = RawPeer::open(&server).await;
    let n_before = within("the moment when send waits", standstill(&n_sent)).await;
    assert!(
        n_before * MESSAGE_BYTES < KERNEL_BYTES,
        "{n_before} messages went nowhere"
    );
    // Everything comes once the peer reads: what was sent before, and what waited.
    for number in 0..N_MESSAGES {
        assert!(peer.frame().await.payload == numbered(number), "{number}");
    }
    assert_eq!(peer.close_and_end("behind the messages").await, 1000);
}

fn numbered(number: usize) -> Vec<u8> {
    let mut message = vec![0; MESSAGE_BYTES];
    message[..8].copy_from_slice(&number.to_be_bytes());
    message
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
    let server = RunningServer::<S>::start(bind::<S>().await, |ws, _request| async move {
        blast_both_ways::<S>(ws, N_MESSAGES).await;
        Ok(())
    });
    let ws = connect::<S>(&server.url("")).await;
    blast_both_ways::<S>(ws.expect("it serves"), N_MESSAGES).await;
}

async fn blast_both_ways<S: Shell>(ws: S::WebSocket, n_messages: usize) {
    let (sender, receiver) = ws.split();
    let n_sent = Arc::new(AtomicUsize::new(0));
    let n_received = Arc::new(AtomicUsize::new(0));
    let sending = send_numbered(sender, n_messages, Arc::clone(&n_sent));
    let sending = spawn::<S, _>(sending);
    let receiving = receive_numbered(receiver, n_messages, Arc::clone(&n_received));
    let receiving = spawn::<S, _>(receiving);
    let sent = as_it_counts("the end of sending", &n_sent, sending).await;
    sent.expect("no panic");
    let received = as_it_counts("the end of receiving", &n_received, receiving).await;
    received.expect("no panic");
}

async fn send_numbered(sender: impl SenderCalls, n_messages: usize, count: Arc<AtomicUsize>) {
    for number in 0..n_messages {
        let sent = sender.send(numbered(number)).await;
        sent.expect("the connection is open");
        count.fetch_add(1, Ordering::Relaxed);
    }
    sender.flush().await.expect("the connection is open");
}

async fn receive_numbered(
    mut receiver: impl ReceiverCalls,
    n_messages: usize,
    count: Arc<AtomicUsize>,
) {
    for number in 0..n_messages {
        let message = receiver.recv().await.expect("the connection is open");
        let Some(Message::Binary(message)) = message else {
            panic!("{message:?} instead of message {number}");
        };
        assert!(message == numbered(number), "not message {number}");
        count.fetch_add(1, Ordering::Relaxed);
    }
}

/// An echo server whose client does not read waits itself, and so does the client in the end.
pub(super) async fn an_echo_passes_it_on_to_the_client_that_does_not_read<S: Shell>() {
    let server = Watched::<S>::echoing(|server| server).await;
    let ws = connect::<S>(&server.url()).await.expect("it serves");
    let (sender, mut receiver) = ws.split();
    let n_sent = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&n_sent);
    let is_enough = Arc::new(AtomicBool::new(false));
    let enough = Arc::clone(&is_enough);
    let sending = spawn::<S, _>(async move {
        while !enough.load(Ordering::Relaxed) {
            let sent = sender.send(vec![0; MESSAGE_BYTES]).await;
            sent.expect("the connection is open");
            count.fetch_add(1, Ordering::Relaxed);
        }
        sender.send("the last").await.expect("it is open");
        sender.flush().await.expect("it is open");
        sender
    });
    let n_before = within("the moment when send waits", standstill(&n_sent)).await;
    assert!(
        n_before * MESSAGE_BYTES < 4 * KERNEL_BYTES,
        "{n_before} messages went nowhere"
    );
    is_enough.store(true, Ordering::Relaxed);
    let mut n_echoes = 0;
    loop {
        let echo = within("an echo", receiver.recv()).await;
        let echo = echo.expect("it is open").expect("the last is to come");
        if echo == "the last".into() {
            break;
        }
        assert_eq!(echo.len(), MESSAGE_BYTES);
        n_echoes += 1;
    }
    assert_eq!(n_echoes, n_sent.load(Ordering::Relaxed));
    drop(within("the end of sending", sending).await);
}
