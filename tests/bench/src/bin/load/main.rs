//! The load generator. One thread, one epoll, frames prepared beforehand; no
//! WebSocket crate. Prints one JSON object on one line.
//!
//! load echo --port P [--pid S] [--conns C] [--size N[,N..]] [--depth D]
//!           [--content binary|ascii|unicode|json] [--frag F] [--deflate]
//!           [--secs T] [--warmup T] [--raw] [--spin] [--count N: that many messages, no clock]
//! load handshake --port P [--pid S] [--conns C] [--secs T] [--raw]
//! load idle --port P --pid S [--conns N] [--raw]
mod frames;
mod sys;

use std::collections::VecDeque;
use std::io;

use frames::{Content, Image, Reader};
use hdrhistogram::Histogram;
use sys::{Counters, Epoll, Fd};

struct Options {
    port: u16,
    pid: u32,
    conns: usize,
    sizes: Vec<usize>,
    depth: usize,
    content: Content,
    fragment: usize,
    deflate: bool,
    secs: f64,
    warmup: f64,
    raw: bool,
    spin: bool,
    count: u64,
}

fn options() -> (String, Options) {
    let mut o = Options {
        port: 0,
        pid: 0,
        conns: 1,
        sizes: vec![20],
        depth: 1,
        content: Content::Binary,
        fragment: 0,
        deflate: false,
        secs: 2.0,
        warmup: 0.5,
        raw: false,
        spin: false,
        count: 0,
    };
    let mut it = std::env::args().skip(1);
    let mode = it.next().expect("echo, handshake or idle");
    while let Some(a) = it.next() {
        let mut value = || it.next().unwrap_or_else(|| panic!("{a} wants a value"));
        match a.as_str() {
            "--port" => o.port = value().parse().unwrap(),
            "--pid" => o.pid = value().parse().unwrap(),
            "--conns" => o.conns = value().parse().unwrap(),
            "--size" => o.sizes = value().split(',').map(|s| s.parse().unwrap()).collect(),
            "--depth" => o.depth = value().parse().unwrap(),
            "--content" => {
                o.content = match value().as_str() {
                    "binary" => Content::Binary,
                    "ascii" => Content::Ascii,
                    "unicode" => Content::Unicode,
                    "json" => Content::Json,
                    other => panic!("content {other}"),
                }
            }
            "--frag" => o.fragment = value().parse().unwrap(),
            "--secs" => o.secs = value().parse().unwrap(),
            "--warmup" => o.warmup = value().parse().unwrap(),
            "--count" => o.count = value().parse().unwrap(),
            "--deflate" => o.deflate = true,
            "--raw" => o.raw = true,
            "--spin" => o.spin = true,
            other => panic!("unknown option {other}"),
        }
    }
    (mode, o)
}

fn main() {
    let (mode, o) = options();
    match mode.as_str() {
        "echo" => echo(&o),
        "handshake" => handshake(&o),
        "idle" => idle(&o),
        other => panic!("unknown mode {other}"),
    }
}

// The key and its answer are those of RFC 6455, section 1.3.
const ACCEPT: &[u8] = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

fn request(o: &Options) -> Vec<u8> {
    let extension = if o.deflate {
        "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n"
    } else {
        ""
    };
    format!(
        "GET / HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{extension}\r\n",
        o.port
    )
    .into_bytes()
}

fn contains(hay: &[u8], needle: &[u8]) -> bool {
    hay.windows(needle.len()).any(|w| w == needle)
}

