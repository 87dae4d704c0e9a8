//! Opening handshakes that are too large, or that never end.

use sockeye::Config;
use sockeye_tests::{RawPeer, WatchedServer, within};

use crate::heap::{Mark, alone};
use crate::watched::Watched;

/// The limit on a head.
const HEAD_BYTES: usize = 16 * 1024;

#[test]
fn of_a_mebibyte_take_twice_the_limit_at_most() {
    alone(async {
        let server = WatchedServer::receiving(|server| server).await;
        let head = format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}", "a".repeat(1 << 20));
        for most in [usize::MAX, 2 * HEAD_BYTES] {
            let mut peer = RawPeer::connect(server.address).await;
            let mark = Mark::set();
            let answer = peer.blast(head.as_bytes()).await.expect("a response");
            // The first time the server makes what it makes once.
            mark.assert_peak(most, "a head of a mebibyte");
            assert!(answer.starts_with(b"HTTP/1.1 431 "), "{answer:02x?}");
        }
    });
}

#[test]
fn that_never_end_take_little_each() {
    const N_PEERS: usize = 200;
    alone(async {
        let server = Watched::start(Config::default()).await;
        let mut peers = Vec::new();
        for _ in 0..N_PEERS {
            peers.push(RawPeer::connect(server.address).await);
        }
        let all = |count: usize| {
            let handle = server.handle.clone();
            within("all at the server", async move {
                while handle.connections() != count {
                    tokio::task::yield_now().await;
                }
            })
        };
        all(N_PEERS).await;
        let mark = Mark::set();
        for peer in &mut peers {
            peer.send(b"GET / HTTP/1.1\r\nHost: x\r\n").await;
        }
        // They are read in turn; one that comes later is answered later.
        let mut last = RawPeer::connect(server.address).await;
        last.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
        let answer = last.rest().await.expect("a response");
        assert!(answer.starts_with(b"HTTP/1.1 426 "), "{answer:02x?}");
        drop(last);
        all(N_PEERS).await;
        let each = mark.growth() / N_PEERS;
        assert!(each <= 256, "{each} bytes of heap for 25 bytes of a head");
        // And they hold nothing once they are gone.
        drop(peers);
        all(0).await;
    });
}
