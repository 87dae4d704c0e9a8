//! The echo on bare epoll: level-triggered, one thread, one buffer for all connections.
//!
//! Per wake-up one read and one write. What the socket does not take is kept, and the connection
//! is not read before it has gone.

use std::net::Ipv4Addr;
use std::net::SocketAddrV4;
use std::os::fd::{AsRawFd, OwnedFd};

use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::io::Errno;
use rustix::net::{self, AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, sockopt};

/// Serves until it is killed.
pub(crate) fn serve(port: u16, buf_bytes: usize) {
    let listener = listen(port).expect("a free port");
    let epoll = epoll::create(CreateFlags::empty()).expect("epoll");
    let token = EventData::new_u64(LISTENER);
    epoll::add(&epoll, &listener, token, EventFlags::IN).expect("epoll takes the listener");
    let mut echo = Echo {
        epoll,
        connections: Vec::new(),
        buf: vec![0; buf_bytes],
    };
    let mut events = Vec::with_capacity(1024);
    loop {
        events.clear();
        match epoll::wait(&echo.epoll, spare_capacity(&mut events), None) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => panic!("epoll: {error}"),
        }
        for event in &events {
            match event.data.u64() {
                LISTENER => echo.accept(&listener),
                token => echo.handle(token),
            }
        }
    }
}

fn listen(port: u16) -> Result<OwnedFd, Errno> {
    let kind = SocketType::STREAM;
    let listener = net::socket_with(AddressFamily::INET, kind, SocketFlags::NONBLOCK, None)?;
    sockopt::set_socket_reuseaddr(&listener, true)?;
    net::bind(&listener, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, port))?;
    net::listen(&listener, 4096)?;
    Ok(listener)
}

struct Echo {
    epoll: OwnedFd,
    /// By file descriptor, which is the token too.
    connections: Vec<Option<Connection>>,
    buf: Vec<u8>,
}

struct Connection {
    socket: OwnedFd,
    /// What was read and not written yet.
    backlog: Vec<u8>,
}

impl Echo {
    fn accept(&mut self, listener: &OwnedFd) {
        while let Ok(socket) = net::accept_with(listener, SocketFlags::NONBLOCK) {
            let descriptor = socket.as_raw_fd();
            let index = usize::try_from(descriptor).expect("descriptors are positive");
            // Where these fail, the connection is lost, and its end will show that.
            let _ = sockopt::set_tcp_nodelay(&socket, true);
            let token = EventData::new_u64(index as u64);
            let _ = epoll::add(&self.epoll, &socket, token, EventFlags::IN);
            if index >= self.connections.len() {
                self.connections.resize_with(index + 1, || None);
            }
            self.connections[index] = Some(Connection {
                socket,
                backlog: Vec::new(),
            });
        }
    }

    /// Does what the connection is ready for, and drops it when it is over.
    fn handle(&mut self, token: u64) {
        let Some(slot) = self.connections.get_mut(token as usize) else {
            return;
        };
        let Some(connection) = slot else { return };
        let was_behind = !connection.backlog.is_empty();
        let is_open = match was_behind {
            true => connection.write_backlog(),
            false => connection.echo(&mut self.buf),
        };
        let is_behind = !connection.backlog.is_empty();
        if !is_open {
            *slot = None;
        } else if was_behind != is_behind {
            let flags = if is_behind {
                EventFlags::OUT
            } else {
                EventFlags::IN
            };
            let token = EventData::new_u64(token);
            epoll::modify(&self.epoll, &connection.socket, token, flags).expect("it was added");
        }
    }
}

/// Both say whether the connection is still open.
impl Connection {
    fn echo(&mut self, buf: &mut [u8]) -> bool {
        let n_read = match net::recv(&self.socket, &mut *buf, RecvFlags::empty()) {
            Ok((0, _)) => return false,
            Ok((n_read, _)) => n_read,
            Err(error) => return error == Errno::AGAIN,
        };
        let n_sent = match net::send(&self.socket, &buf[..n_read], SendFlags::NOSIGNAL) {
            Ok(n_sent) => n_sent,
            Err(Errno::AGAIN) => 0,
            Err(_) => return false,
        };
        self.backlog.extend_from_slice(&buf[n_sent..n_read]);
        true
    }

    fn write_backlog(&mut self) -> bool {
        match net::send(&self.socket, &self.backlog, SendFlags::NOSIGNAL) {
            Ok(n_sent) => {
                self.backlog.drain(..n_sent);
                true
            }
            Err(error) => error == Errno::AGAIN,
        }
    }
}

/// The token of the listener: no descriptor is as large.
const LISTENER: u64 = u64::MAX;
