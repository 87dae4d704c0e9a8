//! Messages both ways: whole, in bursts, in pieces, against a slow reader.

use sockeye_connection::{Message, MessageKind};
use sockeye_frame::CloseCode;

use super::pair;
use crate::testing::{Manners, VirtualClock, block_on, both};
use crate::{Burst, Event, TrySendError};

#[test]
fn messages_arrive_in_order_and_unchanged_over_every_kind_of_link() {
    for capacity in [1, 7, 1024, 1 << 20] {
        for max_step in [1, 3, usize::MAX] {
            for hesitates in [false, true] {
                let clock = VirtualClock::default();
                let (mut client, mut server) = pair(
                    &clock,
                    capacity,
                    Manners {
                        max_step,
                        hesitates,
                    },
                );
                let messages: Vec<Message> = vec![
                    "".into(),
                    "hello".into(),
                    vec![7; 126].into(),
                    "é".repeat(200).into(),
                    vec![9; 70_000].into(),
                    "end".into(),
                ];
                let (sent, received) = both(
                    &clock,
                    async {
                        for message in messages.clone() {
                            client.send(message).await.unwrap();
                        }
                        client.close(CloseCode::NormalClosure, "bye").await.unwrap()
                    },
                    async {
                        let mut received = Vec::new();
                        while let Some(message) = server.recv().await.unwrap() {
                            received.push(message);
                        }
                        (received, server.close_outcome().unwrap())
                    },
                );
                assert_eq!(received.0, messages);
                assert!(sent.clean && received.1.clean);
                assert_eq!(received.1.code(), CloseCode::NormalClosure);
                assert_eq!(received.1.reason(), "bye");
            }
        }
    }
}

#[test]
fn a_burst_answers_every_message_of_one_read() {
    let clock = VirtualClock::default();
    let (mut client, mut server) = pair(&clock, 1 << 20, Manners::default());
    let ((), n_bursts) = both(
        &clock,
        async {
            for i in 0..50 {
                client.feed(format!("message {i}")).await.unwrap();
            }
            client.flush().await.unwrap();
            for i in 0..50 {
                assert_eq!(
                    client.recv().await.unwrap().unwrap(),
                    format!("message {i}").into()
                );
            }
            client.close(CloseCode::NormalClosure, "").await.unwrap();
        },
        async {
            let mut n_bursts = 0;
            while server
                .burst(|burst| {
                    while let Some(message) = burst.next_message() {
                        burst.send(&message).unwrap();
                    }
                })
                .await
                .unwrap()
            {
                n_bursts += 1;
            }
            n_bursts
        },
    );
    assert_eq!(
        n_bursts, 1,
        "fifty messages that arrive together are one burst"
    );
}

#[test]
fn a_burst_sends_back_what_was_borrowed_and_what_was_put_together() {
    let clock = VirtualClock::default();
    let (mut client, mut server) = pair(&clock, 4096, Manners::default());
    let messages: Vec<Message> = vec![
        "é".into(),
        vec![1, 2, 3].into(),
        "é".repeat(10_000).into(),
        vec![4; 70_000].into(),
    ];
    let (received, ()) = both(
        &clock,
        async {
            let mut received = Vec::new();
            for message in messages.clone() {
                client.send(message).await.unwrap();
                received.push(client.recv().await.unwrap().unwrap());
            }
            client.close(CloseCode::NormalClosure, "").await.unwrap();
            received
        },
        async {
            let echo = |burst: &mut Burst<'_>| {
                while let Some(message) = burst.next_message() {
                    burst.send(&message).unwrap();
                }
            };
            while server.burst(echo).await.unwrap() {}
        },
    );
    assert_eq!(received, messages);
}

#[test]
fn messages_that_a_burst_leaves_come_with_the_next() {
    let clock = VirtualClock::default();
    let (mut client, mut server) = pair(&clock, 1 << 20, Manners::default());
    block_on(&clock, async {
        for text in ["a", "b", "c"] {
            client.send(text).await.unwrap();
        }
        let mut seen = Vec::new();
        for _ in 0..2 {
            let open = server
                .burst(|burst| {
                    seen.push(burst.next_message().unwrap().into_message());
                })
                .await
                .unwrap();
            assert!(open);
        }
        assert_eq!(seen, ["a".into(), "b".into()]);
        assert_eq!(server.recv().await.unwrap(), Some("c".into()));
    });
}

