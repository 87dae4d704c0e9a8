//! The halves in different tasks: no lost wake-up, no deadlock, no torn message.

use std::pin::Pin;
use std::time::Duration;

use sockeye_connection::MessageKind;
use sockeye_frame::{CloseCode, Role};

use super::{open, pair};
use crate::Error;
use crate::testing::{Manners, VirtualClock, block_on, both, link, run};

#[test]
fn both_sides_send_without_pause_through_a_narrow_link_and_nothing_locks_up() {
    let clock = VirtualClock::default();
    let (client, server) = pair(
        &clock,
        300,
        Manners {
            max_step: 100,
            hesitates: true,
        },
    );
    let (to_server, mut from_server) = client.split();
    let (to_client, mut from_client) = server.split();
    let n = 200;
    run(
        &clock,
        [
            Box::pin(async {
                for i in 0..n {
                    to_server.send(vec![i as u8; 1000]).await.unwrap();
                }
                to_server.flush().await.unwrap();
            }) as Pin<Box<dyn Future<Output = ()>>>,
            Box::pin(async {
                for i in 0..n {
                    to_client.send(vec![i as u8; 1000]).await.unwrap();
                }
                to_client.flush().await.unwrap();
            }),
            Box::pin(async {
                for i in 0..n {
                    let message = from_server.recv().await.unwrap().unwrap();
                    assert_eq!(message, vec![i as u8; 1000].into());
                }
            }),
            Box::pin(async {
                for i in 0..n {
                    let message = from_client.recv().await.unwrap().unwrap();
                    assert_eq!(message, vec![i as u8; 1000].into());
                }
            }),
        ],
    );
}

#[test]
fn clones_send_whole_messages_in_turn() {
    let clock = VirtualClock::default();
    let (client, mut server) = pair(&clock, 64, Manners::default());
    let (sender, _receiver) = client.split();
    let mut counts = [0; 5];
    let mut tasks: Vec<Pin<Box<dyn Future<Output = ()> + '_>>> = vec![Box::pin(async {
        for _ in 0..100 {
            let message = server.recv().await.unwrap().unwrap();
            let first = message.as_bytes()[0];
            assert_eq!(message, vec![first; 5000].into());
            counts[usize::from(first)] += 1;
        }
    })];
    for i in 0..5_u8 {
        let sender = sender.clone();
        tasks.push(Box::pin(async move {
            for _ in 0..20 {
                sender.send(vec![i; 5000]).await.unwrap();
            }
            sender.flush().await.unwrap();
        }));
    }
    run(&clock, tasks);
    assert_eq!(counts, [20; 5]);
    assert_eq!(
        clock.elapsed(),
        Duration::ZERO,
        "nobody had to wait for a timer"
    );
}

#[test]
fn a_streamed_message_keeps_other_senders_out_until_it_is_finished() {
    let clock = VirtualClock::default();
    let (client, mut server) = pair(&clock, 64, Manners::default());
    let (sender, _receiver) = client.split();
    let other = sender.clone();
    run(
        &clock,
        [
            Box::pin(async {
                let mut writer = sender.send_streaming(MessageKind::Binary).await.unwrap();
                for _ in 0..10 {
                    writer.write(vec![1; 1000]).await.unwrap();
                }
                writer.finish().await.unwrap();
                sender.flush().await.unwrap();
            }) as Pin<Box<dyn Future<Output = ()>>>,
            Box::pin(async {
                other.send("apart").await.unwrap();
                other.flush().await.unwrap();
            }),
            Box::pin(async {
                let first = server.recv().await.unwrap().unwrap();
                assert_eq!(first, vec![1; 10_000].into());
                assert_eq!(server.recv().await.unwrap(), Some("apart".into()));
            }),
        ],
    );
}

#[test]
fn a_ping_is_answered_while_only_the_receiver_is_polled() {
    let clock = VirtualClock::default();
    let (mut client, server) = pair(&clock, 4096, Manners::default());
    let (_sender, mut receiver) = server.split();
    let (rtt, _) = both(
        &clock,
        async {
            let reply = client.ping().await.unwrap();
            let event = client.recv_event().await.unwrap().unwrap();
            assert!(
                matches!(event, crate::Event::Pong { rtt: Some(_), .. }),
                "{event:?}"
            );
            client.close(CloseCode::NormalClosure, "").await.unwrap();
            reply.await.unwrap()
        },
        async { receiver.recv().await.unwrap() },
    );
    assert_eq!(rtt, Duration::ZERO);
}

