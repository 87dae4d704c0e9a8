//! What a runtime must offer for clients and servers besides [`Listen`]: names and TCP sockets.
//!
//! The streams that come out are [`Transport`]s, the clock is a [`Timer`]; how long anything may
//! take, and what is tried next, is decided by those who call.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};

use super::Listen;
use crate::Transport;

/// The sockets and the clock of some runtime, and by [`Spawn`](crate::Spawn) its tasks.
///
/// What a server needs of them is in [`Listen`], for TCP here.
pub trait Runtime: Listen {
    /// Looks up the addresses of a host.
    ///
    /// # Errors
    ///
    /// Those of the resolver.
    fn lookup(host: &str, port: u16) -> impl Future<Output = io::Result<Vec<SocketAddr>>> + Send;

    /// Connects to one address, for as long as it takes.
    ///
    /// # Errors
    ///
    /// The operating system's.
    fn connect(address: SocketAddr) -> impl Future<Output = io::Result<Self::Transport>> + Send;

    /// Connects to one address, from a port of an address of this machine's.
    ///
    /// # Errors
    ///
    /// The operating system's.
    fn connect_from(
        local: IpAddr,
        address: SocketAddr,
    ) -> impl Future<Output = io::Result<Self::Transport>> + Send;

    /// Listens on one address.
    ///
    /// # Errors
    ///
    /// The operating system's.
    fn listen(address: SocketAddr) -> impl Future<Output = io::Result<Self::Listener>> + Send;

    /// Where a socket listens.
    ///
    /// # Errors
    ///
    /// The operating system's.
    fn local_addr(listener: &Self::Listener) -> io::Result<SocketAddr>;
}

/// A runtime that can use streams of the type `S`, which others have connected.
pub trait Adopt<S>: Runtime {
    /// The stream as the driver uses it.
    type Adopted: Transport;

    /// Wraps a connected stream.
    fn adopt(stream: S) -> Self::Adopted;
}
