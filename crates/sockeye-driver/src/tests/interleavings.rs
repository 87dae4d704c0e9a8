//! The halves of a connection on threads of their own, in all interleavings: no lost wake-up, and
//! nothing of another connection in a buffer.
//!
//! Built and run by `cargo xtask loom` alone. There is no clock here that would wake anybody, so a
//! wake-up that is lost is a thread that waits without end, which loom reports. Threads are made to
//! give way to each other at any lock, as often as `LOOM_MAX_PREEMPTIONS` says.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::io::{self, IoSlice};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bytes::BytesMut;
use loom::future::block_on;
use loom::thread;
use sockeye_connection::{Config, Timestamp};
use sockeye_frame::{CloseCode, FrameHeader, HeaderRules, Opcode, Role, Rsv};

use crate::owned::Estate;
use crate::shell::Reporter;
use crate::sync::Mutex;
use crate::testing::frame;
use crate::{Sender, Timer, Transport, WebSocket, turn};

#[test]
fn of_sending_and_receiving() {
    check(|| {
        let line = Line::with_room(0);
        let (sender, mut receiver) = open(&line).split();
        let sending = thread::spawn(move || {
            block_on(async {
                // The second waits for room, unless the end comes before.
                let _ = sender.send("one").await;
                let _ = sender.send("two").await;
            });
        });
        let peer = line.peer(|line| {
            line.change(|line| line.room = usize::MAX);
            line.change(|line| line.incoming.extend(text("hi")));
            line.change(|line| line.incoming.extend(close()));
        });
        let (message, end) = block_on(async { (receiver.recv().await, receiver.recv().await) });
        assert_eq!(message.unwrap(), Some("hi".into()));
        assert_eq!(end.unwrap(), None);
        sending.join().unwrap();
        peer.join().unwrap();
        line.check_begun(&["one", "two"]);
    });
}

#[test]
fn of_two_that_send() {
    check(|| {
        let line = Line::with_room(0);
        let (sender, receiver) = open(&line).split();
        let other = sender.clone();
        let sending = thread::spawn(move || block_on(send_both(&other, ["one", "two"])));
        let peer = line.peer(|line| line.change(|line| line.room = usize::MAX));
        block_on(send_both(&sender, ["three", "four"]));
        sending.join().unwrap();
        peer.join().unwrap();
        line.check_written(&["one", "two", "three", "four"]);
        drop(receiver);
    });
}

#[test]
fn of_closing_and_receiving() {
    check(|| {
        let line = Line::with_room(usize::MAX);
        let (sender, mut receiver) = open(&line).split();
        let closing = thread::spawn(move || close_cleanly(&sender));
        let peer = line.peer(|line| line.change(|line| line.incoming.extend(close())));
        assert_eq!(block_on(receiver.recv()).unwrap(), None);
        closing.join().unwrap();
        peer.join().unwrap();
    });
}

/// Whoever closes reads for itself once there is nobody else to do it.
#[test]
fn of_closing_and_dropping_the_receiver() {
    check(|| {
        let line = Line::with_room(usize::MAX);
        let (sender, mut receiver) = open(&line).split();
        let closing = thread::spawn(move || close_cleanly(&sender));
        let peer = line.peer(|line| line.change(|line| line.incoming.extend(close())));
        block_on(poll_once(receiver.recv()));
        drop(receiver);
        closing.join().unwrap();
        peer.join().unwrap();
    });
}

#[test]
fn of_sending_and_dropping_what_receives() {
    check(|| {
        let line = Line::with_room(0);
        let (sender, mut receiver) = open(&line).split();
        let sending = thread::spawn(move || block_on(send_both(&sender, ["one", "two"])));
        let peer = line.peer(|line| line.change(|line| line.room = usize::MAX));
        block_on(poll_once(receiver.recv()));
        sending.join().unwrap();
        drop(receiver);
        peer.join().unwrap();
        line.check_written(&["one", "two"]);
    });
}

