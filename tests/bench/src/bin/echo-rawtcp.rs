//! The floor: echoes bytes as they come, no WebSocket at all. Three ways:
//! bare epoll (default), a tokio TcpStream (`--tokio`), and io_uring with
//! multishot receive and provided buffers (`--uring`).

use std::collections::HashMap;
use std::io;
use std::os::fd::RawFd;

use sockeye_bench::{Args, run, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn main() {
    let args = Args::parse();
    if args.has("--tokio") {
        let size = args.num("--buf").unwrap_or(64 * 1024);
        run(
            &args,
            serve(&args, move |mut stream| async move {
                let mut buf = vec![0; size];
                loop {
                    match stream.read(&mut buf).await {
                        Ok(n) if n > 0 => {
                            if stream.write_all(&buf[..n]).await.is_err() {
                                return;
                            }
                        }
                        _ => return,
                    }
                }
            }),
        );
    } else {
        epoll(listen(args.port), args.num("--buf").unwrap_or(256 * 1024));
    }
}

pub fn check(r: libc::c_int) -> io::Result<libc::c_int> {
    if r < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(r)
    }
}

fn listen(port: u16) -> RawFd {
    unsafe {
        let fd = check(libc::socket(libc::AF_INET, libc::SOCK_STREAM, 0)).expect("socket");
        let one: libc::c_int = 1;
        let len = std::mem::size_of_val(&one) as u32;
        libc::setsockopt(
            fd,
            libc::SOL_SOCKET,
            libc::SO_REUSEADDR,
            (&raw const one).cast(),
            len,
        );
        let mut addr: libc::sockaddr_in = std::mem::zeroed();
        addr.sin_family = libc::AF_INET as u16;
        addr.sin_port = port.to_be();
        addr.sin_addr.s_addr = u32::from_ne_bytes([127, 0, 0, 1]);
        check(libc::bind(
            fd,
            (&raw const addr).cast(),
            std::mem::size_of_val(&addr) as u32,
        ))
        .expect("bind");
        check(libc::listen(fd, 4096)).expect("listen");
        fd
    }
}

pub fn nodelay(fd: RawFd) {
    let one: libc::c_int = 1;
    unsafe {
        libc::setsockopt(
            fd,
            libc::IPPROTO_TCP,
            libc::TCP_NODELAY,
            (&raw const one).cast(),
            4,
        );
    }
}

/// One shared buffer, level-triggered: per wake-up one read and one write.
fn epoll(listener: RawFd, size: usize) {
    let mut backlog: HashMap<RawFd, Vec<u8>> = HashMap::new();
    let mut buf = vec![0u8; size];
    unsafe {
        let ep = check(libc::epoll_create1(0)).expect("epoll");
        let ctl = |op, fd: RawFd, events: libc::c_int| {
            let mut ev = libc::epoll_event {
                events: events as u32,
                u64: fd as u64,
            };
            libc::epoll_ctl(ep, op, fd, &mut ev);
        };
        let flags = libc::fcntl(listener, libc::F_GETFL);
        libc::fcntl(listener, libc::F_SETFL, flags | libc::O_NONBLOCK);
        ctl(libc::EPOLL_CTL_ADD, listener, libc::EPOLLIN);
        let mut events: [libc::epoll_event; 1024] = std::mem::zeroed();
        loop {
            let n = libc::epoll_wait(ep, events.as_mut_ptr(), events.len() as i32, -1);
            for ev in &events[..n.max(0) as usize] {
                let fd = ev.u64 as RawFd;
                if fd == listener {
                    loop {
                        let c = libc::accept4(
                            listener,
                            std::ptr::null_mut(),
                            std::ptr::null_mut(),
                            libc::SOCK_NONBLOCK,
                        );
                        if c < 0 {
                            break;
                        }
                        nodelay(c);
                        ctl(libc::EPOLL_CTL_ADD, c, libc::EPOLLIN);
                    }
                    continue;
                }
                if let Some(rest) = backlog.get_mut(&fd) {
                    let w = libc::send(fd, rest.as_ptr().cast(), rest.len(), libc::MSG_NOSIGNAL);
                    if w > 0 {
                        rest.drain(..w as usize);
                    }
                    let failed =
                        w < 0 && io::Error::last_os_error().kind() != io::ErrorKind::WouldBlock;
                    if rest.is_empty() || failed {
                        backlog.remove(&fd);
                        ctl(libc::EPOLL_CTL_MOD, fd, libc::EPOLLIN);
                    }
                    if failed {
                        libc::close(fd);
                    }
                    continue;
                }
                let r = libc::recv(fd, buf.as_mut_ptr().cast(), buf.len(), 0);
                if r <= 0 {
                    if r == 0 || io::Error::last_os_error().kind() != io::ErrorKind::WouldBlock {
                        libc::close(fd);
                    }
                    continue;
                }
                let data = &buf[..r as usize];
                let w = libc::send(fd, data.as_ptr().cast(), data.len(), libc::MSG_NOSIGNAL).max(0)
                    as usize;
                if w < data.len() {
                    backlog.insert(fd, data[w..].to_vec());
                    ctl(libc::EPOLL_CTL_MOD, fd, libc::EPOLLOUT);
                }
            }
        }
    }
}
