//! A server that goes away: threads in calls leave, others are cut off.

use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::time::Duration;

use sockeye::blocking::connect;
use sockeye::{CloseCode, DrainReport};
use sockeye_tests::{PATIENCE, RawPeer, within};

use super::{Serving, bind, in_thread, result_of};

#[tokio::test]
async fn closes_connections_whose_threads_receive() {
    const N_CLIENTS: usize = 50;
    let server = Serving::echoing(bind());
    let mut clients = Vec::new();
    for number in 0..N_CLIENTS {
        let url = server.url();
        let (ready, is_ready) = tokio::sync::oneshot::channel();
        clients.push(in_thread(move || {
            let mut ws = connect(url).unwrap();
            ws.send(number.to_string()).unwrap();
            assert_eq!(ws.recv().unwrap(), Some(number.to_string().into()));
            ready.send(()).unwrap();
            assert_eq!(ws.recv().unwrap(), None);
            ws.close_outcome().unwrap()
        }));
        within("an echo", is_ready).await.unwrap();
    }
    assert_eq!(server.handle.connections(), N_CLIENTS);
    let handle = server.handle.clone();
    let report = result_of("draining", in_thread(move || handle.drain(PATIENCE))).await;
    assert_eq!((report.closed, report.aborted), (N_CLIENTS, 0));
    assert!(server.handle.is_draining());
    for client in clients {
        let outcome = result_of("a client's end", client).await;
        assert_eq!(outcome.code(), CloseCode::GoingAway);
        assert!(outcome.clean, "{outcome:?}");
    }
    result_of("the end of serving", server.served)
        .await
        .unwrap();
}

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

#[tokio::test]
async fn a_panic_in_a_handler_ends_only_its_connection() {
    let server = Serving::start(bind(), |mut ws| match ws.recv()? {
        Some(message) => Ok(ws.send(message)?),
        None => panic!("this panic belongs to the test"),
    });
    let url = server.url();
    let client = in_thread(move || {
        let mut bystander = connect(&url).unwrap();
        let mut ws = connect(&url).unwrap();
        let outcome = ws.close(CloseCode::NormalClosure, "").unwrap();
        assert!(outcome.clean, "{outcome:?}");
        bystander.send("still").unwrap();
        assert_eq!(bystander.recv().unwrap(), Some("still".into()));
    });
    result_of("both clients", client).await;
    within("the end of both", async {
        while server.handle.connections() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn no_more_are_served_at_once_than_the_server_wants() {
    let server = Serving::echoing(bind().max_connections(1));
    let url = server.url();
    let first = result_of("a client", in_thread(move || connect(url))).await;
    let mut second = RawPeer::connect(server.address).await;
    second.send(sockeye_tests::request("").as_bytes()).await;
    assert_eq!(server.handle.connections(), 1);
    drop(first);
    let head = second.head().await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
}

#[tokio::test]
async fn connections_come_and_go() {
    let server = Serving::echoing(bind());
    let url = server.url();
    let client = in_thread(move || {
        for number in 0..300 {
            let mut ws = connect(&url).unwrap();
            ws.send(number.to_string()).unwrap();
            assert_eq!(ws.recv().unwrap(), Some(number.to_string().into()));
        }
    });
    result_of("all of them", client).await;
    within("the end of all", async {
        while server.handle.connections() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}