#[test]
fn a_message_is_received_and_sent_in_pieces() {
    let clock = VirtualClock::default();
    let (mut client, mut server) = pair(&clock, 4096, Manners::default());
    both(
        &clock,
        async {
            let mut writer = client.send_streaming(MessageKind::Text).await.unwrap();
            // The second piece begins inside the character "é".
            writer.write(&b"caf\xC3"[..]).await.unwrap();
            writer.write(&b"\xA9 "[..]).await.unwrap();
            writer.write("x".repeat(10_000)).await.unwrap();
            writer.finish().await.unwrap();
            client.send("next").await.unwrap();
            client.flush().await.unwrap();
        },
        async {
            let mut reader = server.recv_streaming().await.unwrap().unwrap();
            assert_eq!(reader.kind(), MessageKind::Text);
            let mut whole = Vec::new();
            while let Some(piece) = reader.next().await.unwrap() {
                assert!(piece.len() <= 4096, "pieces come as they arrive");
                whole.extend_from_slice(&piece);
            }
            assert_eq!(whole, format!("café {}", "x".repeat(10_000)).into_bytes());
            drop(reader);
            assert_eq!(server.recv().await.unwrap(), Some("next".into()));
        },
    );
}

#[test]
fn dropping_a_reader_drops_the_rest_of_its_message_only() {
    let clock = VirtualClock::default();
    let (mut client, mut server) = pair(&clock, 512, Manners::default());
    both(
        &clock,
        async {
            client.send(vec![1; 20_000]).await.unwrap();
            client.send("after").await.unwrap();
            client.flush().await.unwrap();
        },
        async {
            let mut reader = server.recv_streaming().await.unwrap().unwrap();
            assert!(reader.next().await.unwrap().is_some());
            drop(reader);
            assert_eq!(server.recv().await.unwrap(), Some("after".into()));
        },
    );
}

#[test]
fn an_abandoned_writer_closes_with_1011() {
    let clock = VirtualClock::default();
    let (mut client, mut server) = pair(&clock, 4096, Manners::default());
    both(
        &clock,
        async {
            let mut writer = client.send_streaming(MessageKind::Binary).await.unwrap();
            writer.write(vec![1; 10]).await.unwrap();
            drop(writer);
            assert!(client.send("too late").await.is_err());
            client.recv().await.unwrap();
        },
        async {
            assert_eq!(server.recv().await.unwrap(), None);
            assert_eq!(
                server.close_outcome().unwrap().code(),
                CloseCode::InternalError
            );
        },
    );
}

#[test]
fn a_peer_that_does_not_read_makes_send_wait_and_try_send_say_so() {
    let clock = VirtualClock::default();
    let (mut client, mut server) = pair(&clock, 1000, Manners::default());
    let mut n_sent = 0_usize;
    loop {
        match client.try_send(vec![5; 1000]) {
            Ok(()) => n_sent += 1,
            Err(TrySendError::Full(message)) => {
                assert_eq!(message.len(), 1000, "the message comes back");
                break;
            }
            Err(TrySendError::Failed(error)) => panic!("{error}"),
        }
    }
    assert!(
        (64..70).contains(&n_sent),
        "{n_sent} messages of 1000 B fill a queue of 64 KiB"
    );
    both(
        &clock,
        async {
            client.send("room again").await.unwrap();
            client.flush().await
        },
        async {
            for _ in 0..n_sent {
                assert_eq!(server.recv().await.unwrap().unwrap().len(), 1000);
            }
            assert_eq!(server.recv().await.unwrap(), Some("room again".into()));
        },
    )
    .0
    .unwrap();
}

#[test]
fn control_frames_are_events_and_a_ping_gives_the_round_trip_time() {
    let clock = VirtualClock::default();
    let (mut client, mut server) = pair(&clock, 4096, Manners::default());
    let (rtt, events) = both(
        &clock,
        async {
            let reply = client.ping().await.unwrap();
            clock.advance(std::time::Duration::from_millis(30));
            client.send("x").await.unwrap();
            assert_eq!(client.recv().await.unwrap(), Some("y".into()));
            let rtt = reply.await.unwrap();
            client.close(CloseCode::GoingAway, "").await.unwrap();
            rtt
        },
        async {
            let mut events = Vec::new();
            while let Some(event) = server.recv_event().await.unwrap() {
                if matches!(event, Event::Message(_)) {
                    server.send("y").await.unwrap();
                }
                events.push(event);
            }
            events
        },
    );
    assert_eq!(rtt, std::time::Duration::from_millis(30));
    assert!(
        matches!(
            &events[..],
            [Event::Ping(_), Event::Message(_), Event::Close(_)]
        ),
        "{events:?}"
    );
}