#[test]
fn of_sending_and_aborting_and_dropping() {
    check(|| {
        let line = Line::with_room(3);
        let (sender, receiver) = open(&line).split();
        let aborting = sender.clone();
        let sending = thread::spawn(move || {
            block_on(async {
                let _ = sender.send("aaaaaaaa").await;
                let _ = sender.send("aaaaaaaa").await;
            });
        });
        let aborting = thread::spawn(move || aborting.abort());
        drop(receiver);
        // Another connection has the buffers meanwhile and afterwards.
        for _ in 0..2 {
            let other = Line::with_room(usize::MAX);
            let mut ws = open(&other);
            block_on(ws.send("bb")).unwrap();
            block_on(ws.flush()).unwrap();
            other.check_written(&["bb"]);
        }
        sending.join().unwrap();
        aborting.join().unwrap();
        line.check_begun(&["aaaaaaaa", "aaaaaaaa"]);
    });
}

/// Whoever finishes what others leave is woken when they do.
#[test]
fn of_leaving_a_connection_and_finishing_it() {
    check(|| {
        let line = Line::with_room(usize::MAX);
        let estate = Arc::new(Estate::new(Reporter::default()));
        let mut ws = open(&line);
        ws.leave_to(Arc::clone(&estate));
        let leaving = thread::spawn(move || {
            let (sender, receiver) = ws.split();
            sender.start_close(CloseCode::GoingAway, "").unwrap();
            drop((sender, receiver));
        });
        let peer = line.peer(|line| line.change(|line| line.incoming.extend(close())));
        block_on(poll_fn(|cx| {
            let settled = estate.poll_settled(cx);
            match line.0.lock().unwrap().is_shut_down {
                true => settled,
                false => Poll::Pending,
            }
        }));
        leaving.join().unwrap();
        peer.join().unwrap();
    });
}

/// Loom's threads have the buffers of one thread of the system, so that they take turns with them
/// where nobody else's would.
#[test]
fn of_two_connections_with_the_buffers_of_one_thread() {
    check(|| {
        let lines = [Line::with_room(3), Line::with_room(3)];
        let threads = [(&lines[0], "aaaaaaaa"), (&lines[1], "bbbbbbbb")].map(|(line, mark)| {
            let line = line.clone();
            thread::spawn(move || {
                let mut ws = open(&line);
                block_on(ws.send(mark)).unwrap();
                line.change(|line| {
                    line.room = usize::MAX;
                    line.incoming.extend(text(mark));
                });
                let message = block_on(ws.recv()).unwrap();
                assert_eq!(message, Some(mark.into()));
                block_on(ws.flush()).unwrap();
                drop(ws);
            })
        });
        for thread in threads {
            thread.join().unwrap();
        }
        lines[0].check_written(&["aaaaaaaa"]);
        lines[1].check_written(&["bbbbbbbb"]);
    });
}

/// Runs `model` in all interleavings of its threads, up to some number of preemptions.
fn check(model: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound.get_or_insert(2);
    builder.max_branches = 100_000;
    builder.check(move || {
        // What the thread remembers of other interleavings.
        turn::renew();
        model();
    });
}

