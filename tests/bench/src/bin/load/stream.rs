//! The mode `stream`: one long message to a server that sends it back as it comes.
//!
//! Every byte of the answer is compared, however the server cuts it into frames. What the server
//! needed of memory is its peak during the message, above what was resident before.

use std::time::Duration;

use sockeye_bench::clock::{self, SECOND};
use sockeye_bench::frame::{self, BINARY, CLOSE, CONTINUATION, FIN};
use sockeye_bench::random::Random;

use crate::counters::{Counters, forget_peak, peak_rss_kib, rss_kib};
use crate::opening::open;
use crate::options::Stream;
use crate::parts::{Part, Parts};
use crate::poller::Poller;
use crate::report::Report;
use crate::socket;

pub(crate) fn run(options: &Stream) {
    let pid = options.target.pid;
    let socket = open(&options.target, false);
    let mut poller = Poller::new();
    poller.add(&socket, 0).expect("epoll takes a socket");
    let pattern = pattern();
    let mut sending = Sending::new(options, &pattern);
    let mut receiving = Receiving::new(&pattern);
    let mut buf = vec![0; 256 * 1024];
    let mut progress_at = clock::now();
    if pid != 0 {
        forget_peak(pid);
    }
    let rss_before = rss_kib(pid);
    let start = Counters::read(pid);
    while !receiving.is_done {
        let mut n_moved = 0;
        if let Some(bytes) = sending.bytes()
            && let Some(n_bytes) = socket::send(&socket, bytes).expect("a connection")
        {
            sending.n_taken += n_bytes;
            n_moved += n_bytes;
        }
        if let Some(n_bytes) = socket::recv(&socket, &mut buf).expect("a connection") {
            assert!(n_bytes > 0, "the server closed the connection");
            receiving.feed(&buf[..n_bytes]);
            n_moved += n_bytes;
        }
        let now = clock::now();
        if n_moved > 0 {
            progress_at = now;
        } else {
            assert!(now - progress_at < 20 * SECOND, "stuck");
            poller.wait(Duration::from_millis(100)).for_each(drop);
        }
    }
    let end = Counters::read(pid);
    let peak = peak_rss_kib(pid);
    assert!(
        receiving.n_bytes == options.bytes,
        "{} bytes came back",
        receiving.n_bytes
    );
    let wall = (end.at - start.at) as f64 / SECOND as f64;
    Report::new("stream")
        .with("messages", 1)
        .with("bytes", options.bytes)
        .with("mb_per_s", options.bytes as f64 / wall / 1e6)
        .with("frames_back", receiving.n_frames)
        .with("rss_before_kib", rss_before)
        .with("rss_peak_kib", peak)
        .with("rss_growth_kib", peak.saturating_sub(rss_before))
        .with_cost(&start, &end)
        .print();
}

/// What the message repeats. Its length has no small factor but 4, for the masking key, so that
/// bytes that are lost, doubled or moved show.
fn pattern() -> Vec<u8> {
    let mut random = Random::new(42);
    (0..4 * 262_147).map(|_| random.next() as u8).collect()
}

struct Sending {
    /// The pattern as it stands on the wire.
    masked: Vec<u8>,
    /// Bytes of the message, and of those how many are in `out` or gone.
    n_bytes: u64,
    n_framed: u64,
    fragment_bytes: u64,
    frame_left: u64,
    out: Vec<u8>,
    /// Bytes of `out` that the socket has.
    n_taken: usize,
}

impl Sending {
    fn new(options: &Stream, pattern: &[u8]) -> Self {
        let masked = pattern.iter().zip(MASK.iter().cycle());
        Self {
            masked: masked.map(|(byte, mask)| byte ^ mask).collect(),
            n_bytes: options.bytes,
            n_framed: 0,
            fragment_bytes: match options.fragment_bytes {
                0 => options.bytes,
                n_bytes => n_bytes,
            },
            frame_left: 0,
            out: Vec::new(),
            n_taken: 0,
        }
    }

    /// What is to be sent next, `None` at the end.
    fn bytes(&mut self) -> Option<&[u8]> {
        if self.n_taken == self.out.len() {
            self.out.clear();
            self.n_taken = 0;
            while self.n_framed < self.n_bytes && self.out.len() < CHUNK_BYTES {
                self.append();
            }
        }
        Some(&self.out[self.n_taken..]).filter(|bytes| !bytes.is_empty())
    }

    /// Appends a header where one is due, and what follows in one piece of the pattern.
    fn append(&mut self) {
        if self.frame_left == 0 {
            self.frame_left = self.fragment_bytes.min(self.n_bytes - self.n_framed);
            let is_last = self.n_framed + self.frame_left == self.n_bytes;
            let opcode = if self.n_framed == 0 {
                BINARY
            } else {
                CONTINUATION
            };
            let fin = if is_last { FIN } else { 0 };
            frame::append_header(&mut self.out, fin | opcode, self.frame_left, MASK);
        }
        let from = (self.n_framed % self.masked.len() as u64) as usize;
        let piece = &self.masked[from..];
        let n_bytes = piece.len().min(CHUNK_BYTES).min(self.frame_left as usize);
        self.out.extend_from_slice(&piece[..n_bytes]);
        self.n_framed += n_bytes as u64;
        self.frame_left -= n_bytes as u64;
    }
}

struct Receiving<'a> {
    pattern: &'a [u8],
    parts: Parts,
    n_bytes: u64,
    n_frames: u64,
    is_done: bool,
}

impl<'a> Receiving<'a> {
    fn new(pattern: &'a [u8]) -> Self {
        Self {
            pattern,
            parts: Parts::default(),
            n_bytes: 0,
            n_frames: 0,
            is_done: false,
        }
    }

    fn feed(&mut self, mut data: &[u8]) {
        while let Some(part) = self.parts.next(&mut data) {
            if !part.is_control() {
                self.take(&part);
            } else {
                assert!(
                    part.opcode() != CLOSE,
                    "the server closed: {}",
                    part.payload.escape_ascii()
                );
            }
        }
    }

    fn take(&mut self, part: &Part<'_>) {
        assert!(!self.is_done, "a second message");
        let mut payload = Vec::new();
        let mut rest = match part.mask {
            None => part.payload,
            Some(_) => {
                part.append_to(&mut payload);
                &payload
            }
        };
        while !rest.is_empty() {
            let expected = &self.pattern[(self.n_bytes % self.pattern.len() as u64) as usize..];
            let n_bytes = rest.len().min(expected.len());
            let is_same = rest[..n_bytes] == expected[..n_bytes];
            assert!(
                is_same,
                "other bytes came back, from byte {} on",
                self.n_bytes
            );
            self.n_bytes += n_bytes as u64;
            rest = &rest[n_bytes..];
        }
        self.n_frames += u64::from(part.ends);
        self.is_done = part.ends && part.first & FIN != 0;
    }
}

/// One for all fragments: they begin at multiples of 4, so that the pattern is masked once.
const MASK: [u8; 4] = [0x37, 0xFA, 0x21, 0x3D];

/// What is handed to the socket at once.
const CHUNK_BYTES: usize = 256 * 1024;
