//! A task that sends without a pause lets others run.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use futures_sink::Sink;
use sockeye_connection::{Config, Message, MessageKind};
use sockeye_frame::Role;

use super::pair;
use crate::testing::{
    Flag, Manners, Marking, MemoryTransport, VirtualClock, block_on, drop_after, link,
};
use crate::timer::Alarm;
use crate::web_socket::Agreement;
use crate::{Burst, WebSocket, turn};

/// Messages that are sent in a row before other tasks run.
const IN_TURN: usize = 128;

/// How often `future` is pending, and wakes itself, before it ends, from the start of a turn on.
#[track_caller]
fn n_turns(future: impl Future<Output = ()>) -> usize {
    turn::renew();
    let flag = Flag::new();
    let waker = Waker::from(Arc::clone(&flag));
    let mut future = pin!(future);
    let mut n = 0;
    while flag.take() {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(()) => return n,
            Poll::Pending => n += 1,
        }
    }
    panic!("after {n} turns it waits for something");
}

#[test]
fn sending_without_a_pause_gives_way_after_each_128_messages() {
    for n_messages in [1, IN_TURN, IN_TURN + 1, 2 * IN_TURN + 1, 1000] {
        let expected = (n_messages - 1) / IN_TURN;
        let clock = VirtualClock::default();
        let (mut client, mut server) = pair(&clock, 1 << 20, Manners::default());
        let turns = n_turns(async {
            for n in 0..n_messages {
                client.send(format!("{n}")).await.unwrap();
            }
        });
        assert_eq!(turns, expected, "{n_messages} sent");

        let turns = n_turns(async {
            for n in 0..n_messages {
                server.feed(format!("{n}")).await.unwrap();
            }
        });
        assert_eq!(turns, expected, "{n_messages} fed");
        block_on(&clock, server.flush()).unwrap();

        for ws in [&mut server, &mut client] {
            for n in 0..n_messages {
                let received = block_on(&clock, ws.recv()).unwrap();
                assert_eq!(received, Some(Message::from(format!("{n}"))));
            }
        }
    }
}

#[test]
fn try_send_is_never_held_back() {
    let clock = VirtualClock::default();
    let (mut client, mut server) = pair(&clock, 1 << 20, Manners::default());
    block_on(&clock, async {
        for _ in 0..IN_TURN {
            client.send("sent").await.unwrap();
        }
    });
    for _ in 0..3 * IN_TURN {
        client.try_send("tried").unwrap();
    }
    for n in 0..4 * IN_TURN {
        let expected = if n < IN_TURN { "sent" } else { "tried" };
        let received = block_on(&clock, server.recv()).unwrap();
        assert_eq!(received, Some(expected.into()), "message {n}");
    }
}

/// The halves share one turn; the one that gives way wakes itself, not only the others.
#[test]
fn halves_give_way_too() {
    let clock = VirtualClock::default();
    let (client, _server) = pair(&clock, 1 << 20, Manners::default());
    let (sender, _receiver) = client.split();
    let other = sender.clone();
    let turns = n_turns(async {
        for _ in 0..IN_TURN {
            sender.send("one").await.unwrap();
            other.feed("other").await.unwrap();
        }
    });
    assert_eq!(turns, 1);
}

/// One message to each of many connections keeps other tasks waiting as many to one do.
#[test]
fn connections_of_one_thread_share_the_turn() {
    let clock = VirtualClock::default();
    let mut pairs: Vec<_> = (0..300)
        .map(|_| pair(&clock, 1 << 10, Manners::default()))
        .collect();
    let turns = n_turns(async {
        for (client, _) in &mut pairs {
            client.send("to everybody").await.unwrap();
        }
    });
    assert_eq!(turns, 299 / IN_TURN);
    let turns = n_turns(async {
        for (client, _) in &mut pairs {
            drop(client.ping().await.unwrap());
        }
    });
    assert_eq!(turns, 299 / IN_TURN);
}

