//! What is left behind: by messages that were large, and by connections that are gone.

use sockeye::{Config, Role};
use sockeye_tests::{RawPeer, frame, header, within};

use crate::heap::{Mark, alone};
use crate::watched::{Watched, received};

#[test]
fn a_large_message_leaves_nothing() {
    alone(async {
        let mut server = Watched::start(Config::default()).await;
        let (mut peer, sender) = server.open().await;
        let large = frame(Role::Client, 0x82, &vec![7; 2 * 1024 * 1024]);
        let fragments = [
            frame(Role::Client, 0x02, &vec![7; 1024 * 1024]),
            frame(Role::Client, 0x80, &vec![7; 1024 * 1024]),
        ]
        .concat();
        let mut expected = sender.stats().received.wire_bytes;
        let mark = Mark::set();
        for bytes in [&large, &fragments] {
            peer.send(bytes).await;
            expected += bytes.len() as u64;
            received(&sender, expected).await;
            // The next frame shows that the application has let go of this one.
            peer.send(&frame(Role::Client, 0x89, b"?")).await;
            expected += 7;
            peer.frame().await;
            let growth = mark.growth();
            assert!(growth <= 16 * 1024, "{growth} bytes are still there");
        }
    });
}

#[test]
fn connections_that_are_gone_leave_nothing() {
    alone(async {
        let mut server = Watched::start(Config::default()).await;
        // The first round allocates what stays; no round after it may add to that.
        round(&mut server).await;
        let mark = Mark::set();
        for _ in 0..3 {
            round(&mut server).await;
        }
        let growth = mark.growth();
        assert!(
            growth <= 16 * 1024,
            "{growth} bytes are left of 180 connections"
        );
    });
}

/// Opens connections that end in every way, and waits until the server has none.
async fn round(server: &mut Watched) {
    for _ in 0..15 {
        let within_message = frame(Role::Client, 0x02, &[7; 10_000]);
        let within_frame = header(Role::Client, 0x82, 126, &[0xff, 0xff]);
        for begun in [&[][..], &within_message, &within_frame] {
            let (mut peer, _sender) = server.open().await;
            peer.send(begun).await;
            peer.reset();
        }
        let (mut peer, _sender) = server.open().await;
        peer.send(&frame(Role::Client, 0x88, b"\x03\xe8")).await;
        assert_eq!(peer.close_and_end("after a Close").await, 1000);
    }
    let refused = RawPeer::connect(server.address).await;
    refused.reset();
    within("the end of all connections", async {
        while server.handle.connections() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}
