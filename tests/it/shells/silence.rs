//! A peer that says part of a frame and then nothing costs its server no work.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sockeye::Role;
use sockeye_tests::{AsyncShell, RawPeer, RunningServer, bind, frame, within};

/// Counts how often the task is polled, which is how often it was woken: a loop that turns without
/// work would do so all the time.
pub(super) async fn behind_one_byte_wakes_nobody<S: AsyncShell>() {
    let n_polls = Arc::<AtomicUsize>::default();
    let counted = Arc::clone(&n_polls);
    let server = RunningServer::<S>::start(bind::<S>().await, move |mut ws, _| {
        let n_polls = Arc::clone(&counted);
        async move {
            let message = {
                let mut receiving = pin!(ws.recv());
                let counted = poll_fn(|cx| {
                    n_polls.fetch_add(1, Ordering::Relaxed);
                    receiving.as_mut().poll(cx)
                });
                counted.await?.expect("a message")
            };
            ws.send(message).await?;
            Ok(())
        }
    });
    let mut peer = RawPeer::open(&server).await;
    let bytes = frame(Role::Client, 0x81, b"hi");
    let (first, rest) = bytes.split_at(1);
    peer.send(first).await;
    // However slow the machine is, there is no more to do than to take in the byte.
    silence().await;
    let n = n_polls.load(Ordering::Relaxed);
    assert!(n <= MAX_POLLS, "{n} polls for one byte");
    silence().await;
    peer.send(rest).await;
    let echo = within("an echo", peer.frame()).await;
    assert_eq!(echo.payload, b"hi");
    let n = n_polls.load(Ordering::Relaxed);
    assert!(n <= 2 * MAX_POLLS, "{n} polls for one frame");
}

async fn silence() {
    tokio::time::sleep(Duration::from_millis(200)).await;
}

/// One that finds nothing, one for the byte, and some that were for nothing.
const MAX_POLLS: usize = 8;
