//! Each future is dropped at every poll, and nothing is lost, torn or doubled.

use std::time::Duration;

use sockeye_connection::{Message, MessageKind};
use sockeye_frame::CloseCode;
use sockeye_handshake::IntoClientRequest;

use super::pair;
use crate::testing::{Manners, VirtualClock, both, drop_after, link, poll_and_drop};
use crate::{Acceptor, Burst, ClientOptions, client_handshake};

/// A link on which every byte takes two polls in each direction.
const SLOW: Manners = Manners {
    max_step: 1,
    hesitates: true,
};

/// The same in larger steps, for messages above the high-water mark.
const STEPS: Manners = Manners {
    max_step: 1000,
    hesitates: true,
};

fn messages() -> Vec<Message> {
    vec!["one".into(), vec![2; 130].into(), "drei".into(), "".into()]
}

#[test]
fn recv_dropped_at_every_poll_loses_nothing() {
    for n_polls in 0..80 {
        let clock = VirtualClock::default();
        let (mut client, mut server) = pair(&clock, 64, SLOW);
        let ((), received) = both(
            &clock,
            async {
                for message in messages() {
                    client.send(message).await.unwrap();
                }
                client.close(CloseCode::NormalClosure, "").await.unwrap();
            },
            async {
                let mut received = Vec::new();
                loop {
                    let next = match poll_and_drop(server.recv(), n_polls) {
                        Some(next) => next,
                        None => server.recv().await,
                    };
                    match next.unwrap() {
                        Some(message) => received.push(message),
                        None => return received,
                    }
                }
            },
        );
        assert_eq!(received, messages(), "dropped after {n_polls} polls");
    }
}

/// Which call queues the message that may be dropped.
#[derive(Clone, Copy, Debug)]
enum Queue {
    Send,
    Feed,
    HalfSend,
}

#[test]
fn a_message_whose_send_is_dropped_arrives_whole_or_not_at_all() {
    for queue in [Queue::Send, Queue::Feed, Queue::HalfSend] {
        let mut n_sent = 0;
        for n_polls in 0..30 {
            let clock = VirtualClock::default();
            let (mut client, mut server) = pair(&clock, 2000, STEPS);
            let (was_sent, received) = both(
                &clock,
                async {
                    // Above the high-water mark, so that the next one has to wait.
                    client.send(vec![1; 70_000]).await.unwrap();
                    let was_sent = match queue {
                        Queue::Send => drop_after(n_polls, client.send("maybe")).await.is_some(),
                        Queue::Feed => drop_after(n_polls, client.feed("maybe")).await.is_some(),
                        Queue::HalfSend => {
                            let (sender, receiver) = client.split();
                            let sent = drop_after(n_polls, sender.send("maybe")).await;
                            client = receiver.unsplit(sender).map_err(drop).unwrap();
                            sent.is_some()
                        }
                    };
                    client.send("last").await.unwrap();
                    client.close(CloseCode::NormalClosure, "").await.unwrap();
                    was_sent
                },
                async {
                    let mut received = Vec::new();
                    while let Some(message) = server.recv().await.unwrap() {
                        received.push(message);
                    }
                    received
                },
            );
            let mut expected: Vec<Message> = vec![vec![1; 70_000].into()];
            if was_sent {
                n_sent += 1;
                expected.push("maybe".into());
            }
            expected.push("last".into());
            assert_eq!(
                received, expected,
                "{queue:?} dropped after {n_polls} polls"
            );
        }
        assert!(
            (1..30).contains(&n_sent),
            "{queue:?}: both outcomes are seen, {n_sent}"
        );
    }
}

#[test]
fn a_piece_whose_write_is_dropped_is_in_the_message_whole_or_not_at_all() {
    let mut n_written = 0;
    for n_polls in 0..30 {
        let clock = VirtualClock::default();
        let (mut client, mut server) = pair(&clock, 2000, STEPS);
        let (was_written, received) = both(
            &clock,
            async {
                let mut writer = client.send_streaming(MessageKind::Binary).await.unwrap();
                writer.write(vec![1; 70_000]).await.unwrap();
                let was_written = drop_after(n_polls, writer.write("maybe")).await.is_some();
                writer.finish().await.unwrap();
                client.flush().await.unwrap();
                was_written
            },
            async { server.recv().await.unwrap().unwrap() },
        );
        n_written += usize::from(was_written);
        let mut expected = vec![1; 70_000];
        expected.extend_from_slice(if was_written { b"maybe" } else { b"" });
        assert_eq!(received, expected.into(), "dropped after {n_polls} polls");
    }
    assert!(
        (1..30).contains(&n_written),
        "both outcomes are seen, {n_written}"
    );
}

