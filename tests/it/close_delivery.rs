//! A peer that goes on sending while we fail it reads our Close all the same, every time.
//!
//! A socket that is closed with bytes unread resets the connection, and the reset overtakes the
//! Close frame; so we half-close, and read on within bounds (RFC 6455 §7.1.1, §7.1.7).

use futures_util::future::join_all;
use sockeye::Role;
use sockeye_tests::{RawPeer, WatchedServer, header, one_close};

use crate::sockets::many_sockets;

/// Peers that are failed, and how many of them at a time: each may take the second for which we
/// read on.
const N_PEERS: usize = 1000;
const AT_A_TIME: usize = 125;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_1002_succeeds_a_thousand_times_out_of_a_thousand() {
    // RFC 6455 §5.2: an opcode that is reserved.
    deliver(&header(Role::Client, 0x83, 0, &[]), 1002).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_1009_succeeds_a_thousand_times_out_of_a_thousand() {
    // One byte more than the default limit on binary messages.
    let too_long = (2 * 1024 * 1024 + 1_u64).to_be_bytes();
    deliver(&header(Role::Client, 0x82, 127, &too_long), 1009).await;
}

/// Lets each peer send `violation` and then junk without a pause, until it sees the end.
async fn deliver(violation: &[u8], code: u16) {
    let _turn = many_sockets().await;
    let server = WatchedServer::receiving(|server| server).await;
    let mut failures = Vec::new();
    for _ in 0..N_PEERS / AT_A_TIME {
        let peers = (0..AT_A_TIME).map(|_| async {
            let mut peer = RawPeer::open(server.address).await;
            peer.send(violation).await;
            one_close(&peer.blast(&[0x55; 16 * 1024]).await)
        });
        let ends = join_all(peers).await;
        failures.extend(ends.into_iter().filter(|end| *end != Ok(code)));
    }
    assert!(
        failures.is_empty(),
        "{} of {N_PEERS} peers did not read {code}, the first saw {:?}",
        failures.len(),
        failures[0]
    );
}
