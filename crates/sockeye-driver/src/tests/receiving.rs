//! Changing between the ways to receive, on one connection, without loss.

use std::time::Duration;

use sockeye_connection::Config;
use sockeye_frame::Role;

use super::{open, pair};
use crate::WebSocket;
use crate::testing::{Manners, VirtualClock, block_on, both, link, poll_and_drop};

#[test]
fn a_burst_after_a_dropped_recv_streaming_gets_whole_messages() {
    let clock = VirtualClock::default();
    let (mut client, mut server) = pair(&clock, 4096, Manners::default());
    assert!(poll_and_drop(server.recv_streaming(), 1).is_none());
    let seen = block_on(&clock, async {
        client.send("first").await.unwrap();
        let mut seen = Vec::new();
        server
            .burst(|burst| {
                while let Some(message) = burst.next_message() {
                    seen.push(message.into_message());
                }
            })
            .await
            .unwrap();
        seen
    });
    assert_eq!(seen, ["first".into()]);
}

#[test]
fn what_recv_had_put_together_is_the_first_piece_at_once() {
    let clock = VirtualClock::default();
    let (raw, server) = link(1 << 20, Manners::default());
    let mut server = open(&clock, server, Role::Server);
    raw.inject(&[0x82, 0x84, 0, 0, 0, 0, 1, 2]);
    assert!(poll_and_drop(server.recv(), 1).is_none());
    let whole = block_on(&clock, async {
        // Within this wait a keepalive ping is due, which must not cost the piece.
        let mut reader = server.recv_streaming().await.unwrap().unwrap();
        assert_eq!(clock.elapsed(), Duration::ZERO);
        let mut whole = Vec::new();
        while whole.len() < 4 {
            whole.extend(reader.next().await.unwrap().unwrap());
            raw.inject(&[3, 4]);
        }
        whole
    });
    assert_eq!(whole, [1, 2, 3, 4]);
}

#[test]
fn the_message_after_a_dropped_reader_comes_in_pieces_too() {
    let clock = VirtualClock::default();
    let (mut client, mut server) = pair(&clock, 512, Manners::default());
    both(
        &clock,
        async {
            for byte in [1, 2] {
                client.send(vec![byte; 20_000]).await.unwrap();
            }
            client.flush().await.unwrap();
        },
        async {
            drop(server.recv_streaming().await.unwrap());
            let mut reader = server.recv_streaming().await.unwrap().unwrap();
            let mut n = 0;
            while let Some(piece) = reader.next().await.unwrap() {
                assert!(piece.len() <= 512, "{} bytes were kept", piece.len());
                assert!(piece.iter().all(|byte| *byte == 2));
                n += piece.len();
            }
            assert_eq!(n, 20_000);
        },
    );
}

#[test]
fn a_pong_to_a_keepalive_ping_answers_the_pings_before_it() {
    let clock = VirtualClock::default();
    let (raw, server) = link(1 << 20, Manners::default());
    let mut server =
        WebSocket::from_upgraded(server, clock.timer(), &[], Role::Server, Config::default());
    let reply = block_on(&clock, server.ping()).unwrap();
    // A peer may answer the newest of several pings only (RFC 6455 §5.5.3): here the keepalive's.
    assert!(poll_and_drop(server.recv(), 1).is_none());
    clock.advance(Duration::from_secs(20));
    assert!(poll_and_drop(server.recv(), 1).is_none());
    let sent = raw.take_incoming();
    let (_, newest) = sent.split_at(sent.len() - 8);
    assert_eq!(sent.len(), 20, "two pings with eight bytes each");
    raw.inject(&[0x8A, 0x88, 0, 0, 0, 0]);
    raw.inject(newest);
    assert!(poll_and_drop(server.recv(), 1).is_none());
    let rtt = poll_and_drop(reply, 1)
        .expect("the reply is there")
        .unwrap();
    assert_eq!(rtt, Duration::from_secs(20));
}
