//! Bursts that send long messages on from the receive buffer they lie in.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use sockeye_connection::{Config, IncomingMessage, Message, Payload, PreparedMessage, SendOptions};
use sockeye_frame::Role;

use super::{open, pair};
use crate::testing::{Flag, Manners, MemoryTransport, VirtualClock, block_on, both, link};
use crate::{Burst, Error, WebSocket};

/// Payloads of which no two parts are alike, long and short ones mixed.
fn messages() -> Vec<Message> {
    let lens = [
        3, 2047, 2048, 2049, 0, 5000, 20_000, 125, 126, 65_535, 65_536, 1, 200_000, 4000, 4000, 10,
    ];
    lens.into_iter().enumerate().map(message).collect()
}

fn message((seed, len): (usize, usize)) -> Message {
    let bytes: Vec<u8> = (0..len)
        .map(|n| ((n / 89 + n + 31 * seed) % 127) as u8)
        .collect();
    match seed % 3 {
        0 => Message::from(String::from_utf8(bytes).expect("it is ASCII")),
        _ => Message::from(bytes),
    }
}

/// The frame of a client that masks with zeros.
fn frame(message: &Message) -> Vec<u8> {
    let opcode = match message {
        Message::Text(_) => 0x81,
        Message::Binary(_) => 0x82,
    };
    let payload = message.as_bytes();
    let len = payload.len();
    let mut bytes = vec![opcode];
    match len {
        0..=125 => bytes.push(0x80 | len as u8),
        126..=0xFFFF => {
            bytes.push(0xFE);
            bytes.extend((len as u16).to_be_bytes());
        }
        _ => {
            bytes.push(0xFF);
            bytes.extend((len as u64).to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes
}

/// The same frame from a server.
fn answer(message: &Message) -> Vec<u8> {
    let mut bytes = frame(message);
    let n_header = bytes.len() - message.len();
    bytes.drain(n_header - 4..n_header);
    bytes[1] &= 0x7F;
    bytes
}

fn echo_all(burst: &mut Burst<'_>) {
    while let Some(message) = burst.next_message() {
        burst.send(&message).unwrap();
    }
}

/// Polls once with a waker that does nothing.
fn poll_burst(
    server: &mut WebSocket<MemoryTransport>,
    mut handle: impl FnMut(&mut Burst<'_>),
) -> Poll<bool> {
    let cx = &mut Context::from_waker(Waker::noop());
    pin!(server.burst(&mut handle)).poll(cx).map(Result::unwrap)
}

#[test]
fn echoes_arrive_right_whatever_the_transport_takes() {
    let steps = [1000, 4096, 70_000, usize::MAX];
    for (max_step, capacity) in steps.into_iter().zip([3000, 5000, 1 << 20, 1 << 20]) {
        for hesitates in [false, true] {
            let clock = VirtualClock::default();
            let manners = Manners {
                max_step,
                hesitates,
            };
            let (client, mut server) = pair(&clock, capacity, manners);
            let (sender, mut receiver) = client.split();
            let sending = async {
                for message in messages() {
                    sender.feed(message).await.unwrap();
                }
                sender.flush().await.unwrap();
            };
            let receiving = async {
                for (index, expected) in messages().into_iter().enumerate() {
                    let received = receiver.recv().await.unwrap().unwrap();
                    assert!(
                        received == expected,
                        "message {index}, {max_step} at a time"
                    );
                }
            };
            let client = async {
                both_at_once(sending, receiving).await;
                sender.abort();
            };
            both(&clock, client, async {
                while let Ok(true) = server.burst(echo_all).await {}
            });
        }
    }
}

/// Polls both whenever either is woken.
async fn both_at_once(a: impl Future<Output = ()>, b: impl Future<Output = ()>) {
    let (mut a, mut b) = (pin!(a), pin!(b));
    let mut is_done = [false; 2];
    std::future::poll_fn(move |cx| {
        is_done[0] = is_done[0] || a.as_mut().poll(cx).is_ready();
        is_done[1] = is_done[1] || b.as_mut().poll(cx).is_ready();
        match is_done {
            [true, true] => Poll::Ready(()),
            _ => Poll::Pending,
        }
    })
    .await;
}

/// The transport stops in the middle of one burst's answers, and others are read meanwhile into
/// the same memory, by this connection and by another one of the thread.
#[test]
fn what_waits_to_be_written_is_not_changed_by_later_reads() {
    for room in [0, 1, 5, 2100, 4500, 6010, 9000] {
        let clock = VirtualClock::default();
        let (raw, server) = link(room, Manners::default());
        let mut server = open(&clock, server, Role::Server);
        let (other_raw, other) = link(1 << 20, Manners::default());
        let mut other = open(&clock, other, Role::Server);
        let sent: Vec<_> = [3000, 9, 2500, 4000, 7]
            .into_iter()
            .enumerate()
            .map(message)
            .collect();
        let (first, second) = sent.split_at(3);
        let mut written = Vec::new();
        for part in [first, second] {
            raw.inject(&part.iter().flat_map(frame).collect::<Vec<_>>());
            assert_eq!(poll_burst(&mut server, echo_all), Poll::Ready(true));
            other_raw.inject(&frame(&Message::from(vec![0xEE; 50_000])));
            assert_eq!(poll_burst(&mut other, echo_all), Poll::Ready(true));
            written.extend(raw.take_incoming());
        }
        loop {
            let _ = poll_burst(&mut server, echo_all);
            match raw.take_incoming() {
                bytes if bytes.is_empty() => break,
                bytes => written.extend(bytes),
            }
            if room == 0 {
                break;
            }
        }
        let expected: Vec<u8> = sent.iter().flat_map(answer).collect();
        let n_expected = if room == 0 { 0 } else { expected.len() };
        assert!(written == expected[..n_expected], "with room for {room}");
    }
}

/// Bytes that were read with the handshake, or behind a message that `recv` gave out.
#[test]
fn unread_bytes_are_sent_on_too() {
    let sent: Vec<_> = [2500, 30_000, 5, 6000]
        .into_iter()
        .enumerate()
        .map(message)
        .collect();
    let bytes: Vec<u8> = sent.iter().flat_map(frame).collect();
    let expected: Vec<u8> = sent.iter().flat_map(answer).collect();
    for n_leftover in [bytes.len(), bytes.len() - 1, 2600, 2508, 10, 0] {
        for room in [1000, usize::MAX] {
            let clock = VirtualClock::default();
            let (raw, server) = link(room, Manners::default());
            let (leftover, rest) = bytes.split_at(n_leftover);
            let config = Config::default();
            let mut server =
                WebSocket::from_upgraded(server, clock.timer(), leftover, Role::Server, config);
            let mut written = Vec::new();
            // All but the last message come behind one that `recv` takes.
            raw.inject(rest);
            let first = block_on(&clock, server.recv()).unwrap().unwrap();
            assert!(first == sent[0]);
            while written.len() < expected.len() - answer(&first).len() {
                // Where it gives way after some reads, it goes on with the next poll.
                let is_ready = (0..2).any(|_| poll_burst(&mut server, echo_all).is_ready());
                let bytes = raw.take_incoming();
                assert!(is_ready || !bytes.is_empty(), "it makes progress");
                written.extend(bytes);
            }
            assert!(written == expected[answer(&first).len()..]);
        }
    }
}

/// A burst takes one message at a time and leaves the rest; each time unread bytes are lent.
#[test]
fn messages_left_untaken_are_not_lost_when_their_memory_was_lent() {
    let clock = VirtualClock::default();
    let (raw, server) = link(2000, Manners::default());
    let mut server = open(&clock, server, Role::Server);
    let sent: Vec<_> = [5000, 2048, 8, 7000, 2048]
        .into_iter()
        .enumerate()
        .map(message)
        .collect();
    raw.inject(&sent.iter().flat_map(frame).collect::<Vec<_>>());
    let mut written = Vec::new();
    for _ in &sent {
        let one = |burst: &mut Burst<'_>| {
            let message = burst.next_message().unwrap();
            burst.send(&message).unwrap();
        };
        assert_eq!(poll_burst(&mut server, one), Poll::Ready(true));
        written.extend(raw.take_incoming());
    }
    while poll_burst(&mut server, echo_all).is_ready() {}
    for _ in 0..20 {
        written.extend(raw.take_incoming());
        let _ = poll_burst(&mut server, echo_all);
    }
    assert!(written == sent.iter().flat_map(answer).collect::<Vec<_>>());
}

/// Memory is told by its address; what only looks like a received message is sent as it is.
#[test]
fn messages_from_elsewhere_and_parts_of_messages() {
    for room in [100, 1 << 20] {
        let clock = VirtualClock::default();
        let (raw, server) = link(room, Manners::default());
        let mut server = open(&clock, server, Role::Server);
        let elsewhere = vec![0xE5; 4000];
        let prepared = PreparedMessage::new(vec![0xAA; 3000]);
        let whole = Message::from((0..10_000).map(|n| (n % 251) as u8).collect::<Vec<_>>());
        raw.inject(&frame(&whole));
        let mut expected: Vec<Message> = Vec::new();
        let handle = |burst: &mut Burst<'_>| {
            let message = burst.next_message().unwrap();
            let payload = message.as_bytes();
            let owned = Bytes::copy_from_slice(payload);
            let messages = [
                IncomingMessage::Binary(Payload::Borrowed(&elsewhere)),
                IncomingMessage::Binary(Payload::Borrowed(&payload[1000..5000])),
                IncomingMessage::Binary(Payload::Borrowed(&payload[..2048])),
                IncomingMessage::Binary(Payload::Borrowed(&payload[payload.len() - 2047..])),
                IncomingMessage::Binary(Payload::Borrowed(&[])),
                IncomingMessage::Binary(Payload::Owned(owned)),
            ];
            for message in [&message, &message].into_iter().chain(&messages) {
                burst.send(message).unwrap();
                expected.push(Message::from(message.as_bytes().to_vec()));
            }
            burst.send_prepared(&prepared).unwrap();
            expected.push(prepared.as_message().clone());
            burst.send(&message).unwrap();
            expected.push(Message::from(payload.to_vec()));
            let options = SendOptions::default();
            burst.send_with(elsewhere.clone(), options).unwrap();
            expected.push(Message::from(elsewhere.clone()));
            burst.send_text("end").unwrap();
            expected.push(Message::from("end"));
        };
        assert_eq!(poll_burst(&mut server, handle), Poll::Ready(true));
        let mut written = raw.take_incoming();
        let expected: Vec<u8> = expected.iter().flat_map(answer).collect();
        while written.len() < expected.len() {
            let _ = poll_burst(&mut server, echo_all);
            let bytes = raw.take_incoming();
            assert!(!bytes.is_empty(), "it makes progress");
            written.extend(bytes);
        }
        assert!(written == expected);
    }
}

/// One connection's burst runs within another's, on one thread; a message goes across.
#[test]
fn bursts_within_bursts_have_buffers_of_their_own() {
    let clock = VirtualClock::default();
    let (raw, outer) = link(3000, Manners::default());
    let (other_raw, inner) = link(1 << 20, Manners::default());
    let mut outer = open(&clock, outer, Role::Server);
    let mut inner = open(&clock, inner, Role::Server);
    let (ours, others) = (message((1, 9000)), message((2, 8000)));
    for _ in 0..3 {
        raw.inject(&frame(&ours));
        other_raw.inject(&frame(&others));
        let handle = |burst: &mut Burst<'_>| {
            let message = burst.next_message().unwrap();
            burst.send(&message).unwrap();
            let relay = |other: &mut Burst<'_>| {
                echo_all(other);
                // What lies in the other buffer is a message from elsewhere to this connection.
                other.send(&message).unwrap();
            };
            assert_eq!(poll_burst(&mut inner, relay), Poll::Ready(true));
            burst.send(&message).unwrap();
        };
        assert_eq!(poll_burst(&mut outer, handle), Poll::Ready(true));
        let expected = [answer(&others), answer(&ours)].concat();
        assert!(other_raw.take_incoming() == expected);
        let mut written = Vec::new();
        loop {
            match raw.take_incoming() {
                bytes if bytes.is_empty() => break,
                bytes => written.extend(bytes),
            }
            let _ = poll_burst(&mut outer, echo_all);
        }
        assert!(written == [answer(&ours), answer(&ours)].concat());
    }
}

