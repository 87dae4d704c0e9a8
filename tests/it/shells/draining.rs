//! A server that goes away tells every connection so, whatever that is doing.

use std::time::Duration;

use futures_util::future::join_all;
use sockeye::tokio::DrainReport;
use sockeye::{CloseCode, Initiator, Role};
use sockeye_tests::{RawPeer, Seen, WatchedServer, frame, header, within};

use crate::sockets::many_sockets;

const N_CLIENTS: usize = 180;

/// Raw peers that are in the middle of something.
const N_BUSY: usize = 20;

#[tokio::test]
async fn closes_two_hundred_connections_with_1001() {
    let _turn = many_sockets().await;
    let mut server = WatchedServer::echoing(|server| server).await;
    let mut clients = Vec::new();
    for number in 0..N_CLIENTS {
        let mut ws = sockeye::tokio::connect(server.url())
            .await
            .expect("it serves");
        ws.send(number.to_string()).await.expect("it is open");
        let echo = within("an echo", ws.recv()).await.expect("it is open");
        assert_eq!(echo, Some(number.to_string().into()));
        clients.push(async move { Seen::receive(&mut ws).await });
    }
    let mut busy = Vec::new();
    for number in 0..N_BUSY {
        let mut peer = RawPeer::open(server.address).await;
        // Within a message of several frames, or within a frame.
        match number % 2 {
            0 => peer.send(&frame(Role::Client, 0x01, b"first")).await,
            _ => peer.send(&header(Role::Client, 0x82, 100, &[])).await,
        }
        busy.push(peer);
    }
    assert_eq!(server.handle.connections(), N_CLIENTS + N_BUSY);

    let handle = server.handle.clone();
    let draining = async { handle.drain(Duration::from_secs(20)).await };
    let busy_ends = busy.into_iter().map(|mut peer| async move {
        let close = peer.frame().await;
        let going_away = Some((1001, "server is going away"));
        assert_eq!(close.as_close(), going_away, "{close:?}");
        // What is under way is not interrupted by the answer, which is a frame of its own.
        peer.half_close().await;
        peer.rest().await.expect("an orderly end")
    });
    let clients = within("the clients' ends", join_all(clients));
    let (report, seen, _) = tokio::join!(
        within("the end of draining", draining),
        clients,
        join_all(busy_ends)
    );

    let all = DrainReport {
        closed: N_CLIENTS + N_BUSY,
        aborted: 0,
    };
    assert_eq!(report, all);
    assert_eq!(server.handle.connections(), 0);
    for (number, seen) in seen.into_iter().enumerate() {
        assert_eq!(seen.messages, [], "{number}");
        assert!(matches!(seen.end, Ok(())), "{number}: {:?}", seen.end);
        assert_eq!(seen.outcome.code(), CloseCode::GoingAway, "{number}");
        assert_eq!(seen.outcome.first, Some(Initiator::Peer), "{number}");
        assert!(seen.outcome.clean, "{number}");
    }
    let mut n_clean = 0;
    for _ in 0..N_CLIENTS + N_BUSY {
        n_clean += usize::from(server.seen().await.outcome.clean);
    }
    assert_eq!(n_clean, N_CLIENTS);
}
