//! The mode `echo`: a fixed number of messages under way on each connection (a closed loop).
//!
//! What comes back is replaced at once. Latency is from the hand-over to the socket to the read,
//! so it says how long the server takes under this load, not how it copes with a given one.

use std::collections::VecDeque;
use std::time::Duration;

use hdrhistogram::Histogram;
use sockeye_bench::clock::{self, SECOND};

use crate::counters::Counters;
use crate::image::Image;
use crate::link::Link;
use crate::opening::open;
use crate::options::Echo;
use crate::poller::{Poller, Ready};
use crate::report::{Report, histogram};

pub(crate) fn run(options: &Echo) {
    let mut poller = Poller::new();
    let mut run = Run::new(options);
    for (token, connection) in run.connections.iter().enumerate() {
        let added = poller.add(connection.link.socket(), token);
        added.expect("epoll takes a socket");
    }
    run.start();
    let limit = match options.spin {
        true => Duration::ZERO,
        false => Duration::from_millis(100),
    };
    loop {
        let ready = poller.wait(limit);
        let now = clock::now();
        if run.is_over(now) {
            break;
        }
        for ready in ready {
            run.handle(ready, now);
        }
    }
    run.report();
}

struct Run<'a> {
    options: &'a Echo,
    image: Image,
    connections: Vec<Connection>,
    buf: Vec<u8>,
    /// Messages of each connection that are compared byte by byte.
    to_compare: u64,
    begun_at: u64,
    /// When the measurement began, and what the counters were.
    start: Option<Counters>,
    tally: Tally,
}

/// What is counted while it is measured.
struct Tally {
    n_messages: u64,
    n_bytes: u64,
    n_reads: u64,
    latency: Histogram<u64>,
}

struct Connection {
    link: Link,
    /// Messages to be sent when the socket takes them.
    n_owed: usize,
    /// When each batch of messages was handed to the socket, and how many of it are missing.
    batches: VecDeque<(u64, usize)>,
}

impl<'a> Run<'a> {
    fn new(options: &'a Echo) -> Self {
        let traffic = &options.traffic;
        let image = Image::new(traffic);
        let to_compare = match image.wire_bytes() {
            0..=0x10_0000 => 2 * traffic.depth as u64,
            _ => 1,
        };
        let connect = |_| Connection {
            link: Link::new(open(&options.target, traffic.deflate), to_compare),
            n_owed: traffic.depth,
            batches: VecDeque::with_capacity(traffic.depth + 1),
        };
        Self {
            image,
            connections: (0..options.conns).map(connect).collect(),
            buf: vec![0; 256 * 1024],
            to_compare,
            begun_at: clock::now(),
            start: None,
            tally: Tally::new(),
            options,
        }
    }

    fn start(&mut self) {
        self.begun_at = clock::now();
        for connection in &mut self.connections {
            connection.send(&self.image, self.begun_at);
        }
    }

    /// Also begins the measurement when it is time.
    fn is_over(&mut self, now: u64) -> bool {
        let Echo {
            span,
            count,
            target,
            ..
        } = self.options;
        let (warmup, secs) = (
            clock::nanoseconds(span.warmup),
            clock::nanoseconds(span.secs),
        );
        let is_stuck = now - self.begun_at > warmup + secs + 30 * SECOND;
        assert!(*count > 0 || !is_stuck, "stuck");
        match &self.start {
            Some(start) if *count == 0 => now >= start.at + secs,
            Some(_) => self.tally.n_messages >= *count,
            None => {
                if *count > 0 {
                    self.start = Some(Counters::read(target.pid));
                } else if now >= self.begun_at + warmup {
                    self.start = Some(Counters::read(target.pid));
                    self.tally = Tally::new();
                }
                false
            }
        }
    }

    fn handle(&mut self, ready: Ready, now: u64) {
        let connection = &mut self.connections[ready.token];
        if ready.read {
            connection.read(&mut self.buf, &self.image, &mut self.tally);
        }
        connection.send(&self.image, now);
    }

    /// Nothing lost, nothing doubled: what came back is what was sent, less what is under way.
    fn check(&self) {
        for Connection { link, .. } in &self.connections {
            let n_missing = link.n_under_way();
            assert!(
                n_missing <= self.options.traffic.depth as u64,
                "{n_missing} messages missing"
            );
            let to_compare = self.to_compare.min(link.reader.n_seen);
            assert!(link.reader.n_compared == to_compare, "not compared");
        }
    }

    fn report(self) {
        let start = self.start.expect("the loop ended after it was measured");
        let end = Counters::read(self.options.target.pid);
        self.check();
        let compared = self.connections.iter();
        let compared: u64 = compared.map(|each| each.link.reader.n_compared).sum();
        let wall = (end.at - start.at) as f64 / SECOND as f64;
        let per_second = self.tally.n_messages as f64 / wall;
        Report::new("echo")
            .with("messages", self.tally.n_messages)
            .with("msg_per_s", per_second)
            .with("mb_per_s", per_second * self.image.mean_bytes() / 1e6)
            .with("bytes_in", self.tally.n_bytes)
            .with("reads", self.tally.n_reads)
            .with("checked", compared)
            .with_latency("", &self.tally.latency)
            .with_cost(&start, &end)
            .print();
    }
}

impl Tally {
    fn new() -> Self {
        Self {
            n_messages: 0,
            n_bytes: 0,
            n_reads: 0,
            latency: histogram(),
        }
    }
}

impl Connection {
    /// Reads until there is nothing more. A read that does not fill the buffer was the last.
    fn read(&mut self, buf: &mut [u8], image: &Image, tally: &mut Tally) {
        while let Some(n_bytes) = self.link.recv(buf) {
            tally.n_bytes += n_bytes as u64;
            tally.n_reads += 1;
            let n_messages = self.link.reader.feed(&buf[..n_bytes], image);
            if n_messages > 0 {
                tally.n_messages += n_messages as u64;
                self.n_owed += n_messages;
                self.end(n_messages, &mut tally.latency);
            }
            if n_bytes < buf.len() {
                return;
            }
        }
    }

    /// Records the time of the oldest messages.
    fn end(&mut self, mut n_messages: usize, latency: &mut Histogram<u64>) {
        let now = clock::now();
        while n_messages > 0 {
            let batch = self.batches.front_mut();
            let (begun_at, n_missing) = batch.expect("a message that was sent");
            let n_ended = n_messages.min(*n_missing);
            latency.saturating_record_n((now - *begun_at).max(1), n_ended as u64);
            n_messages -= n_ended;
            *n_missing -= n_ended;
            if *n_missing == 0 {
                self.batches.pop_front();
            }
        }
    }

    fn send(&mut self, image: &Image, now: u64) {
        loop {
            self.link.send(image);
            if !self.link.is_idle() || self.n_owed == 0 {
                return;
            }
            self.batches.push_back((now, self.n_owed));
            self.link.begin(self.n_owed, image);
            self.n_owed = 0;
        }
    }
}
