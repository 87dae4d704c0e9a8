//! The mode `echo --rate`: messages at a given rate, whether the server keeps up or not.
//!
//! An open loop, spread evenly over the connections. Latency counts from when a message was due,
//! so that a server that stalls pays for all that waited meanwhile (no coordinated omission). All
//! that was sent has to come back after the end.

use std::time::Duration;

use hdrhistogram::Histogram;
use sockeye_bench::clock::{self, SECOND};

use crate::counters::Counters;
use crate::image::Image;
use crate::link::Link;
use crate::opening::open;
use crate::options::{Echo, Traffic};
use crate::poller::{Poller, Ready};
use crate::report::{Report, histogram};

pub(crate) fn run(options: &Echo) {
    let mut poller = Poller::new();
    let mut run = Run::new(options);
    for (token, link) in run.links.iter().enumerate() {
        poller
            .add(link.socket(), token)
            .expect("epoll takes a socket");
    }
    let warm_at = clock::now() + clock::nanoseconds(options.span.warmup);
    run.send_until(warm_at, &mut poller);
    let start = Counters::read(options.target.pid);
    // Messages that were due while the counters were read say nothing of the server.
    run.measured_from = clock::now();
    run.send_until(
        run.measured_from + clock::nanoseconds(options.span.secs),
        &mut poller,
    );
    let end = Counters::read(options.target.pid);
    run.drain(&mut poller);

    let wall = (end.at - start.at) as f64 / SECOND as f64;
    let per_second = run.latency.len() as f64 / wall;
    let compared = run.links.iter().map(|link| link.reader.n_compared);
    Report::new("echo")
        .with("rate", options.rate)
        .with("conns", options.conns)
        .with("messages", run.latency.len())
        .with("msg_per_s", per_second)
        .with("mb_per_s", per_second * run.image.mean_bytes() / 1e6)
        .with("checked", compared.sum::<u64>())
        .with_latency("", &run.latency)
        .with_latency("late_", &run.lateness)
        .with_cost(&start, &end)
        .print();
}

struct Run {
    image: Image,
    links: Vec<Link>,
    buf: Vec<u8>,
    rate: u64,
    begun_at: u64,
    measured_from: u64,
    /// Messages that have been due. Message `n` goes to connection `n % conns`.
    n_due: u64,
    latency: Histogram<u64>,
    /// How late the generator itself was to send.
    lateness: Histogram<u64>,
}

impl Run {
    fn new(options: &Echo) -> Self {
        let traffic = Traffic {
            depth: BATCH,
            ..options.traffic.clone()
        };
        let connect = |_| Link::new(open(&options.target, traffic.deflate), BATCH as u64);
        Self {
            image: Image::new(&traffic),
            links: (0..options.conns).map(connect).collect(),
            buf: vec![0; 256 * 1024],
            rate: options.rate,
            begun_at: clock::now(),
            measured_from: u64::MAX,
            n_due: 0,
            latency: histogram(),
            lateness: histogram(),
        }
    }

    fn due_at(&self, number: u64) -> u64 {
        self.begun_at + number * SECOND / self.rate
    }

    /// Sends what becomes due, and reads. Never waits: sleep would end too late.
    fn send_until(&mut self, end: u64, poller: &mut Poller) {
        let mut now = clock::now();
        while now < end {
            while self.due_at(self.n_due) <= now {
                self.lateness
                    .saturating_record(now - self.due_at(self.n_due));
                let index = (self.n_due % self.links.len() as u64) as usize;
                self.n_due += 1;
                self.send(index);
                now = clock::now();
            }
            self.poll(poller, Duration::ZERO);
            now = clock::now();
        }
    }

    fn drain(&mut self, poller: &mut Poller) {
        let deadline = clock::now() + 20 * SECOND;
        while self.links.iter().any(|link| link.n_under_way() > 0) {
            assert!(clock::now() < deadline, "messages that did not come back");
            self.poll(poller, Duration::from_millis(10));
        }
        let n_seen: u64 = self.links.iter().map(|link| link.reader.n_seen).sum();
        assert!(
            n_seen == self.n_due,
            "{n_seen} messages came back of {}",
            self.n_due
        );
    }

    fn poll(&mut self, poller: &mut Poller, limit: Duration) {
        for Ready { token, read, write } in poller.wait(limit) {
            if read {
                self.read(token);
            }
            if write {
                self.send(token);
            }
        }
    }

    fn read(&mut self, index: usize) {
        while let Some(n_bytes) = self.links[index].recv(&mut self.buf) {
            let link = &mut self.links[index];
            let n_messages = link.reader.feed(&self.buf[..n_bytes], &self.image) as u64;
            let n_seen = link.reader.n_seen;
            let now = clock::now();
            for nth in n_seen - n_messages..n_seen {
                let due_at = self.due_at(nth * self.links.len() as u64 + index as u64);
                if due_at >= self.measured_from {
                    self.latency.saturating_record((now - due_at).max(1));
                }
            }
            if n_bytes < self.buf.len() {
                return;
            }
        }
    }

    /// Sends what was due on a connection and did not go so far.
    fn send(&mut self, index: usize) {
        let n_links = self.links.len() as u64;
        let link = &mut self.links[index];
        let n_due = (self.n_due + n_links - 1 - index as u64) / n_links;
        loop {
            link.send(&self.image);
            let n_owed = n_due - link.n_sent;
            if !link.is_idle() || n_owed == 0 {
                return;
            }
            link.begin(n_owed.min(BATCH as u64) as usize, &self.image);
        }
    }
}

/// How many messages that waited leave together at most.
const BATCH: usize = 16;
