//! One task that sends to very many connections.
//!
//! Real sockets, since what is tested is how the runtime reports readiness.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sockeye_connection::Message;
use sockeye_driver::Acceptor;
use tokio::net::{TcpListener, TcpStream};

use crate::{Client, Stream, accept};

/// More connections than the runtime lets one task use in a turn: on the way to the others it would
/// wake each of their tasks.
#[tokio::test]
async fn one_task_that_sends_to_hundreds_does_not_wake_theirs() {
    const N_CONNECTIONS: usize = 300;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let (acceptor, client) = (Acceptor::new(), Client::new());
    let n_polls = Arc::new(AtomicU64::new(0));
    let (mut senders, mut clients) = (Vec::new(), Vec::new());
    for _ in 0..N_CONNECTIONS {
        let tcp = TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        let (accepted, _) = listener.accept().await.unwrap();
        let accepted = accept(Stream::from(accepted), &acceptor);
        let connected = client.connect_on(url.as_str(), tcp);
        let (server, client) = tokio::join!(accepted, connected);
        let (sender, mut receiver) = server.unwrap().split();
        let counter = Arc::clone(&n_polls);
        tokio::spawn(async move {
            let mut receiving = pin!(receiver.recv());
            poll_fn(|cx| {
                counter.fetch_add(1, Ordering::Relaxed);
                receiving.as_mut().poll(cx)
            })
            .await
        });
        senders.push(sender);
        clients.push(client.unwrap().0);
    }
    // Each has been polled, and waits.
    while n_polls.load(Ordering::Relaxed) < N_CONNECTIONS as u64 {
        tokio::task::yield_now().await;
    }
    for round in 0..3 {
        let n_before = n_polls.load(Ordering::Relaxed);
        for sender in &senders {
            sender.try_send(format!("round {round}")).unwrap();
        }
        for client in &mut clients {
            let received = client.recv().await.unwrap();
            assert_eq!(received, Some(Message::from(format!("round {round}"))));
        }
        let n_woken = n_polls.load(Ordering::Relaxed) - n_before;
        assert_eq!(n_woken, 0, "tasks that have nothing to do");
    }
}
