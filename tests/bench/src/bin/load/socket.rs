//! The system calls on sockets that the generator needs.
//!
//! Sockets send at once and, when closed, reset: a run leaves no TIME_WAIT behind and cannot run
//! out of ports.

use std::io;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::io::{Errno, ioctl_fionbio};
use rustix::net::{self, AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, sockopt};
use rustix::process::{Resource, getrlimit, setrlimit};

/// A connection to the server, once the system has made it.
pub(crate) fn connect(port: u16) -> io::Result<OwnedFd> {
    let socket = socket(SocketFlags::empty())?;
    net::connect(&socket, &address(port))?;
    Ok(socket)
}

/// A nonblocking socket that becomes writable when it is connected.
pub(crate) fn start_connect(port: u16) -> io::Result<OwnedFd> {
    let socket = socket(SocketFlags::NONBLOCK)?;
    match net::connect(&socket, &address(port)) {
        Ok(()) | Err(Errno::INPROGRESS) => Ok(socket),
        Err(error) => Err(error.into()),
    }
}

/// From here on calls say that they would block, rather than do so.
pub(crate) fn set_nonblocking(socket: &OwnedFd) -> io::Result<()> {
    Ok(ioctl_fionbio(socket, true)?)
}

/// `None` where it would block; `Some(0)` at the end of the stream.
pub(crate) fn recv(socket: &OwnedFd, buf: &mut [u8]) -> io::Result<Option<usize>> {
    let received = net::recv(socket, buf, RecvFlags::empty());
    would_block(received.map(|(n_bytes, _)| n_bytes))
}

/// `None` where it would block.
pub(crate) fn send(socket: &OwnedFd, buf: &[u8]) -> io::Result<Option<usize>> {
    would_block(net::send(socket, buf, SendFlags::NOSIGNAL))
}

/// Allows as many sockets as the system lets this process have.
pub(crate) fn raise_descriptor_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).expect("the limit may be raised to its maximum");
}

fn socket(flags: SocketFlags) -> io::Result<OwnedFd> {
    let socket = net::socket_with(AddressFamily::INET, SocketType::STREAM, flags, None)?;
    sockopt::set_tcp_nodelay(&socket, true)?;
    sockopt::set_socket_linger(&socket, Some(Duration::ZERO))?;
    Ok(socket)
}

fn address(port: u16) -> SocketAddrV4 {
    SocketAddrV4::new(Ipv4Addr::LOCALHOST, port)
}

fn would_block(result: Result<usize, Errno>) -> io::Result<Option<usize>> {
    match result {
        Ok(n_bytes) => Ok(Some(n_bytes)),
        Err(Errno::AGAIN) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
