//! Changing between the ways to receive, on one connection, without loss.

use std::time::Duration;

use sockeye_connection::{Config, Message};
use sockeye_frame::Role;

use super::{open, pair};
use crate::testing::{Manners, VirtualClock, block_on, both, link, poll_and_drop};
use crate::{Burst, WebSocket};

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

/// After a large message less is read at once, in case the next is as large; whatever comes is
/// right.
#[test]
fn large_messages_and_others_behind_them_arrive_right() {
    const LARGE: usize = 1 << 20;
    let orders = [
        [LARGE, LARGE, LARGE, 5, 5, 5, 300, 300],
        [LARGE, 0, 20_000, LARGE, 16_384, 16_370, 65_536, 5],
        [5, LARGE, 70_000, 100_000, 200_000, 4096, LARGE, 1],
    ];
    for lens in orders {
        for max_step in [10_000, usize::MAX] {
            for (way, uses_burst) in [("recv", false), ("burst", true)] {
                let clock = VirtualClock::default();
                let manners = Manners {
                    max_step,
                    hesitates: false,
                };
                let (mut client, mut server) = pair(&clock, 4 << 20, manners);
                let message = |(n, len): (usize, usize)| {
                    let bytes: Vec<u8> = (0..len).map(|i| (i % 251 + n) as u8).collect();
                    Message::from(bytes)
                };
                let sending = async {
                    for message in lens.into_iter().enumerate().map(message) {
                        client.send(message).await.unwrap();
                    }
                    client.flush().await.unwrap();
                };
                let receiving = async {
                    let mut received = Vec::new();
                    while received.len() < lens.len() {
                        if uses_burst {
                            let take = |burst: &mut Burst<'_>| {
                                while let Some(message) = burst.next_message() {
                                    received.push(message.into_message());
                                }
                            };
                            assert!(server.burst(take).await.unwrap());
                        } else {
                            received.extend(server.recv().await.unwrap());
                        }
                    }
                    received
                };
                let ((), received) = both(&clock, sending, receiving);
                for (received, expected) in received.iter().zip(lens.into_iter().enumerate()) {
                    let is_right = *received == message(expected);
                    assert!(is_right, "{expected:?} by {way}, {max_step} bytes a step");
                }
            }
        }
    }
}
