//! A server that goes away: handlers that do not leave are cut off, wherever they are.

use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::time::Duration;

use sockeye::DrainReport;
use sockeye_tests::RawPeer;

use super::{Serving, bind, in_thread, result_of};

/// The handler waits for a Close that does not come, and is freed by the end of the connection.
#[tokio::test]
async fn cuts_off_calls_that_wait() {
    let server = Serving::echoing(bind());
    let mut peer = RawPeer::open(server.address).await;
    let handle = server.handle.clone();
    let draining = in_thread(move || handle.drain(Duration::from_millis(50)));
    let report = result_of("draining", draining).await;
    let one = DrainReport {
        closed: 0,
        aborted: 1,
    };
    assert_eq!(report, one);
    result_of("the end of serving", server.served)
        .await
        .unwrap();
    assert_eq!(peer.close_and_end("while draining").await, 1001);
}

/// Nothing ends a thread that is busy with something else, but its peer is let go.
#[tokio::test]
async fn cuts_off_connections_whose_threads_are_elsewhere() {
    let (wake, sleep) = channel::<()>();
    let sleep = Mutex::new(sleep);
    let server = Serving::start(bind(), move |mut ws| {
        let _ = sleep.lock().unwrap().recv();
        assert!(ws.send("too late").is_err());
        Ok(())
    });
    let mut peer = RawPeer::open(server.address).await;
    let handle = server.handle.clone();
    let draining = in_thread(move || handle.drain(Duration::from_millis(50)));
    assert_eq!(result_of("draining", draining).await.aborted, 1);
    assert!(peer.rest().await.unwrap_or_default().is_empty());
    assert_eq!(server.handle.connections(), 1);
    drop(wake);
    result_of("the end of serving", server.served)
        .await
        .unwrap();
}
