//! Time limits pass on the clock of the runtime too.
//!
//! Each test waits for what has to come, whenever that is; the limits are short so that it does
//! not take long. What happens at which moment is tested on virtual clocks.

use std::time::Duration;

use sockeye::{Config, Error, Role, TimeoutKind, Timeouts};
use sockeye_tests::{
    ClientCalls, ClientOptions, RawPeer, RunningServer, ServerOptions, Shell, Watched,
    WebSocketCalls, bind, frame, request, within,
};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

const SHORT: Duration = Duration::from_millis(50);

fn config(timeouts: Timeouts) -> Config {
    Config {
        timeouts,
        ..Config::default()
    }
}

pub(super) async fn a_silent_peer_is_pinged_and_given_up<S: Shell>() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let client = S::client().config(config(Timeouts {
        ping_interval: Some(SHORT),
        pong: Some(SHORT),
        ..Timeouts::default()
    }));
    let (opened, mut peer) = tokio::join!(client.connect(&url), RawPeer::accept(&listener));
    let (mut ws, _) = opened.unwrap();
    let end = within("the end of patience", ws.recv()).await;
    assert!(
        matches!(end, Err(Error::Timeout(TimeoutKind::Keepalive))),
        "{end:?}"
    );
    let ping = peer.frame().await;
    assert_eq!(ping.first_byte & 0x0f, 9, "{ping:?}");
}

pub(super) async fn a_peer_that_answers_pings_is_kept<S: Shell>() {
    let server = bind::<S>().await.config(config(Timeouts {
        ping_interval: Some(SHORT),
        // Much longer, since a loaded machine takes its time.
        pong: Some(Duration::from_secs(10)),
        ..Timeouts::default()
    }));
    let server = RunningServer::<S>::echoing(server);
    let mut peer = RawPeer::open(&server).await;
    for _ in 0..5 {
        let ping = peer.frame().await;
        assert_eq!(ping.first_byte & 0x0f, 9, "{ping:?}");
        peer.send(&frame(Role::Client, 0x8a, &ping.payload)).await;
    }
    peer.send(&frame(Role::Client, 0x81, b"alive")).await;
    loop {
        let received = peer.frame().await;
        if received.first_byte & 0x0f == 1 {
            break assert_eq!(received.payload, b"alive");
        }
    }
}

pub(super) async fn a_peer_that_does_not_read_is_given_up<S: Shell>() {
    let (report, mut reported) = mpsc::unbounded_channel();
    let server = bind::<S>().await.config(config(Timeouts {
        write_stall: Some(SHORT),
        ..Timeouts::default()
    }));
    let server = RunningServer::<S>::start(server, move |mut ws, _request| {
        let report = report.clone();
        async move {
            while ws.send(vec![7; 60_000]).await.is_ok() {}
            let _ = report.send(ws.recv().await);
            Ok(())
        }
    });
    let _peer = RawPeer::open(&server).await;
    let end = within("the end of patience", reported.recv()).await;
    assert!(
        matches!(end, Some(Err(Error::Timeout(TimeoutKind::WriteStall)))),
        "{end:?}"
    );
}

pub(super) async fn a_message_that_never_ends_is_given_up<S: Shell>() {
    let server = Watched::<S>::receiving(|server| {
        server.config(config(Timeouts {
            assembly: Some(SHORT),
            ..Timeouts::default()
        }))
    });
    let mut server = server.await;
    let mut peer = RawPeer::open(&server).await;
    peer.send(&frame(Role::Client, 0x01, b"beginning")).await;
    assert_eq!(peer.close_and_end("after the limit").await, 1008);
    drop(peer);
    let seen = server.seen().await;
    assert!(matches!(seen.end, Err(Error::Protocol(_))), "{seen:?}");
}

pub(super) async fn a_peer_that_reads_slowly_but_all_the_time_is_kept<S: Shell>() {
    let (report, mut failure) = mpsc::unbounded_channel();
    let server = bind::<S>().await.config(config(Timeouts {
        write_stall: Some(Duration::from_secs(1)),
        ..Timeouts::default()
    }));
    let server = RunningServer::<S>::start(server, move |mut ws, _request| {
        let report = report.clone();
        async move {
            for _ in 0..1000 {
                if let Err(error) = ws.send(vec![7; 60_000]).await {
                    let _ = report.send(error);
                    break;
                }
            }
            Ok(())
        }
    });
    let mut peer = RawPeer::connect(&server).await;
    peer.send(request("").as_bytes()).await;
    let mut buf = vec![0; 40_000];
    // 400 kB in a second, for three times the limit. Linux calls a socket writable again when about
    // 1 MB has left, so the limit passes unless each part counts. The peer's system makes room in
    // steps of up to 200 kB, which nobody here can see into: they must come faster than the limit.
    for _ in 0..30 {
        peer.bytes(&mut buf).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // What was sent before a failure would still arrive, so the server is asked.
    let failed = failure.try_recv();
    assert!(matches!(failed, Err(mpsc::error::TryRecvError::Empty)));
}
