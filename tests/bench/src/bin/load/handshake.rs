//! The mode `handshake`: connect, upgrade, close, and again, a fixed number at a time.
//!
//! One is over when the server has answered the Close frame. With `--raw` the server sends
//! everything back, which is taken for the answers.

use std::os::fd::OwnedFd;
use std::time::Duration;

use hdrhistogram::Histogram;
use sockeye_bench::clock::{self, SECOND};
use sockeye_bench::frame::{self, CLOSE, FIN};
use sockeye_bench::random::Random;

use crate::counters::Counters;
use crate::opening::{self, request};
use crate::options::Handshake;
use crate::poller::{Poller, Ready};
use crate::report::{Report, histogram};
use crate::socket;

pub(crate) fn run(options: &Handshake) {
    let mut poller = Poller::new();
    let mut script = Script::new(options);
    let mut attempts: Vec<_> = (0..options.conns).map(|_| Attempt::new(options)).collect();
    for (token, attempt) in attempts.iter().enumerate() {
        attempt.register(&poller, token);
    }
    let warm_at = clock::now() + clock::nanoseconds(options.span.warmup);
    let mut start: Option<Counters> = None;
    loop {
        let ready: Vec<_> = poller.wait(Duration::from_millis(100)).collect();
        let now = clock::now();
        match &start {
            Some(start) if now >= start.at + clock::nanoseconds(options.span.secs) => break,
            None if now >= warm_at => {
                start = Some(Counters::read(options.target.pid));
                script.latency.reset();
            }
            Some(_) | None => {}
        }
        for ready in ready {
            let attempt = &mut attempts[ready.token];
            if script.advance(attempt, ready, now) {
                *attempt = Attempt::new(options);
                attempt.register(&poller, ready.token);
            }
        }
    }
    let start = start.expect("the loop ended after it was measured");
    let end = Counters::read(options.target.pid);
    let n_handshakes = script.latency.len();
    let wall = (end.at - start.at) as f64 / SECOND as f64;
    Report::new("handshake")
        .with("messages", n_handshakes)
        .with("msg_per_s", n_handshakes as f64 / wall)
        .with_latency("", &script.latency)
        .with_cost(&start, &end)
        .print();
}

/// What is said, and how long it took.
struct Script {
    raw: bool,
    request: Vec<u8>,
    close: Vec<u8>,
    buf: Vec<u8>,
    latency: Histogram<u64>,
}

struct Attempt {
    socket: OwnedFd,
    step: Step,
    received: Vec<u8>,
    begun_at: u64,
}

#[derive(PartialEq)]
enum Step {
    Connecting,
    Upgrading,
    Closing,
}

impl Attempt {
    fn new(options: &Handshake) -> Self {
        let begun_at = clock::now();
        let socket = socket::start_connect(options.target.port);
        Self {
            socket: socket.expect("a connection"),
            step: Step::Connecting,
            received: Vec::with_capacity(512),
            begun_at,
        }
    }

    fn register(&self, poller: &Poller, token: usize) {
        let added = poller.add(&self.socket, token);
        added.expect("epoll takes a socket");
    }
}

impl Script {
    fn new(options: &Handshake) -> Self {
        let mut close = Vec::new();
        let normal_closure = 1000_u16.to_be_bytes();
        frame::append(
            &mut close,
            FIN | CLOSE,
            &normal_closure,
            &mut Random::new(77),
        );
        Self {
            raw: options.target.raw,
            request: request(options.target.port, false),
            close,
            buf: vec![0; 4096],
            latency: histogram(),
        }
    }

    /// Does what can be done now; says whether the attempt is over.
    fn advance(&mut self, attempt: &mut Attempt, ready: Ready, now: u64) -> bool {
        if attempt.step == Step::Connecting && ready.write {
            send_all(&attempt.socket, &self.request);
            attempt.step = Step::Upgrading;
        }
        if !ready.read {
            return false;
        }
        let has_ended = self.read(attempt);
        match attempt.step {
            Step::Connecting => panic!("refused"),
            Step::Upgrading if self.is_whole(&attempt.received) => {
                if !self.raw {
                    opening::check(&attempt.received);
                }
                attempt.received.clear();
                send_all(&attempt.socket, &self.close);
                attempt.step = Step::Closing;
                false
            }
            Step::Upgrading => {
                let response = attempt.received.escape_ascii();
                assert!(!has_ended, "closed in the handshake: {response}");
                false
            }
            Step::Closing if attempt.received.len() >= 2 => {
                let answer = &attempt.received;
                assert!(answer[0] == FIN | CLOSE, "no Close frame: {answer:?}");
                let nanoseconds = now.saturating_sub(attempt.begun_at);
                self.latency.saturating_record(nanoseconds.max(1));
                true
            }
            Step::Closing => {
                assert!(!has_ended, "closed without a Close frame");
                false
            }
        }
    }

    /// Reads what there is; says whether that was all there will be.
    fn read(&mut self, attempt: &mut Attempt) -> bool {
        loop {
            match socket::recv(&attempt.socket, &mut self.buf) {
                Ok(Some(n_bytes @ 1..)) => {
                    attempt.received.extend_from_slice(&self.buf[..n_bytes]);
                    if n_bytes < self.buf.len() {
                        return false;
                    }
                }
                Ok(Some(0)) | Err(_) => return true,
                Ok(None) => return false,
            }
        }
    }

    fn is_whole(&self, response: &[u8]) -> bool {
        match self.raw {
            true => response.len() >= self.request.len(),
            false => response.ends_with(b"\r\n\r\n"),
        }
    }
}

fn send_all(socket: &OwnedFd, bytes: &[u8]) {
    let sent = socket::send(socket, bytes).expect("a connection");
    assert!(sent == Some(bytes.len()), "a new socket takes few bytes");
}
