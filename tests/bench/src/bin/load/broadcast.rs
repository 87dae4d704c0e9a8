//! The mode `broadcast`: one connection publishes, and the server sends it to everybody.
//!
//! A message is over when the last connection has it; then the next one is published. Every
//! message carries its number, and every delivery is compared byte by byte, so that none is lost,
//! doubled, altered or out of order.

use std::collections::VecDeque;
use std::os::fd::OwnedFd;
use std::thread;
use std::time::Duration;

use hdrhistogram::Histogram;
use sockeye_bench::clock::{self, SECOND};
use sockeye_bench::content::{Content, payload};
use sockeye_bench::frame::{self, BINARY, CLOSE, FIN};
use sockeye_bench::random::Random;

use crate::counters::Counters;
use crate::opening::open;
use crate::options::Broadcast;
use crate::parts::Parts;
use crate::poller::Poller;
use crate::report::{Report, histogram};
use crate::socket;

pub(crate) fn run(options: &Broadcast) {
    let pid = options.target.pid;
    let mut poller = Poller::new();
    let connect = |_| Member::new(open(&options.target, false));
    let mut members: Vec<_> = (0..options.conns).map(connect).collect();
    for (token, member) in members.iter().enumerate() {
        poller
            .add(&member.socket, token)
            .expect("epoll takes a socket");
    }
    // The server may enter the last ones in its list only after it has answered them.
    thread::sleep(Duration::from_millis(500));
    let mut news = News::new(options);
    let mut buf = vec![0; 256 * 1024];
    let warm_at = clock::now() + clock::nanoseconds(options.span.warmup);
    let mut start: Option<Counters> = None;
    let end = loop {
        while news.under_way.len() < options.depth {
            news.publish(&members[0].socket);
        }
        let n_over = news.n_over;
        let deadline = clock::now() + 20 * SECOND;
        while news.n_over == n_over {
            assert!(clock::now() < deadline, "a message did not reach everybody");
            for ready in poller.wait(Duration::from_millis(100)) {
                if ready.read {
                    members[ready.token].read(&mut buf, &mut news);
                }
            }
        }
        let now = clock::now();
        match &start {
            Some(start) if now >= start.at + clock::nanoseconds(options.span.secs) => {
                break Counters::read(pid);
            }
            None if now >= warm_at => {
                start = Some(Counters::read(pid));
                news.latency.reset();
                news.n_deliveries = 0;
            }
            Some(_) | None => {}
        }
    };
    let start = start.expect("the loop ended after it was measured");
    let wall = (end.at - start.at) as f64 / SECOND as f64;
    Report::new("broadcast")
        .with("conns", options.conns)
        .with("published", news.latency.len())
        .with("messages", news.n_deliveries)
        .with("msg_per_s", news.n_deliveries as f64 / wall)
        .with(
            "mb_per_s",
            (news.n_deliveries * options.size as u64) as f64 / wall / 1e6,
        )
        .with_latency("", &news.latency)
        .with_cost(&start, &end)
        .print();
}

/// What was published and has not reached everybody.
struct News {
    n_members: usize,
    content: Vec<u8>,
    random: Random,
    under_way: VecDeque<Item>,
    /// Messages that everybody has.
    n_over: u64,
    n_deliveries: u64,
    /// From the publishing to the last delivery.
    latency: Histogram<u64>,
}

struct Item {
    payload: Vec<u8>,
    published_at: u64,
    n_missing: usize,
}

impl News {
    fn new(options: &Broadcast) -> Self {
        let mut random = Random::new(7);
        let n_bytes = options.size.max(NUMBER_BYTES);
        Self {
            n_members: options.conns,
            content: payload(Content::Binary, n_bytes, &mut random),
            random,
            under_way: VecDeque::new(),
            n_over: 0,
            n_deliveries: 0,
            latency: histogram(),
        }
    }

    fn publish(&mut self, socket: &OwnedFd) {
        let number = self.n_over + self.under_way.len() as u64;
        let mut payload = self.content.clone();
        payload[..NUMBER_BYTES].copy_from_slice(&number.to_be_bytes());
        let mut wire = Vec::with_capacity(payload.len() + 14);
        frame::append(&mut wire, FIN | BINARY, &payload, &mut self.random);
        self.under_way.push_back(Item {
            payload,
            published_at: clock::now(),
            n_missing: self.n_members,
        });
        let sent = socket::send(socket, &wire).expect("a connection");
        assert!(sent == Some(wire.len()), "the publisher's socket is full");
    }

    /// What message `number` is, if it is under way.
    fn payload(&self, number: u64) -> Option<&[u8]> {
        let index = number.checked_sub(self.n_over)?;
        let item = self.under_way.get(usize::try_from(index).ok()?)?;
        Some(&item.payload)
    }

    /// One more connection has all of message `number`.
    fn deliver(&mut self, number: u64) {
        let item = &mut self.under_way[(number - self.n_over) as usize];
        item.n_missing -= 1;
        self.n_deliveries += 1;
        // The oldest is over first: every connection gets them in order.
        while let Some(Item {
            n_missing: 0,
            published_at,
            ..
        }) = self.under_way.front()
        {
            let passed = clock::now() - published_at;
            self.latency.saturating_record(passed.max(1));
            self.under_way.pop_front();
            self.n_over += 1;
        }
    }
}

struct Member {
    socket: OwnedFd,
    parts: Parts,
    n_seen: u64,
    /// Bytes of the message that is coming in.
    n_bytes: usize,
}

impl Member {
    fn new(socket: OwnedFd) -> Self {
        Self {
            socket,
            parts: Parts::default(),
            n_seen: 0,
            n_bytes: 0,
        }
    }

    /// Reads until there is nothing more. A read that does not fill the buffer was the last.
    fn read(&mut self, buf: &mut [u8], news: &mut News) {
        while let Some(n_bytes) = socket::recv(&self.socket, buf).expect("a connection") {
            assert!(n_bytes > 0, "the server closed a connection");
            self.feed(&buf[..n_bytes], news);
            if n_bytes < buf.len() {
                return;
            }
        }
    }

    fn feed(&mut self, mut data: &[u8], news: &mut News) {
        while let Some(part) = self.parts.next(&mut data) {
            if part.is_control() {
                assert!(
                    part.opcode() != CLOSE,
                    "the server closed: {}",
                    part.payload.escape_ascii()
                );
                continue;
            }
            let expected = news.payload(self.n_seen);
            let expected = expected.expect("a message that was published");
            let n_bytes = self.n_bytes + part.payload.len();
            let is_same = expected.get(self.n_bytes..n_bytes) == Some(part.payload);
            assert!(is_same, "not what was published as number {}", self.n_seen);
            self.n_bytes = n_bytes;
            if part.ends && part.first & FIN != 0 {
                assert!(
                    n_bytes == expected.len(),
                    "a part of number {}",
                    self.n_seen
                );
                news.deliver(self.n_seen);
                self.n_seen += 1;
                self.n_bytes = 0;
            }
        }
    }
}

/// Where a message has its number.
const NUMBER_BYTES: usize = 8;
