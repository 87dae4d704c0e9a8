//! The transport over in-memory pipes.

use std::future::poll_fn;

use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

use super::*;

#[tokio::test]
async fn read_appends_within_max_and_keeps_what_was_there() {
    let (mut far, near) = duplex(64);
    let mut near = Io::new(near);
    far.write_all(b"abcdefgh").await.unwrap();
    let mut buf = BytesMut::with_capacity(64);
    buf.extend_from_slice(b"...");
    let memory = buf.as_ptr();
    for (max, expected) in [(3, "...abc"), (1, "...abcd"), (64, "...abcdefgh")] {
        let before = buf.len();
        let n = poll_fn(|cx| near.poll_read(cx, &mut buf, max))
            .await
            .unwrap();
        assert_eq!(n, expected.len() - before);
        assert_eq!(buf, expected);
    }
    assert_eq!(buf.as_ptr(), memory, "spare capacity was used");
}

#[tokio::test]
async fn read_makes_room_in_a_full_buffer() {
    let (mut far, near) = duplex(64);
    let mut near = Io::new(near);
    far.write_all(b"abc").await.unwrap();
    let mut buf = BytesMut::new();
    assert_eq!(
        poll_fn(|cx| near.poll_read(cx, &mut buf, 64))
            .await
            .unwrap(),
        3
    );
    assert_eq!(buf, "abc");
}

#[tokio::test]
async fn read_waits_for_bytes_and_reports_the_end() {
    let (mut far, near) = duplex(64);
    let mut near = Io::new(near);
    let mut buf = BytesMut::with_capacity(64);
    poll_fn(|cx| {
        assert!(near.poll_read(cx, &mut buf, 64).is_pending());
        Poll::Ready(())
    })
    .await;
    far.shutdown().await.unwrap();
    assert_eq!(
        poll_fn(|cx| near.poll_read(cx, &mut buf, 64))
            .await
            .unwrap(),
        0
    );
    assert!(buf.is_empty());
}

#[tokio::test]
async fn write_takes_slices_in_order() {
    let (mut far, near) = duplex(64);
    let mut near = Io::new(near);
    let slices = [&b"one "[..], b"two ", b"three"].map(IoSlice::new);
    let n = poll_fn(|cx| near.poll_write(cx, &slices)).await.unwrap();
    assert_eq!(n, 13, "all slices in one write");
    poll_fn(|cx| near.poll_flush(cx)).await.unwrap();
    drop(near);
    let mut received = String::new();
    far.read_to_string(&mut received).await.unwrap();
    assert_eq!(received, "one two three");
}

#[tokio::test]
async fn shutdown_ends_one_direction_only() {
    let (mut far, near) = duplex(64);
    let mut near = Io::new(near);
    poll_fn(|cx| near.poll_shutdown(cx)).await.unwrap();
    assert_eq!(far.read(&mut [0; 8]).await.unwrap(), 0);
    far.write_all(b"still").await.unwrap();
    let mut buf = BytesMut::new();
    assert_eq!(
        poll_fn(|cx| near.poll_read(cx, &mut buf, 64))
            .await
            .unwrap(),
        5
    );
}
