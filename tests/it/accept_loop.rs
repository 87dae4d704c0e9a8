//! An accept loop under adverse conditions.
//!
//! It must neither end nor spin, nor disturb the connections it has; and it takes new ones as soon
//! as it can.

#[cfg(target_os = "linux")]
mod starved;

use sockeye::Role;
use sockeye_tests::{RawPeer, WatchedServer, frame, within};

use crate::sockets::many_sockets;

/// Clients that are gone before they are accepted are nobody's error.
#[tokio::test]
async fn takes_aborted_connections_for_what_they_are() {
    let _turn = many_sockets().await;
    let server = WatchedServer::echoing(|server| server).await;
    for _ in 0..200 {
        RawPeer::connect(server.address).await.reset();
    }
    let mut peer = RawPeer::open(server.address).await;
    check_echo(&mut peer).await;
    within("the end of the aborted ones", async {
        while server.handle.connections() > 1 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

async fn check_echo(peer: &mut RawPeer) {
    peer.send(&frame(Role::Client, 0x81, b"still")).await;
    assert_eq!(peer.frame().await.payload, b"still");
}
