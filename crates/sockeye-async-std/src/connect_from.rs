//! Connecting from an address of this machine's, which `async-io` has no call for.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream};

use async_io::Async;
use socket2::{Domain, Protocol, Socket, Type};

pub(crate) async fn connect_from(
    local: IpAddr,
    address: SocketAddr,
) -> io::Result<Async<TcpStream>> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    socket.set_nonblocking(true)?;
    socket.bind(&SocketAddr::new(local, 0).into())?;
    match socket.connect(&address.into()) {
        Ok(()) => {}
        Err(error) if is_under_way(&error) => {}
        Err(error) => return Err(error),
    }
    let tcp = Async::new_nonblocking(TcpStream::from(socket))?;
    // A socket becomes writable when connecting has come to its end, whichever that is.
    tcp.writable().await?;
    match tcp.get_ref().take_error()? {
        Some(error) => Err(error),
        None => Ok(tcp),
    }
}

/// Whether connecting has only begun.
#[cfg(unix)]
fn is_under_way(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::EINPROGRESS)
}

#[cfg(not(unix))]
fn is_under_way(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock
}