#[test]
fn pieces_and_sinks_give_way_too() {
    let clock = VirtualClock::default();
    let (mut client, _server) = pair(&clock, 1 << 20, Manners::default());
    let turns = n_turns(async {
        let mut message = client.send_streaming(MessageKind::Binary).await.unwrap();
        for _ in 0..IN_TURN {
            message.write(&b"piece"[..]).await.unwrap();
        }
        message.finish().await.unwrap();
    });
    assert_eq!(turns, 1);
    let (mut sender, _receiver) = client.split();
    let turns = n_turns(async {
        for _ in 0..=IN_TURN {
            poll_fn(|cx| Pin::new(&mut sender).poll_ready(cx))
                .await
                .unwrap();
            Pin::new(&mut sender).start_send("message".into()).unwrap();
        }
    });
    assert_eq!(turns, 1);
}

/// What was fed does not wait for the turns of others.
#[test]
fn what_is_due_leaves_before_giving_way() {
    let clock = VirtualClock::default();
    let (mut client, mut server) = pair(&clock, 1 << 20, Manners::default());
    turn::renew();
    for _ in 0..IN_TURN {
        assert!(!drop_after_one_poll(client.feed("fed")));
    }
    assert!(drop_after_one_poll(client.feed("gives way")));
    for _ in 0..IN_TURN {
        let received = block_on(&clock, server.recv()).unwrap();
        assert_eq!(received, Some("fed".into()));
    }
}

fn drop_after_one_poll(future: impl Future) -> bool {
    let cx = &mut Context::from_waker(Waker::noop());
    pin!(future).poll(cx).is_pending()
}

#[test]
fn a_send_dropped_while_it_gives_way_sent_nothing() {
    for feeds in [false, true] {
        let clock = VirtualClock::default();
        let (mut client, mut server) = pair(&clock, 1 << 20, Manners::default());
        turn::renew();
        let received = block_on(&clock, async {
            for _ in 0..IN_TURN {
                client.send("before").await.unwrap();
            }
            let sent = if feeds {
                drop_after(1, client.feed("dropped")).await
            } else {
                drop_after(1, client.send("dropped")).await
            };
            assert!(sent.is_none(), "it gave way");
            client.send("last").await.unwrap();
            let mut received = Vec::new();
            for _ in 0..=IN_TURN {
                received.extend(server.recv().await.unwrap());
            }
            received
        });
        assert_eq!(received[IN_TURN], "last".into());
    }
}

/// Bytes of messages that are received in a row before other tasks run.
const RECEIVED_IN_TURN: usize = 1 << 20;

/// A server that has read, and not yet received, `n_messages` of 64 KiB.
///
/// They came through an extension, which could have made as much of a hundredth of the bytes.
fn flooded(clock: &VirtualClock, n_messages: usize) -> WebSocket<MemoryTransport> {
    let (_, transport) = link(1 << 20, Manners::default());
    // The extension's mark is one byte more.
    let header = [0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0];
    let payload = [b'm'; (1 << 16) + 1];
    let frames = [&header[..], &payload].concat().repeat(n_messages);
    let agreement = Agreement {
        role: Role::Server,
        config: Arc::new(Config::default()),
        extensions: Marking::chain().0,
        subprotocol: None,
        leftover: &frames,
        drain: None,
    };
    WebSocket::new(transport, Alarm::new(clock.timer()), agreement)
}

#[test]
fn receiving_what_one_read_brought_gives_way_after_each_mebibyte() {
    let n_in_turn = RECEIVED_IN_TURN >> 16;
    for n_messages in [1, n_in_turn, n_in_turn + 1, 2 * n_in_turn + 1] {
        let expected = (n_messages - 1) / n_in_turn;
        let clock = VirtualClock::default();
        let mut server = flooded(&clock, n_messages);
        let turns = n_turns(async {
            for _ in 0..n_messages {
                assert!(server.recv().await.unwrap().is_some());
            }
        });
        assert_eq!(turns, expected, "{n_messages} received");

        let mut server = flooded(&clock, n_messages);
        let mut n_seen = 0;
        let turns = n_turns(async {
            while n_seen < n_messages {
                let n_before = n_seen;
                let burst = |burst: &mut Burst<'_>| {
                    while burst.next_message().is_some() {
                        n_seen += 1;
                    }
                };
                assert!(server.burst(burst).await.unwrap());
                assert!(n_seen - n_before <= n_in_turn);
            }
        });
        assert_eq!(turns, expected, "{n_messages} in bursts");
    }
}
