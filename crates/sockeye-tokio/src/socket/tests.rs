//! Sockets that are full, and sockets that are about to be.

use std::future::{Future, poll_fn};
use std::pin::pin;

use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use super::*;

#[tokio::test]
async fn socket_sends_each_write_at_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stream = Socket::from(TcpStream::connect(address).await.unwrap());
    assert!(stream.tcp.nodelay().unwrap());
}

/// A stream and the socket at its other end.
async fn connected() -> (Socket, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let near = TcpStream::connect(listener.local_addr().unwrap());
    let (near, accepted) = tokio::join!(near, listener.accept());
    (Socket::from(near.unwrap()), accepted.unwrap().0)
}

/// Bytes of which no two parts are alike.
fn payload(len: usize) -> Vec<u8> {
    (0..len).map(|n| ((n >> 8) + n) as u8).collect()
}

#[tokio::test]
async fn a_write_to_a_full_socket_waits_and_goes_on() {
    let (mut near, mut far) = connected().await;
    let sent = payload(16 << 20);
    let expected = sent.clone();
    let (is_full, was_full) = tokio::sync::oneshot::channel();
    let writing = tokio::spawn(async move {
        let mut is_full = Some(is_full);
        let mut n_written = 0;
        while n_written < sent.len() {
            let rest = &sent[n_written..];
            let (first, second) = rest.split_at(rest.len().min(1000));
            let slices = [IoSlice::new(first), IoSlice::new(second)];
            n_written += poll_fn(|cx| {
                let polled = Pin::new(&mut near).poll_write_vectored(cx, &slices);
                if polled.is_pending()
                    && let Some(is_full) = is_full.take()
                {
                    is_full.send(()).unwrap();
                }
                polled
            })
            .await
            .unwrap();
        }
    });
    // Nothing is read before the socket was full, so that the writer has to be woken.
    was_full.await.unwrap();
    let mut received = Vec::new();
    far.read_to_end(&mut received).await.unwrap();
    writing.await.unwrap();
    assert!(received == expected);
}

/// The runtime's budget for one task does not stop it, so nobody is woken on its behalf.
#[tokio::test]
async fn writes_of_a_task_that_has_used_up_its_turn_are_taken() {
    let (mut near, mut far) = connected().await;
    poll_fn(|cx| {
        while pin!(tokio::task::consume_budget()).poll(cx).is_ready() {}
        for _ in 0..300 {
            let written = Pin::new(&mut near).poll_write(cx, b"0123456789");
            assert!(matches!(written, Poll::Ready(Ok(10))), "{written:?}");
        }
        Poll::Ready(())
    })
    .await;
    let mut received = vec![0; 3000];
    far.read_exact(&mut received).await.unwrap();
    assert_eq!(received, b"0123456789".repeat(300));
}

#[tokio::test]
async fn a_write_to_a_closed_connection_is_an_error() {
    let (mut near, far) = connected().await;
    drop(far);
    let bytes = payload(1 << 20);
    let error = loop {
        match poll_fn(|cx| Pin::new(&mut near).poll_write(cx, &bytes)).await {
            Ok(_) => {}
            Err(error) => break error.kind(),
        }
    };
    let expected = [io::ErrorKind::ConnectionReset, io::ErrorKind::BrokenPipe];
    assert!(expected.contains(&error), "{error:?}");
}