#[test]
fn a_burst_dropped_at_every_poll_loses_nothing() {
    for n_polls in 0..60 {
        let clock = VirtualClock::default();
        let (mut client, mut server) = pair(&clock, 16, SLOW);
        let ((), received) = both(
            &clock,
            async {
                for message in messages() {
                    client.send(message).await.unwrap();
                }
                client.close(CloseCode::NormalClosure, "").await.unwrap();
            },
            async {
                let mut received = Vec::new();
                let mut take = |burst: &mut Burst<'_>| {
                    while let Some(message) = burst.next_message() {
                        received.push(message.into_message());
                    }
                };
                loop {
                    let open = match drop_after(n_polls, server.burst(&mut take)).await {
                        Some(open) => open,
                        None => server.burst(&mut take).await,
                    };
                    if !open.unwrap() {
                        return received;
                    }
                }
            },
        );
        assert_eq!(received, messages(), "dropped after {n_polls} polls");
    }
}

#[test]
fn an_opening_handshake_dropped_at_every_poll_ends_the_other_side() {
    let request = "ws://example.com/".into_client_request().unwrap();
    let (options, acceptor) = (ClientOptions::default(), Acceptor::new());
    let mut n_open = [0; 2];
    // About four hundred bytes, and each takes two polls.
    for n_polls in (0..2000).step_by(7) {
        for (dropped, n_open) in n_open.iter_mut().enumerate() {
            let clock = VirtualClock::default();
            let (client, server) = link(64, SLOW);
            let limits = [n_polls, usize::MAX];
            let (opened, accepted) = both(
                &clock,
                drop_after(
                    limits[dropped],
                    client_handshake(client, clock.timer(), &request, &options),
                ),
                drop_after(limits[1 - dropped], acceptor.accept(server, clock.timer())),
            );
            let ended = match dropped {
                0 => opened.map(|opened| opened.is_ok()),
                _ => accepted.map(|accepted| accepted.is_ok()),
            };
            assert_ne!(ended, Some(false), "whoever was not dropped is not failed");
            *n_open += usize::from(ended.is_some());
            assert_eq!(
                clock.elapsed(),
                Duration::ZERO,
                "nobody waits for a time limit"
            );
        }
    }
    assert!(
        n_open.iter().all(|n_open| *n_open > 0),
        "{n_open:?}: some handshakes end in time"
    );
}

#[test]
fn flush_ping_and_close_dropped_at_every_poll_leave_the_stream_intact() {
    for n_polls in 0..60 {
        let clock = VirtualClock::default();
        let (mut client, mut server) = pair(&clock, 16, SLOW);
        let (outcome, received) = both(
            &clock,
            async {
                client.feed("first").await.unwrap();
                let _ = poll_and_drop(client.flush(), n_polls);
                let _ = poll_and_drop(client.ping(), n_polls);
                client.feed("second").await.unwrap();
                let _ = poll_and_drop(client.close(CloseCode::GoingAway, "done"), n_polls);
                client.close(CloseCode::GoingAway, "done").await.unwrap()
            },
            async {
                let mut received = Vec::new();
                while let Some(message) = server.recv().await.unwrap() {
                    received.push(message);
                }
                received
            },
        );
        assert_eq!(
            received,
            ["first".into(), "second".into()],
            "dropped after {n_polls} polls"
        );
        assert!(outcome.clean);
        assert_eq!(outcome.sent.unwrap().reason, "done");
    }
}

#[test]
fn recv_streaming_dropped_at_every_poll_loses_no_piece() {
    for n_polls in 0..60 {
        let clock = VirtualClock::default();
        let (mut client, mut server) = pair(&clock, 16, SLOW);
        let ((), received) = both(
            &clock,
            async {
                client.send("streamed message").await.unwrap();
                client.send("whole message").await.unwrap();
                client.flush().await.unwrap();
            },
            async {
                let _ = poll_and_drop(server.recv_event(), 0);
                if let Some(reader) = poll_and_drop(server.recv_streaming(), n_polls) {
                    let mut reader = reader.unwrap().unwrap();
                    let mut whole = Vec::new();
                    loop {
                        let next = match poll_and_drop(reader.next(), n_polls) {
                            Some(next) => next,
                            None => reader.next().await,
                        };
                        match next.unwrap() {
                            Some(piece) => whole.extend_from_slice(&piece),
                            None => break,
                        }
                    }
                    assert_eq!(whole, b"streamed message");
                } else {
                    assert_eq!(
                        server.recv().await.unwrap(),
                        Some("streamed message".into())
                    );
                }
                server.recv().await.unwrap()
            },
        );
        assert_eq!(
            received,
            Some("whole message".into()),
            "dropped after {n_polls} polls"
        );
    }
}
