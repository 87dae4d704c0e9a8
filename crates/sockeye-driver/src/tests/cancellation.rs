//! Each future is dropped at every poll, and nothing is lost, torn or doubled.

use std::time::Duration;

use sockeye_connection::{Message, MessageKind};
use sockeye_extensions::Chain;
use sockeye_frame::fuzzing::Random;
use sockeye_frame::{CloseCode, Role};
use sockeye_handshake::IntoClientRequest;

use super::extensions::open;
use super::pair;
use crate::testing::{
    Manners, MemoryTransport, VirtualClock, both, deflate_chains, drop_after, link,
};
use crate::{Acceptor, Burst, ClientOptions, MessageReader, client_handshake};

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

/// Runs `check` with futures that are dropped after no poll, one, two and so on, until it says that
/// nothing was dropped any more: there were `at_least` of them.
#[track_caller]
fn at_every_poll(at_least: usize, mut check: impl FnMut(usize) -> bool) {
    let mut n_polls = 0;
    while check(n_polls) {
        n_polls += 1;
        assert!(n_polls < 10_000, "something is dropped without end");
    }
    assert!(n_polls >= at_least, "dropped at {n_polls} polls");
}

/// Waits for the future that `make` makes, a second one when the first was dropped after `n_polls`.
async fn dropped_once<R>(
    n_polls: usize,
    was_dropped: &mut bool,
    mut make: impl AsyncFnMut() -> R,
) -> R {
    match drop_after(n_polls, make()).await {
        Some(result) => result,
        None => {
            *was_dropped = true;
            make().await
        }
    }
}

fn messages() -> Vec<Message> {
    vec!["one".into(), vec![2; 130].into(), "drei".into(), "".into()]
}

#[test]
fn recv_dropped_at_every_poll_loses_nothing() {
    // Each byte of the longest message is waited for.
    at_every_poll(130, |n_polls| {
        let clock = VirtualClock::default();
        let (mut client, mut server) = pair(&clock, 64, SLOW);
        let mut was_dropped = false;
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
                    let recv = async || server.recv().await;
                    match dropped_once(n_polls, &mut was_dropped, recv).await.unwrap() {
                        Some(message) => received.push(message),
                        None => return received,
                    }
                }
            },
        );
        assert_eq!(received, messages(), "dropped after {n_polls} polls");
        was_dropped
    });
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
    let plain = || [Chain::default(), Chain::default()];
    check_dropped_sends(plain, vec![1; 70_000], u64::MAX);
}

/// What is compressed later refers to what was before it, which both sides have to agree on.
#[test]
fn a_message_whose_send_is_dropped_leaves_the_compressor_in_step() {
    // Digits, which become half as many bytes, more than the high-water mark.
    let mut random = Random::new(1);
    let first = (0..150_000).map(|_| b"0123456789abcdef"[random.below(16)]);
    // The other two refer to it, and take next to nothing themselves.
    check_dropped_sends(deflate_chains, first.collect(), 85_000);
}

/// Drops each way of sending at every poll, between a first message and one more.
#[track_caller]
fn check_dropped_sends(chains: impl Fn() -> [Chain; 2], first: Vec<u8>, max_wire_bytes: u64) {
    // The last 30 000 bytes are in the window of the compressor, where there is one.
    let maybe = || Message::from(first[first.len() - 30_000..].to_vec());
    let last = || Message::from(first[first.len() - 20_000..].to_vec());
    for queue in [Queue::Send, Queue::Feed, Queue::HalfSend] {
        // Some while it waits for room.
        at_every_poll(2, |n_polls| {
            let clock = VirtualClock::default();
            let (client, server) = link(2000, STEPS);
            let [ours, theirs] = chains();
            let mut client = open(&clock, client, Role::Client, ours);
            let mut server = open(&clock, server, Role::Server, theirs);
            let (was_sent, received) = both(
                &clock,
                async {
                    // Above the high-water mark, so that the next one has to wait.
                    client.send(first.clone()).await.unwrap();
                    let was_sent = match queue {
                        Queue::Send => drop_after(n_polls, client.send(maybe())).await.is_some(),
                        Queue::Feed => drop_after(n_polls, client.feed(maybe())).await.is_some(),
                        Queue::HalfSend => {
                            let (sender, receiver) = client.split();
                            let sent = drop_after(n_polls, sender.send(maybe())).await;
                            client = receiver.unsplit(sender).map_err(drop).unwrap();
                            sent.is_some()
                        }
                    };
                    client.send(last()).await.unwrap();
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
            let mut expected: Vec<Message> = vec![first.clone().into()];
            if was_sent {
                expected.push(maybe());
            }
            expected.push(last());
            assert!(
                received == expected,
                "{queue:?} dropped after {n_polls} polls"
            );
            let n_bytes = server.stats().received.wire_bytes;
            assert!(n_bytes <= max_wire_bytes, "{n_bytes} bytes");
            !was_sent
        });
    }
}

#[test]
fn a_piece_whose_write_is_dropped_is_in_the_message_whole_or_not_at_all() {
    at_every_poll(2, |n_polls| {
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
        let mut expected = vec![1; 70_000];
        expected.extend_from_slice(if was_written { b"maybe" } else { b"" });
        assert_eq!(received, expected.into(), "dropped after {n_polls} polls");
        !was_written
    });
}

#[test]
fn a_burst_dropped_at_every_poll_loses_nothing() {
    at_every_poll(130, |n_polls| {
        let clock = VirtualClock::default();
        let (mut client, mut server) = pair(&clock, 16, SLOW);
        let mut was_dropped = false;
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
                    let burst = async || server.burst(&mut take).await;
                    let open = dropped_once(n_polls, &mut was_dropped, burst).await;
                    if !open.unwrap() {
                        return received;
                    }
                }
            },
        );
        assert_eq!(received, messages(), "dropped after {n_polls} polls");
        was_dropped
    });
}

