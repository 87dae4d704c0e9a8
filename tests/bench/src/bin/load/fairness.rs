//! The mode `fairness`: honest connections beside one that sends as much as it can.
//!
//! An honest one sends small messages one at a time, at a steady pace; a time that passes while an
//! answer is still missing is skipped and counted. The generator looks after the honest ones
//! between small steps of the flood, and says how long those steps were.

use hdrhistogram::Histogram;
use sockeye_bench::clock::{self, SECOND};
use sockeye_bench::content::Content;

use crate::counters::Counters;
use crate::image::Image;
use crate::link::Link;
use crate::opening::open;
use crate::options::{Fairness, Traffic};
use crate::report::{Report, histogram};

pub(crate) fn run(options: &Fairness) {
    let pid = options.target.pid;
    let mut flood = Flood::new(options);
    let mut honest = Honest::new(options);
    let mut buf = vec![0; STEP_BYTES];
    let mut steps = histogram();
    let warm_at = clock::now() + clock::nanoseconds(options.span.warmup);
    let mut start: Option<Counters> = None;
    let mut before = clock::now();
    loop {
        flood.step(&mut buf);
        honest.step(&mut buf);
        let now = clock::now();
        steps.saturating_record(now - before);
        before = now;
        match &start {
            Some(start) if now >= start.at + clock::nanoseconds(options.span.secs) => break,
            None if now >= warm_at => {
                start = Some(Counters::read(pid));
                flood.n_messages = 0;
                honest.latency.reset();
                honest.n_skipped = 0;
                steps.reset();
                before = clock::now();
            }
            Some(_) | None => {}
        }
    }
    let start = start.expect("the loop ended after it was measured");
    let end = Counters::read(pid);
    flood.check(options.flood_depth);
    let wall = (end.at - start.at) as f64 / SECOND as f64;
    let per_second = flood.n_messages as f64 / wall;
    Report::new("fairness")
        .with("messages", flood.n_messages)
        .with("msg_per_s", per_second)
        .with("mb_per_s", per_second * options.flood_size as f64 / 1e6)
        .with("honest_messages", honest.latency.len())
        .with("honest_skipped", honest.n_skipped)
        .with_latency("", &honest.latency)
        .with_latency("step_", &steps)
        .with_cost(&start, &end)
        .print();
}

struct Flood {
    image: Image,
    link: Link,
    n_owed: usize,
    n_messages: u64,
}

impl Flood {
    fn new(options: &Fairness) -> Self {
        Self {
            image: image(options.flood_size, options.flood_depth),
            link: Link::new(open(&options.target, false), 1),
            n_owed: options.flood_depth,
            n_messages: 0,
        }
    }

    /// Reads once and sends once, a little of each.
    fn step(&mut self, buf: &mut [u8]) {
        if let Some(n_bytes) = self.link.recv(buf) {
            let n_messages = self.link.reader.feed(&buf[..n_bytes], &self.image);
            self.n_messages += n_messages as u64;
            self.n_owed += n_messages;
        }
        if self.link.is_idle() && self.n_owed > 0 {
            self.link.begin(self.n_owed, &self.image);
            self.n_owed = 0;
        }
        if !self.link.is_idle() {
            self.link.send_some(STEP_BYTES, &self.image);
        }
    }

    fn check(&self, depth: usize) {
        let n_missing = self.link.n_under_way();
        assert!(n_missing <= depth as u64, "{n_missing} messages missing");
    }
}

struct Honest {
    image: Image,
    members: Vec<Member>,
    interval: u64,
    latency: Histogram<u64>,
    /// Messages that were not sent because the one before was still under way.
    n_skipped: u64,
}

struct Member {
    link: Link,
    /// When the message under way was due, or the next one is.
    due_at: u64,
}

impl Honest {
    fn new(options: &Fairness) -> Self {
        let interval = SECOND / options.rate;
        let now = clock::now();
        let connect = |nth| Member {
            // Every one is compared: there are few.
            link: Link::new(open(&options.target, false), u64::MAX),
            due_at: now + interval * (nth as u64 + 1) / options.honest as u64,
        };
        Self {
            image: image(options.size, 1),
            members: (0..options.honest).map(connect).collect(),
            interval,
            latency: histogram(),
            n_skipped: 0,
        }
    }

    fn step(&mut self, buf: &mut [u8]) {
        for Member { link, due_at } in &mut self.members {
            if link.n_under_way() > 0
                && let Some(n_bytes) = link.recv(buf)
                && link.reader.feed(&buf[..n_bytes], &self.image) > 0
            {
                let passed = clock::now() - *due_at;
                self.latency.saturating_record(passed.max(1));
                self.n_skipped += passed / self.interval;
                *due_at += (passed / self.interval + 1) * self.interval;
            }
            if link.n_under_way() == 0 && clock::now() >= *due_at {
                link.begin(1, &self.image);
                link.send(&self.image);
            }
        }
    }
}

fn image(n_bytes: usize, depth: usize) -> Image {
    Image::new(&Traffic {
        sizes: vec![n_bytes],
        depth,
        content: Content::Binary,
        fragment_bytes: 0,
        deflate: false,
    })
}

/// What of the flood is read or sent before the honest ones are looked after: some 10 µs.
const STEP_BYTES: usize = 64 * 1024;