#[test]
fn a_sender_closes_while_the_receiver_waits_in_another_task() {
    let clock = VirtualClock::default();
    let (client, mut server) = pair(&clock, 4096, Manners::default());
    let (sender, mut receiver) = client.split();
    run(
        &clock,
        [
            Box::pin(async {
                assert_eq!(receiver.recv().await.unwrap(), Some("meanwhile".into()));
                assert_eq!(receiver.recv().await.unwrap(), None);
            }) as Pin<Box<dyn Future<Output = ()>>>,
            Box::pin(async {
                let outcome = sender
                    .close(CloseCode::NormalClosure, "enough")
                    .await
                    .unwrap();
                assert!(outcome.clean, "{outcome:?}");
                assert!(matches!(sender.send("x").await, Err(Error::Closed)));
            }),
            Box::pin(async {
                server.send("meanwhile").await.unwrap();
                assert_eq!(server.recv().await.unwrap(), None);
                assert_eq!(server.close_outcome().unwrap().reason(), "enough");
            }),
        ],
    );
    assert_eq!(clock.elapsed(), Duration::ZERO);
}

#[test]
fn a_sender_closes_although_the_receiver_was_dropped() {
    let clock = VirtualClock::default();
    let (client, mut server) = pair(&clock, 4096, Manners::default());
    let (sender, receiver) = client.split();
    drop(receiver);
    let (outcome, _) = both(
        &clock,
        async { sender.close(CloseCode::NormalClosure, "").await.unwrap() },
        async { server.recv().await.unwrap() },
    );
    assert!(outcome.clean);
    assert_eq!(clock.elapsed(), Duration::ZERO);
}

#[test]
fn who_waits_for_the_end_keeps_the_time() {
    let clock = VirtualClock::default();
    let (raw, client) = link(1 << 20, Manners::default());
    let (sender, mut receiver) = open(&clock, client, Role::Server).split();
    // A text "hello" of a client, masked with zeros (RFC 6455 §5.3).
    raw.inject(b"\x81\x85\0\0\0\0hello");
    let outcome = block_on(&clock, sender.closed());
    assert_eq!(outcome.code(), CloseCode::AbnormalClosure);
    // That a message waits to be received is no sign of life for ever.
    assert_eq!(clock.elapsed(), Duration::from_secs(40));
    assert_eq!(raw.take_incoming()[0], 0x89, "it was asked with a ping");
    let error = block_on(&clock, receiver.recv()).unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
}

#[test]
fn who_waits_for_the_end_leaves_messages_to_the_receiver() {
    let clock = VirtualClock::default();
    let (client, mut server) = pair(&clock, 1000, Manners::default());
    let (sender, mut receiver) = client.split();
    let (outcome, (received, end)) = both(
        &clock,
        async {
            server.send("meanwhile").await.unwrap();
            server.close(CloseCode::GoingAway, "").await.unwrap();
            sender.closed().await
        },
        async {
            let received = receiver.recv().await.unwrap();
            (received, receiver.recv().await.unwrap())
        },
    );
    assert!(outcome.clean, "{outcome:?}");
    assert_eq!((received, end), (Some("meanwhile".into()), None));
}

#[test]
fn who_waits_for_the_end_receives_where_the_receiver_was_dropped() {
    let clock = VirtualClock::default();
    let (client, mut server) = pair(&clock, 1000, Manners::default());
    let (sender, receiver) = client.split();
    drop(receiver);
    let (outcome, rtt) = both(&clock, sender.closed(), async {
        for _ in 0..100 {
            server.send("nobody reads this").await.unwrap();
        }
        let reply = server.ping().await.unwrap();
        server.recv_event().await.unwrap();
        server.close(CloseCode::GoingAway, "").await.unwrap();
        reply.await.unwrap()
    });
    assert!(outcome.clean, "{outcome:?}");
    assert_eq!(outcome.code(), CloseCode::GoingAway);
    assert_eq!(rtt, Duration::ZERO);
}

#[test]
fn a_sender_that_waits_for_room_is_woken_by_what_the_receiver_writes() {
    let clock = VirtualClock::default();
    let (client, mut server) = pair(&clock, 1000, Manners::default());
    let (sender, mut receiver) = client.split();
    run(
        &clock,
        [
            Box::pin(async {
                for _ in 0..200 {
                    sender.send(vec![3; 1000]).await.unwrap();
                }
                sender.close(CloseCode::NormalClosure, "").await.unwrap();
            }) as Pin<Box<dyn Future<Output = ()>>>,
            Box::pin(async { while receiver.recv().await.unwrap().is_some() {} }),
            Box::pin(async {
                let mut n = 0;
                while server.recv().await.unwrap().is_some() {
                    n += 1;
                }
                assert_eq!(n, 200);
            }),
        ],
    );
    assert_eq!(
        clock.elapsed(),
        Duration::ZERO,
        "nobody had to wait for a timer"
    );
}

#[test]
fn unsplit_gives_the_web_socket_back() {
    let clock = VirtualClock::default();
    let (client, mut server) = pair(&clock, 1000, Manners::default());
    let (sender, receiver) = client.split();
    let another = sender.clone();
    let (sender, receiver) = receiver.unsplit(sender).map(drop).unwrap_err();
    drop(another);
    let mut client = receiver.unsplit(sender).map_err(drop).unwrap();
    block_on(&clock, async {
        client.send("whole again").await.unwrap();
        assert_eq!(server.recv().await.unwrap(), Some("whole again".into()));
    });
}