#[test]
fn an_opening_handshake_dropped_at_every_poll_ends_the_other_side() {
    let request = "ws://example.com/".into_client_request().unwrap();
    let (options, acceptor) = (ClientOptions::default(), Acceptor::new());
    // Each byte of the request and of the response is waited for.
    for dropped in 0..2 {
        at_every_poll(250, |n_polls| {
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
            assert_eq!(
                clock.elapsed(),
                Duration::ZERO,
                "nobody waits for a time limit"
            );
            ended.is_none()
        });
    }
}

#[test]
fn flush_ping_and_close_dropped_at_every_poll_leave_the_stream_intact() {
    // Each byte of the Close frame is waited for.
    at_every_poll(12, |n_polls| {
        let clock = VirtualClock::default();
        let (mut client, mut server) = pair(&clock, 16, SLOW);
        let ((outcome, was_dropped), received) = both(
            &clock,
            async {
                client.feed("first").await.unwrap();
                let flushed = drop_after(n_polls, client.flush()).await;
                let pinged = drop_after(n_polls, client.ping()).await;
                client.feed("second").await.unwrap();
                let closing = client.close(CloseCode::GoingAway, "done");
                let closed = drop_after(n_polls, closing).await;
                let was_dropped = flushed.is_none() || pinged.is_none() || closed.is_none();
                let outcome = client.close(CloseCode::GoingAway, "done").await.unwrap();
                (outcome, was_dropped)
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
        was_dropped
    });
}

#[test]
fn recv_streaming_dropped_at_every_poll_loses_no_piece() {
    // Each byte of a header is waited for.
    at_every_poll(6, |n_polls| {
        let clock = VirtualClock::default();
        let (mut client, mut server) = pair(&clock, 16, SLOW);
        let mut was_dropped = false;
        let ((), received) = both(
            &clock,
            async {
                client.send("streamed message").await.unwrap();
                client.send("whole message").await.unwrap();
                client.flush().await.unwrap();
            },
            async {
                let first = if let Some(reader) = drop_after(n_polls, server.recv_streaming()).await
                {
                    pieces(reader.unwrap().unwrap(), n_polls, &mut was_dropped).await
                } else {
                    was_dropped = true;
                    let reader = server.recv_streaming().await.unwrap().unwrap();
                    pieces(reader, n_polls, &mut was_dropped).await
                };
                assert_eq!(first, b"streamed message");
                server.recv().await.unwrap()
            },
        );
        assert_eq!(
            received,
            Some("whole message".into()),
            "dropped after {n_polls} polls"
        );
        was_dropped
    });
}

/// The whole message, each piece of it by a future that may be dropped once.
async fn pieces(
    mut reader: MessageReader<'_, MemoryTransport>,
    n_polls: usize,
    was_dropped: &mut bool,
) -> Vec<u8> {
    let mut whole = Vec::new();
    loop {
        let next = async || reader.next().await;
        match dropped_once(n_polls, was_dropped, next).await.unwrap() {
            Some(piece) => whole.extend_from_slice(&piece),
            None => return whole,
        }
    }
}
