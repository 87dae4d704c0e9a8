//! The few system calls the generator needs, and the counters it reads of the
//! server: CPU time of all its threads, resident memory, and how busy the cores
//! are in total (to see what others on the machine took).
use std::fs;
use std::io;
use std::mem::{size_of_val, zeroed};

pub type Fd = libc::c_int;

pub fn check(r: libc::c_int) -> io::Result<libc::c_int> {
    if r < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(r)
    }
}

pub fn address(port: u16) -> libc::sockaddr_in {
    let mut addr: libc::sockaddr_in = unsafe { zeroed() };
    addr.sin_family = libc::AF_INET as u16;
    addr.sin_port = port.to_be();
    addr.sin_addr.s_addr = u32::from_ne_bytes([127, 0, 0, 1]);
    addr
}

fn option(fd: Fd, level: libc::c_int, name: libc::c_int, value: libc::c_int) {
    unsafe { libc::setsockopt(fd, level, name, (&raw const value).cast(), 4) };
}

/// A socket that sends at once and, when closed, resets: a run leaves no
/// TIME_WAIT behind and cannot run out of ports.
pub fn socket(nonblocking: bool) -> io::Result<Fd> {
    let kind = libc::SOCK_STREAM | if nonblocking { libc::SOCK_NONBLOCK } else { 0 };
    let fd = check(unsafe { libc::socket(libc::AF_INET, kind, 0) })?;
    option(fd, libc::IPPROTO_TCP, libc::TCP_NODELAY, 1);
    let linger = libc::linger {
        l_onoff: 1,
        l_linger: 0,
    };
    unsafe {
        let len = size_of_val(&linger) as u32;
        libc::setsockopt(
            fd,
            libc::SOL_SOCKET,
            libc::SO_LINGER,
            (&raw const linger).cast(),
            len,
        );
    }
    Ok(fd)
}

pub fn connect(fd: Fd, addr: &libc::sockaddr_in) -> io::Result<()> {
    check(unsafe {
        libc::connect(
            fd,
            (addr as *const libc::sockaddr_in).cast(),
            size_of_val(addr) as u32,
        )
    })?;
    Ok(())
}

pub fn set_nonblocking(fd: Fd) {
    unsafe {
        let flags = libc::fcntl(fd, libc::F_GETFL);
        libc::fcntl(fd, libc::F_SETFL, flags | libc::O_NONBLOCK);
    }
}

/// Ok(None): would block. Ok(Some(0)): end of stream.
pub fn recv(fd: Fd, buf: &mut [u8]) -> io::Result<Option<usize>> {
    let n = unsafe { libc::recv(fd, buf.as_mut_ptr().cast(), buf.len(), 0) };
    would_block(n)
}

pub fn send(fd: Fd, buf: &[u8]) -> io::Result<Option<usize>> {
    let n = unsafe { libc::send(fd, buf.as_ptr().cast(), buf.len(), libc::MSG_NOSIGNAL) };
    would_block(n)
}

fn would_block(n: isize) -> io::Result<Option<usize>> {
    if n >= 0 {
        return Ok(Some(n as usize));
    }
    let e = io::Error::last_os_error();
    if e.kind() == io::ErrorKind::WouldBlock {
        Ok(None)
    } else {
        Err(e)
    }
}

pub struct Epoll(Fd);

impl Epoll {
    pub fn new() -> io::Result<Epoll> {
        Ok(Epoll(check(unsafe { libc::epoll_create1(0) })?))
    }

    /// Edge-triggered, both directions, registered once.
    pub fn add(&self, fd: Fd, token: u64) -> io::Result<()> {
        let events = (libc::EPOLLIN | libc::EPOLLOUT | libc::EPOLLET) as u32;
        let mut ev = libc::epoll_event { events, u64: token };
        check(unsafe { libc::epoll_ctl(self.0, libc::EPOLL_CTL_ADD, fd, &mut ev) })?;
        Ok(())
    }

    pub fn wait<'a>(
        &self,
        events: &'a mut [libc::epoll_event],
        ms: i32,
    ) -> &'a [libc::epoll_event] {
        let n = unsafe { libc::epoll_wait(self.0, events.as_mut_ptr(), events.len() as i32, ms) };
        &events[..n.max(0) as usize]
    }
}

pub fn now() -> u64 {
    let mut t: libc::timespec = unsafe { zeroed() };
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut t) };
    t.tv_sec as u64 * 1_000_000_000 + t.tv_nsec as u64
}

#[derive(Clone, Copy, Default)]
pub struct Counters {
    pub at: u64,
    /// Run time of the server in ns (schedstat: exact), all threads.
    pub server: u64,
    /// User and system part in clock ticks (sampled by the kernel).
    pub user: u64,
    pub system: u64,
    /// Run time of this process in ns.
    pub own: u64,
    /// Busy ticks of core 0 and core 1, everything included.
    pub busy: [u64; 2],
    /// Voluntary and involuntary switches of the server.
    pub switches: [u64; 2],
}

impl Counters {
    pub fn read(pid: u32) -> Counters {
        let mut c = Counters {
            at: now(),
            ..Default::default()
        };
        if pid != 0 {
            for task in fs::read_dir(format!("/proc/{pid}/task"))
                .into_iter()
                .flatten()
                .flatten()
            {
                let path = task.path();
                let text = fs::read_to_string(path.join("schedstat")).unwrap_or_default();
                c.server += text
                    .split(' ')
                    .next()
                    .and_then(|s| s.parse::<u64>().ok())
                    .unwrap_or(0);
                let status = fs::read_to_string(path.join("status")).unwrap_or_default();
                for line in status.lines() {
                    let value = || {
                        line.split_ascii_whitespace()
                            .nth(1)
                            .and_then(|v| v.parse::<u64>().ok())
                            .unwrap_or(0)
                    };
                    if line.starts_with("voluntary_ctxt") {
                        c.switches[0] += value();
                    } else if line.starts_with("nonvoluntary_ctxt") {
                        c.switches[1] += value();
                    }
                }
            }
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            let rest: Vec<&str> = stat
                .rsplit(')')
                .next()
                .unwrap_or("")
                .split_ascii_whitespace()
                .collect();
            let field = |i: usize| rest.get(i).and_then(|s| s.parse().ok()).unwrap_or(0);
            c.user = field(11);
            c.system = field(12);
        }
        let mut own: libc::timespec = unsafe { zeroed() };
        unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut own) };
        c.own = own.tv_sec as u64 * 1_000_000_000 + own.tv_nsec as u64;
        let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
        for (core, busy) in c.busy.iter_mut().enumerate() {
            let name = format!("cpu{core} ");
            if let Some(line) = stat.lines().find(|l| l.starts_with(&name)) {
                let v: Vec<u64> = line
                    .split_ascii_whitespace()
                    .skip(1)
                    .filter_map(|x| x.parse().ok())
                    .collect();
                // all but idle and iowait; guest time is inside user time
                *busy = v.iter().take(8).sum::<u64>() - v[3] - v[4];
            }
        }
        c
    }
}

pub fn rss_kib(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    status
        .lines()
        .find(|l| l.starts_with("VmRSS:"))
        .and_then(|l| l.split_ascii_whitespace().nth(1))
        .and_then(|v| v.parse().ok())
        .unwrap_or(0)
}