async fn send_both(sender: &Sender<Line>, messages: [&'static str; 2]) {
    for message in messages {
        sender.send(message).await.unwrap();
    }
    sender.flush().await.unwrap();
}

fn close_cleanly(sender: &Sender<Line>) {
    let outcome = block_on(sender.close(CloseCode::NormalClosure, "")).unwrap();
    assert!(outcome.received.is_some(), "{outcome:?}");
}

/// Polls `future` once, and drops it.
async fn poll_once<R>(future: impl Future<Output = R>) {
    let mut future = pin!(future);
    poll_fn(|cx| {
        let _ = future.as_mut().poll(cx);
        Poll::Ready(())
    })
    .await;
}

/// A server whose queue is full with one message.
fn open(line: &Line) -> WebSocket<Line> {
    let mut config = Config::default();
    config.limits.high_water_bytes = 0;
    WebSocket::from_upgraded(line.clone(), Box::new(NoClock), &[], Role::Server, config)
}

fn text(payload: &str) -> Vec<u8> {
    frame(Role::Server, true, Opcode::Text, payload.as_bytes())
}

fn close() -> Vec<u8> {
    frame(Role::Server, true, Opcode::Close, &1000_u16.to_be_bytes())
}

/// A transport that remembers one waker, as sockets do, and the other end of it.
#[derive(Clone)]
struct Line(Arc<Mutex<Ends>>);

#[derive(Default)]
struct Ends {
    incoming: VecDeque<u8>,
    written: Vec<u8>,
    /// How much more may be written.
    room: usize,
    waiting: Option<Waker>,
    is_shut_down: bool,
}

impl Line {
    fn with_room(room: usize) -> Self {
        Self(Arc::new(Mutex::new(Ends {
            room,
            ..Ends::default()
        })))
    }

    /// Lets the peer do something on a thread of its own.
    fn peer(&self, act: impl FnOnce(&Self) + Send + 'static) -> thread::JoinHandle<()> {
        let line = self.clone();
        thread::spawn(move || act(&line))
    }

    /// Does something at the other end, and wakes who waits for it.
    fn change(&self, change: impl FnOnce(&mut Ends)) {
        let mut ends = self.0.lock().unwrap();
        change(&mut ends);
        let waiting = ends.waiting.take();
        drop(ends);
        if let Some(waker) = waiting {
            waker.wake();
        }
    }

    /// What was written are these messages whole, each once, in any order.
    fn check_written(&self, messages: &[&str]) {
        let mut written = self.written();
        written.sort();
        let mut messages: Vec<_> = messages.iter().map(|message| message.as_bytes()).collect();
        messages.sort();
        assert_eq!(written, messages);
    }

    /// What was written are the first of these messages, and the last of them perhaps in part.
    fn check_begun(&self, messages: &[&str]) {
        let written = self.written();
        assert!(written.len() <= messages.len(), "{written:?}");
        for (i, (payload, message)) in written.iter().zip(messages).enumerate() {
            let is_last = i + 1 == written.len();
            let message = message.as_bytes();
            assert!(
                payload == message || is_last && message.starts_with(payload),
                "{}",
                payload.escape_ascii()
            );
        }
    }

    /// The payloads of the frames that were written, but for Close frames.
    fn written(&self) -> Vec<Vec<u8>> {
        let written = self.0.lock().unwrap().written.clone();
        let rules = HeaderRules {
            receiver: Role::Client,
            rsv: Rsv::NONE,
        };
        let mut payloads = Vec::new();
        let mut rest = &written[..];
        while let Some((header, len)) = FrameHeader::decode(rest, rules).unwrap() {
            let payload = &rest[len..];
            let n = payload.len().min(header.payload_len as usize);
            let (payload, behind) = payload.split_at(n);
            if header.opcode != Opcode::Close {
                payloads.push(payload.to_vec());
            }
            rest = behind;
        }
        payloads
    }
}

impl Transport for Line {
    fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut BytesMut,
        max: usize,
    ) -> Poll<io::Result<usize>> {
        let mut ends = self.0.lock().unwrap();
        if ends.incoming.is_empty() {
            ends.waiting = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let n = ends.incoming.len().min(max);
        buf.extend(ends.incoming.drain(..n));
        Poll::Ready(Ok(n))
    }

    fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut ends = self.0.lock().unwrap();
        let len: usize = slices.iter().map(|slice| slice.len()).sum();
        let n = len.min(ends.room);
        if n == 0 {
            ends.waiting = Some(cx.waker().clone());
            return Poll::Pending;
        }
        ends.room -= n;
        let bytes = slices.iter().flat_map(|slice| slice.iter());
        ends.written.extend(bytes.take(n));
        Poll::Ready(Ok(n))
    }

    fn poll_flush(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.lock().unwrap().is_shut_down = true;
        Poll::Ready(Ok(()))
    }
}

/// The time stands still.
struct NoClock;

impl Timer for NoClock {
    fn now(&self) -> Timestamp {
        Timestamp::default()
    }

    fn poll_expired(&mut self, _: Timestamp, _: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }
}
