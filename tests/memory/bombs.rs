//! Messages that are a thousand times as long as what is sent of them (RFC 7692).

use std::sync::Arc;

use sockeye::{Config, Limits, PermessageDeflate, Role};
use sockeye_tests::{Deflate, RawPeer, WatchedServer, frame};

use crate::heap::{Mark, alone};

/// Zeros, in blocks that refer to nothing before.
fn bomb(n_mebibytes: usize) -> Vec<u8> {
    let mebibyte = Deflate::new(15).message(&vec![0; 1 << 20]);
    [&mebibyte[..], &[0x00, 0x00, 0xff, 0xff]]
        .concat()
        .repeat(n_mebibytes)
}

/// One frame, or fragments of `n_bytes`.
fn frames(payload: &[u8], n_bytes: usize) -> Vec<u8> {
    let mut frames = Vec::new();
    let n_fragments = payload.chunks(n_bytes).len();
    for (at, piece) in payload.chunks(n_bytes).enumerate() {
        let opcode = if at == 0 { 0x42 } else { 0x00 };
        let fin = if at + 1 == n_fragments { 0x80 } else { 0x00 };
        frames.extend(frame(Role::Client, fin | opcode, piece));
    }
    frames
}

/// What the message has become when it is too long, the buffer before that, and the state.
#[test]
fn take_no_more_than_their_limit_and_two_thirds_of_it() {
    // A little more than a buffer that doubles has once.
    const LIMIT: usize = 2_200_000;
    const OFFER: &str = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
    alone(async {
        // Less than is read and forgotten after a violation, so that the Close arrives.
        let bomb = bomb(200);
        assert!(bomb.len() < 250 * 1024, "{}", bomb.len());
        let limits = Limits {
            max_binary_bytes: LIMIT,
            ..Limits::default()
        };
        let config = Config {
            limits,
            ..Config::default()
        };
        let deflate = PermessageDeflate::default();
        for deflate in [deflate, deflate.context_takeover()] {
            let server = WatchedServer::receiving(|server| {
                server.config(config).extension(Arc::new(deflate))
            })
            .await;
            // In one frame, in fragments, and in one frame that begins byte by byte.
            for (n_bytes, n_slowly) in [(usize::MAX, 0), (1000, 0), (usize::MAX, 3000)] {
                let mut peer = RawPeer::open_with(server.address, OFFER, &[]).await;
                // On a context that has been used.
                peer.send(&frame(
                    Role::Client,
                    0xc2,
                    &Deflate::new(15).message(b"first"),
                ))
                .await;
                peer.send(&frame(Role::Client, 0x89, b"")).await;
                assert_eq!(peer.frame().await.first_byte, 0x8a);
                let bytes = frames(&bomb, n_bytes);
                let (slowly, rest) = bytes.split_at(n_slowly);
                let mark = Mark::set();
                for byte in slowly.chunks(1) {
                    peer.try_send(byte).await;
                    tokio::task::yield_now().await;
                }
                peer.try_send(rest).await;
                assert_eq!(peer.close_and_end("a bomb").await, 1009);
                let state = 64 * 1024;
                let recent = 64 * 1024;
                mark.assert_peak(
                    LIMIT + LIMIT * 2 / 3 + state + recent,
                    format_args!("fragments of {n_bytes}, {n_slowly} by the byte"),
                );
            }
        }
    });
}