/// Connects and upgrades, blocking; the socket comes back nonblocking.
fn open(o: &Options, request: &[u8]) -> io::Result<Fd> {
    let fd = sys::socket(false)?;
    sys::connect(fd, &sys::address(o.port))?;
    if !o.raw {
        sys::send(fd, request)?;
        let mut head = Vec::new();
        let mut buf = [0; 2048];
        while !contains(&head, b"\r\n\r\n") {
            match sys::recv(fd, &mut buf)? {
                Some(n) if n > 0 => head.extend_from_slice(&buf[..n]),
                _ => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
        assert!(head.ends_with(b"\r\n\r\n"), "bytes after the handshake");
        assert!(
            head.starts_with(b"HTTP/1.1 101") && contains(&head, ACCEPT),
            "{}",
            String::from_utf8_lossy(&head)
        );
        let lower = head.to_ascii_lowercase();
        assert!(
            contains(&lower, b"permessage-deflate") == o.deflate,
            "{}",
            String::from_utf8_lossy(&head)
        );
    }
    sys::set_nonblocking(fd);
    Ok(fd)
}

struct Conn {
    fd: Fd,
    reader: Reader,
    /// Next message to send, messages owed, and the part of the image on its way.
    next: u64,
    owed: usize,
    pending: (usize, usize),
    /// When each batch of messages was handed to the socket.
    sent: VecDeque<(u64, u32)>,
}

impl Conn {
    fn pump(&mut self, image: &Image, now: u64) {
        loop {
            if self.pending.0 == self.pending.1 {
                if self.owed == 0 {
                    return;
                }
                let count = self.owed;
                self.pending = image.slice(self.next, count);
                self.next += count as u64;
                self.owed = 0;
                self.sent.push_back((now, count as u32));
            }
            match sys::send(self.fd, &image.wire[self.pending.0..self.pending.1]).expect("send") {
                Some(n) => self.pending.0 += n,
                None => return,
            }
        }
    }
}

fn server_cpu(a: &Counters, b: &Counters) -> String {
    let ticks = unsafe { libc::sysconf(libc::_SC_CLK_TCK) } as f64;
    let wall = (b.at - a.at) as f64 / 1e9;
    format!(
        "\"wall_s\":{:.6},\"server_cpu_s\":{:.6},\"server_user_s\":{:.2},\"server_sys_s\":{:.2},\
         \"load_cpu_s\":{:.6},\"core0_busy_s\":{:.2},\"core1_busy_s\":{:.2},\"vol_switches\":{},\"invol_switches\":{}",
        wall,
        (b.server - a.server) as f64 / 1e9,
        (b.user - a.user) as f64 / ticks,
        (b.system - a.system) as f64 / ticks,
        (b.own - a.own) as f64 / 1e9,
        (b.busy[0] - a.busy[0]) as f64 / ticks,
        (b.busy[1] - a.busy[1]) as f64 / ticks,
        b.switches[0] - a.switches[0],
        b.switches[1] - a.switches[1],
    )
}

fn echo(o: &Options) {
    let image = Image::new(o.content, &o.sizes, o.depth, o.fragment, o.deflate);
    let request = request(o);
    let epoll = Epoll::new().expect("epoll");
    let verify = if image.wire.len() > 1 << 20 {
        1
    } else {
        2 * o.depth as u64
    };
    let mut conns: Vec<Conn> = (0..o.conns)
        .map(|_| Conn {
            fd: open(o, &request).expect("open"),
            reader: Reader::new(verify),
            next: 0,
            owed: o.depth,
            pending: (0, 0),
            sent: VecDeque::with_capacity(o.depth + 1),
        })
        .collect();
    for (i, c) in conns.iter().enumerate() {
        epoll.add(c.fd, i as u64).expect("epoll add");
    }
    let mut latency = Histogram::<u64>::new_with_bounds(1, 60_000_000_000, 3).expect("histogram");
    let mut buf = vec![0u8; 256 * 1024];
    let mut events: [libc::epoll_event; 512] = unsafe { std::mem::zeroed() };
    let begin = sys::now();
    let mut start_at = begin + (o.warmup * 1e9) as u64;
    let mut end_at = u64::MAX;
    let mut start = Counters::default();
    let (mut messages, mut bytes_in, mut reads) = (0u64, 0u64, 0u64);
    for c in &mut conns {
        c.pump(&image, begin);
    }
    let mut measuring = false;
    loop {
        let ready = epoll.wait(&mut events, if o.spin { 0 } else { 100 });
        let t = sys::now();
        if o.count > 0 {
            if !measuring {
                measuring = true;
                start = Counters::read(o.pid);
            }
            if messages >= o.count {
                break;
            }
        } else if !measuring && t >= start_at {
            measuring = true;
            start_at = t;
            end_at = t + (o.secs * 1e9) as u64;
            start = Counters::read(o.pid);
            (messages, bytes_in, reads) = (0, 0, 0);
            latency.reset();
        } else if measuring && t >= end_at {
            break;
        }
        assert!(
            o.count > 0 || t - begin < ((o.warmup + o.secs) * 1e9) as u64 + 30_000_000_000,
            "stuck"
        );
        for i in 0..ready.len() {
            let (token, flags) = (ready[i].u64, ready[i].events);
            let c = &mut conns[token as usize];
            if flags & libc::EPOLLIN as u32 != 0 {
                loop {
                    let n = match sys::recv(c.fd, &mut buf).expect("recv") {
                        Some(0) => panic!("the server closed a connection"),
                        Some(n) => n,
                        None => break,
                    };
                    bytes_in += n as u64;
                    reads += 1;
                    let mut done = c.reader.feed(&buf[..n], &image);
                    if done > 0 {
                        let t = sys::now();
                        messages += done as u64;
                        c.owed += done as usize;
                        while done > 0 {
                            let head = c.sent.front_mut().expect("more answers than messages");
                            let k = head.1.min(done);
                            latency.record_n((t - head.0).max(1), k as u64).ok();
                            head.1 -= k;
                            done -= k;
                            if head.1 == 0 {
                                c.sent.pop_front();
                            }
                        }
                    }
                    if n < buf.len() {
                        break;
                    }
                }
            }
            c.pump(&image, t);
        }
    }
    let end = Counters::read(o.pid);
    let wall = (end.at - start.at) as f64 / 1e9;
    let plain: f64 =
        image.plain.iter().map(|p| p.len() as f64).sum::<f64>() / image.plain.len() as f64;
    // Nothing lost, nothing doubled: what came back is what was sent, less what is in flight.
    for c in &conns {
        let sent = c.next - c.reader.seen;
        assert!(sent <= o.depth as u64, "{sent} messages missing");
        assert!(
            c.reader.checked == verify || c.reader.seen < verify,
            "not checked"
        );
    }
    let checked: u64 = conns.iter().map(|c| c.reader.checked).sum();
    let q = |p: f64| latency.value_at_quantile(p) as f64 / 1e3;
    println!(
        "{{\"mode\":\"echo\",\"messages\":{messages},\"msg_per_s\":{:.1},\"mb_per_s\":{:.3},\"bytes_in\":{bytes_in},\"reads\":{reads},\
         \"checked\":{checked},\"p50_us\":{:.2},\"p99_us\":{:.2},\"p999_us\":{:.2},\"max_us\":{:.1},{}}}",
        messages as f64 / wall,
        messages as f64 * plain / wall / 1e6,
        q(0.5),
        q(0.99),
        q(0.999),
        latency.max() as f64 / 1e3,
        server_cpu(&start, &end)
    );
    for c in &conns {
        unsafe { libc::close(c.fd) };
    }
}

enum Step {
    Connecting,
    Upgrading,
    Closing,
}

struct Shake {
    fd: Fd,
    step: Step,
    head: Vec<u8>,
    began: u64,
}

fn handshake(o: &Options) {
    let request = request(o);
    let mut random = frames::Random(77);
    let mut close = Vec::new();
    frames::frame(&mut close, 0x88, &1000u16.to_be_bytes(), &mut random);
    let addr = sys::address(o.port);
    let epoll = Epoll::new().expect("epoll");
    let mut latency = Histogram::<u64>::new_with_bounds(1, 60_000_000_000, 3).expect("histogram");
    let begin_one = |slot: usize, shakes: &mut Vec<Shake>| {
        let fd = sys::socket(true).expect("socket");
        match sys::connect(fd, &addr) {
            Ok(()) => {}
            Err(e) if e.raw_os_error() == Some(libc::EINPROGRESS) => {}
            Err(e) => panic!("connect: {e}"),
        }
        let shake = Shake {
            fd,
            step: Step::Connecting,
            head: Vec::with_capacity(512),
            began: sys::now(),
        };
        if slot == shakes.len() {
            shakes.push(shake);
        } else {
            shakes[slot] = shake;
        }
        epoll.add(fd, slot as u64).expect("epoll add");
    };
    let mut shakes = Vec::new();
    for slot in 0..o.conns {
        begin_one(slot, &mut shakes);
    }
    let begin = sys::now();
    let mut measuring = false;
    let mut end_at = u64::MAX;
    let mut start = Counters::default();
    let mut count = 0u64;
    let mut events: [libc::epoll_event; 512] = unsafe { std::mem::zeroed() };
    let mut buf = vec![0; 4096];
    loop {
        let ready = epoll.wait(&mut events, 100);
        let t = sys::now();
        if !measuring && t >= begin + (o.warmup * 1e9) as u64 {
            measuring = true;
            end_at = t + (o.secs * 1e9) as u64;
            start = Counters::read(o.pid);
            count = 0;
            latency.reset();
        } else if measuring && t >= end_at {
            break;
        }
        for i in 0..ready.len() {
            let (slot, flags) = (ready[i].u64 as usize, ready[i].events);
            let s = &mut shakes[slot];
            if matches!(s.step, Step::Connecting) && flags & libc::EPOLLOUT as u32 != 0 {
                assert!(sys::send(s.fd, &request).expect("send") == Some(request.len()));
                s.step = Step::Upgrading;
            }
            if flags & (libc::EPOLLIN | libc::EPOLLHUP | libc::EPOLLRDHUP) as u32 == 0 {
                continue;
            }
            let mut ended = false;
            while let Some(n) = sys::recv(s.fd, &mut buf).unwrap_or(Some(0)) {
                if n == 0 {
                    ended = true;
                    break;
                }
                s.head.extend_from_slice(&buf[..n]);
                if n < buf.len() {
                    break;
                }
            }
            if matches!(s.step, Step::Upgrading) {
                let whole = if o.raw {
                    s.head.len() >= request.len()
                } else {
                    s.head.ends_with(b"\r\n\r\n")
                };
                if whole {
                    assert!(
                        o.raw || contains(&s.head, ACCEPT),
                        "{}",
                        String::from_utf8_lossy(&s.head)
                    );
                    s.head.clear();
                    sys::send(s.fd, &close).expect("send");
                    s.step = Step::Closing;
                    continue;
                }
                assert!(
                    !ended,
                    "closed in the handshake: {}",
                    String::from_utf8_lossy(&s.head)
                );
            } else if s.head.len() >= 2 {
                assert!(s.head[0] == 0x88, "no close frame: {:?}", s.head);
                count += 1;
                latency.record(t.saturating_sub(s.began).max(1)).ok();
                unsafe { libc::close(s.fd) };
                begin_one(slot, &mut shakes);
            } else {
                assert!(!ended, "closed without a close frame");
            }
        }
    }
    let end = Counters::read(o.pid);
    let q = |p: f64| latency.value_at_quantile(p) as f64 / 1e3;
    println!(
        "{{\"mode\":\"handshake\",\"messages\":{count},\"msg_per_s\":{:.1},\"p50_us\":{:.2},\"p99_us\":{:.2},\"p999_us\":{:.2},{}}}",
        count as f64 / ((end.at - start.at) as f64 / 1e9),
        q(0.5),
        q(0.99),
        q(0.999),
        server_cpu(&start, &end)
    );
}

fn idle(o: &Options) {
    let request = request(o);
    let image = Image::new(Content::Binary, &[1024], 1, 0, false);
    let pause = |ms| std::thread::sleep(std::time::Duration::from_millis(ms));
    let before = sys::rss_kib(o.pid);
    let fds: Vec<Fd> = (0..o.conns)
        .map(|_| open(o, &request).expect("open"))
        .collect();
    pause(700);
    let opened = sys::rss_kib(o.pid);
    let (from, to) = image.slice(0, 1);
    let mut buf = vec![0; 8192];
    for chunk in fds.chunks(64) {
        let mut readers: Vec<Reader> = chunk.iter().map(|_| Reader::new(1)).collect();
        for fd in chunk {
            assert!(sys::send(*fd, &image.wire[from..to]).expect("send") == Some(to - from));
        }
        let deadline = sys::now() + 20_000_000_000;
        while readers.iter().any(|r| r.seen == 0) {
            assert!(sys::now() < deadline, "no answer");
            for (fd, reader) in chunk.iter().zip(&mut readers) {
                if reader.seen == 0 {
                    if let Some(n) = sys::recv(*fd, &mut buf).expect("recv") {
                        assert!(n > 0, "closed");
                        reader.feed(&buf[..n], &image);
                    }
                }
            }
        }
    }
    pause(700);
    let echoed = sys::rss_kib(o.pid);
    let per = |kib: u64| (kib.saturating_sub(before)) as f64 * 1024.0 / o.conns as f64;
    println!(
        "{{\"mode\":\"idle\",\"conns\":{},\"rss_before_kib\":{before},\"rss_open_kib\":{opened},\"rss_echoed_kib\":{echoed},\
         \"bytes_per_conn_open\":{:.0},\"bytes_per_conn_echoed\":{:.0}}}",
        o.conns,
        per(opened),
        per(echoed)
    );
    for fd in fds {
        unsafe { libc::close(fd) };
    }
}
