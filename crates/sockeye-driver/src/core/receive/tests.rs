//! A peer that sends without a pause takes no more than its turn, and does not stop the clock.

use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::BytesMut;
use sockeye_connection::{Config, TimeoutKind};
use sockeye_frame::{CloseCode, Role};

use crate::testing::{Flag, Marking, VirtualClock, block_on, poll_and_drop};
use crate::timer::Alarm;
use crate::web_socket::Agreement;
use crate::{Burst, Error, Transport, WebSocket, buffers};

/// A message of 8 KiB from a server, marked for [`Marking`].
fn message() -> Vec<u8> {
    let header = [0x82, 0x7e, 0x20, 0x00];
    [&header[..], &[b'm'; 0x2000]].concat()
}

/// A transport that always has bytes to read, and takes some to write.
struct Endless<'a> {
    clock: &'a VirtualClock,
    /// How long each read takes.
    per_read: Duration,
    /// Bytes that it still takes.
    room: usize,
    n_reads: usize,
}

impl Transport for Endless<'_> {
    fn poll_read(
        &mut self,
        _: &mut Context<'_>,
        buf: &mut BytesMut,
        max: usize,
    ) -> Poll<io::Result<usize>> {
        self.n_reads += 1;
        assert!(self.n_reads < 1000, "it reads for ever");
        self.clock.advance(self.per_read);
        let message = message();
        let messages = message.repeat(max / message.len());
        buf.extend_from_slice(&messages);
        Poll::Ready(Ok(messages.len()))
    }

    fn poll_write(
        &mut self,
        _: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let len: usize = slices.iter().map(|slice| slice.len()).sum();
        let n = len.min(self.room);
        self.room -= n;
        if n == 0 {
            return Poll::Pending;
        }
        Poll::Ready(Ok(n))
    }

    fn poll_flush(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

fn open(clock: &VirtualClock, per_read: Duration, room: usize) -> WebSocket<Endless<'_>> {
    let transport = Endless {
        clock,
        per_read,
        room,
        n_reads: 0,
    };
    let config = Config::default();
    WebSocket::from_upgraded(transport, clock.timer(), &[], Role::Client, config)
}

#[test]
fn other_tasks_run_although_every_call_finds_a_message() {
    let clock = VirtualClock::default();
    let mut ws = open(&clock, Duration::ZERO, 0);
    for _ in 0..3 {
        let flag = Flag::new();
        flag.take();
        let waker = Waker::from(flag.clone());
        let cx = &mut Context::from_waker(&waker);
        let n_reads_before = ws.get_ref().n_reads;
        while let Poll::Ready(received) = pin!(ws.recv()).poll(cx) {
            assert!(
                received
                    .unwrap()
                    .is_some_and(|message| message.len() == 0x2000)
            );
        }
        assert!(flag.take(), "it waits for nothing, so it must wake itself");
        assert!(ws.get_ref().n_reads - n_reads_before <= 4);

        let n_reads_before = ws.get_ref().n_reads;
        let mut burst = || pin!(ws.burst(|burst| while burst.next_message().is_some() {})).poll(cx);
        while burst().is_ready() {}
        assert!(flag.take(), "it waits for nothing, so it must wake itself");
        assert!(ws.get_ref().n_reads - n_reads_before <= 4);
    }
}

/// What decoding costs shows neither in bytes that come nor in messages.
#[test]
fn a_turn_of_what_is_decoded_is_shorter() {
    let clock = VirtualClock::default();
    let transport = Endless {
        clock: &clock,
        per_read: Duration::ZERO,
        room: 0,
        n_reads: 0,
    };
    let agreement = Agreement {
        role: Role::Client,
        config: Arc::default(),
        extensions: Marking::chain().0,
        subprotocol: None,
        leftover: &[],
        drain: None,
    };
    let mut ws = WebSocket::new(transport, Alarm::new(clock.timer()), agreement);
    let cx = &mut Context::from_waker(Waker::noop());
    let mut n_messages = 0;
    let mut burst = || {
        let count = |burst: &mut Burst<'_>| {
            while burst.next_message().is_some() {
                n_messages += 1;
            }
        };
        pin!(ws.burst(count)).poll(cx).is_ready()
    };
    while burst() {}
    // With its header, one fits into 16 KiB and two do not.
    assert_eq!(n_messages, 4, "four reads");
}

#[test]
fn closing_ends_in_time_although_messages_go_on_for_ever() {
    let clock = VirtualClock::default();
    let mut ws = open(&clock, Duration::from_millis(100), usize::MAX);
    let outcome = block_on(&clock, ws.close(CloseCode::NormalClosure, "")).unwrap();
    assert_eq!(outcome.received, None);
    let elapsed = clock.elapsed();
    let limit = Config::default().timeouts.close;
    assert!(elapsed >= limit && elapsed < 2 * limit, "{elapsed:?}");
}

#[test]
fn a_peer_that_only_sends_is_given_up_when_it_takes_nothing() {
    let clock = VirtualClock::default();
    let mut ws = open(&clock, Duration::from_millis(100), 0);
    let error = block_on(&clock, async {
        ws.send("nobody reads this").await.unwrap();
        loop {
            if let Err(error) = ws
                .burst(|burst| while burst.next_message().is_some() {})
                .await
            {
                break error;
            }
        }
    });
    assert!(
        matches!(error, Error::Timeout(TimeoutKind::WriteStall)),
        "{error:?}"
    );
    assert!(
        clock.elapsed() < Duration::from_secs(31),
        "{:?}",
        clock.elapsed()
    );
}

#[test]
fn looking_for_signs_of_life_keeps_no_more_than_one_read_brings() {
    let clock = VirtualClock::default();
    let mut ws = open(&clock, Duration::ZERO, 0);
    assert!(block_on(&clock, ws.recv()).unwrap().is_some());
    block_on(&clock, ws.send("nobody reads this")).unwrap();
    clock.advance(Duration::from_secs(20));
    assert!(poll_and_drop(ws.flush(), 1).is_none());
    let (_, unread) = ws.into_inner();
    let n_before = buffers::RECV_BYTES / message().len() * message().len() - message().len();
    assert!(n_before < unread.len(), "it has looked");
    assert!(unread.len() <= buffers::RECV_BYTES, "{}", unread.len());
}
