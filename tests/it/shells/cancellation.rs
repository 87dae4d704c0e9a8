//! Futures that are dropped before they are ready, over real sockets.
//!
//! That each is safe to drop at every poll is tested in the driver, in memory.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use sockeye_tests::{AsyncShell, RunningServer, Shell, Watched, bind, spawn, within};
use tokio::net::TcpListener;

use super::opening::connect;

/// Polls `future` once; `None` when it was not ready.
async fn poll_once<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|cx| {
        Poll::Ready(match future.as_mut().poll(cx) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        })
    })
    .await
}

pub(super) async fn recv_that_is_dropped_loses_no_message<S: AsyncShell>() {
    const N_MESSAGES: usize = 500;
    let server = RunningServer::<S>::echoing(bind::<S>().await);
    let (sender, mut receiver) = connect::<S>(&server.url("")).await.unwrap().split();
    let sending = spawn::<S, _>(async move {
        for number in 0..N_MESSAGES {
            // Some come whole in one read, some do not.
            let padding = "x".repeat(number % 7 * 20_000);
            let text = format!("{number} {padding}");
            sender.send(text).await.expect("it is open");
        }
        sender.flush().await.expect("it is open");
        sender
    });
    let mut n_received = 0;
    let mut n_dropped = 0;
    while n_received < N_MESSAGES {
        let received = within("a message", async {
            loop {
                match poll_once(receiver.recv()).await {
                    Some(received) => break received,
                    None => {
                        n_dropped += 1;
                        tokio::task::yield_now().await;
                    }
                }
            }
        });
        let message = received.await.expect("it is open").expect("more to come");
        let sockeye::Message::Text(text) = message else {
            panic!("texts were sent")
        };
        let number = text.as_str().split(' ').next().map(str::parse);
        assert_eq!(number, Some(Ok(n_received)));
        n_received += 1;
    }
    assert!(n_dropped > 0, "none was dropped");
    drop(within("the end of sending", sending).await);
}

pub(super) async fn send_that_is_dropped_sends_a_message_whole_or_not_at_all<S: AsyncShell>() {
    const N_MESSAGES: usize = 300;
    let mut server = Watched::<S>::receiving(|server| server).await;
    let mut ws = connect::<S>(&server.url()).await.unwrap();
    let mut n_dropped = 0;
    for number in 0..N_MESSAGES {
        let mut message = vec![0x77; 100_000];
        message[..8].copy_from_slice(&number.to_be_bytes());
        n_dropped += usize::from(poll_once(ws.send(message)).await.is_none());
    }
    let closing = ws.close(sockeye::CloseCode::NormalClosure, "");
    let outcome = within("the closing handshake", closing).await.unwrap();
    assert!(outcome.clean, "{outcome:?}");
    let seen = server.seen().await;
    assert!(n_dropped > 0, "none was dropped");
    let mut last = None;
    for message in &seen.messages {
        let bytes = message.as_bytes();
        assert_eq!(bytes.len(), 100_000);
        let number = usize::from_be_bytes(bytes[..8].try_into().unwrap());
        assert!(last < Some(number), "{number} after {last:?}");
        last = Some(number);
        assert!(bytes[8..].iter().all(|byte| *byte == 0x77));
    }
    assert!(seen.messages.len() >= N_MESSAGES - n_dropped, "{n_dropped}");
}

pub(super) async fn connecting_that_is_dropped_leaves_nothing_behind<S: AsyncShell>() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let client = S::client();
    let (mut tcp, _) = {
        let mut connecting = pin!(client.connect(&url));
        let accepting = within("a client", listener.accept());
        tokio::select! {
            _ = &mut connecting => panic!("nobody has answered"),
            accepted = accepting => accepted.unwrap(),
        }
    };
    // The future is gone, and so is its socket.
    let mut rest = Vec::new();
    let reading = tokio::io::AsyncReadExt::read_to_end(&mut tcp, &mut rest);
    let _ = within("the end of the connection", reading).await;
}