/// The task's waker is called when the transport goes on, although all was copied meanwhile.
#[test]
fn a_burst_goes_on_when_the_transport_does() {
    let clock = VirtualClock::default();
    let (raw, server) = link(1000, Manners::default());
    let mut server = open(&clock, server, Role::Server);
    let sent = message((1, 5000));
    raw.inject(&frame(&sent));
    assert_eq!(poll_burst(&mut server, echo_all), Poll::Ready(true));
    let flag = Flag::new();
    let waker = Waker::from(Arc::clone(&flag));
    let cx = &mut Context::from_waker(&waker);
    let mut written = Vec::new();
    let mut waiting = pin!(server.burst(echo_all));
    while flag.take() {
        assert!(waiting.as_mut().poll(cx).is_pending());
        written.extend(raw.take_incoming());
    }
    assert!(written == answer(&sent));
}

/// A closure that panics ends the connection: what it had sent on has no bytes any more.
#[test]
fn a_panic_in_a_burst_ends_its_connection_and_no_other() {
    let clock = VirtualClock::default();
    for leaves_unread in [false, true] {
        let (raw, server) = link(1 << 20, Manners::default());
        let mut server = open(&clock, server, Role::Server);
        let frames = [frame(&message((1, 9000))), frame(&message((2, 3000)))].concat();
        raw.inject(&frames);
        if leaves_unread {
            block_on(&clock, server.recv()).unwrap().unwrap();
        }
        let panics = |burst: &mut Burst<'_>| {
            let message = burst.next_message().unwrap();
            burst.send(&message).unwrap();
            std::panic::resume_unwind(Box::new("a fault of the application"));
        };
        let caught = catch_unwind(AssertUnwindSafe(|| poll_burst(&mut server, panics)));
        assert!(caught.is_err());
        raw.inject(&frame(&message((3, 100_000))));
        let ended = block_on(&clock, server.burst(echo_all));
        assert!(matches!(ended, Err(Error::ConnectionLost)), "{ended:?}");
        assert_eq!(raw.take_incoming(), []);

        let (raw, other) = link(1 << 20, Manners::default());
        let mut other = open(&clock, other, Role::Server);
        raw.inject(&frames);
        assert_eq!(poll_burst(&mut other, echo_all), Poll::Ready(true));
        let expected = [answer(&message((1, 9000))), answer(&message((2, 3000)))];
        assert!(raw.take_incoming() == expected.concat());
    }
}
