//! What a runtime must offer for clients and servers besides [`Listen`]: names and TCP sockets.
//!
//! The streams that come out are [`Transport`]s, the clock is a [`Timer`]; how long anything may
//! take, and what is tried next, is decided by those who call.

use std::fmt::Debug;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};

use super::Listen;
use super::tls::{missing, unsupported};
use crate::Transport;

/// The sockets and the clock of some runtime, and by [`Spawn`](crate::Spawn) its tasks.
///
/// What a server needs of them is in [`Listen`], for TCP here.
///
/// # Cancel safety
///
/// The futures of these methods may be dropped at any await, and are where a time limit passes or
/// another address was faster. One that is dropped leaves nothing behind: it closes what it was given
/// or has opened. Work in a thread of its own, such as a lookup, may go on to its end.
pub trait Runtime: Listen {
    /// What a client is told of TLS; [`NoTls`](crate::NoTls) where there is none.
    type ClientTls: Clone + Debug + Send + Sync + 'static;

    /// What a client knows of TLS that was told nothing: whom to trust.
    ///
    /// By default there is no TLS.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::Unsupported`]: there is none, or nobody to trust. Those of the system, whose
    /// certificates cannot be read.
    fn default_tls() -> io::Result<Self::ClientTls> {
        Err(missing())
    }

    /// What a proxy, and a server that a redirect names and the application does not, is to see of
    /// `tls`: all but the client's own certificate.
    ///
    /// By default all of it.
    #[must_use]
    fn without_certificate(tls: &Self::ClientTls) -> Self::ClientTls {
        tls.clone()
    }

    /// Makes the TLS handshake on a connection to `host`, for as long as it takes.
    ///
    /// By default there is no TLS.
    ///
    /// # Errors
    ///
    /// Those of the connection and of TLS; [`io::ErrorKind::PermissionDenied`] says that the
    /// server's certificate is not good for this client, and why.
    ///
    /// # Cancel safety
    ///
    /// See [`Runtime`](Self#cancel-safety).
    fn secure(
        transport: Self::Transport,
        host: &str,
        tls: &Self::ClientTls,
    ) -> impl Future<Output = io::Result<Self::Transport>> + Send {
        let _ = (transport, host, tls);
        unsupported()
    }

    /// Looks up the addresses of a host.
    ///
    /// # Errors
    ///
    /// Those of the resolver.
    ///
    /// # Cancel safety
    ///
    /// See [`Runtime`](Self#cancel-safety).
    fn lookup(host: &str, port: u16) -> impl Future<Output = io::Result<Vec<SocketAddr>>> + Send;

    /// Connects to one address, for as long as it takes.
    ///
    /// # Errors
    ///
    /// The operating system's.
    ///
    /// # Cancel safety
    ///
    /// See [`Runtime`](Self#cancel-safety).
    fn connect(address: SocketAddr) -> impl Future<Output = io::Result<Self::Transport>> + Send;

    /// Connects to one address, from a port of an address of this machine's.
    ///
    /// # Errors
    ///
    /// The operating system's.
    ///
    /// # Cancel safety
    ///
    /// See [`Runtime`](Self#cancel-safety).
    fn connect_from(
        local: IpAddr,
        address: SocketAddr,
    ) -> impl Future<Output = io::Result<Self::Transport>> + Send;

    /// Listens on one address.
    ///
    /// # Errors
    ///
    /// The operating system's.
    ///
    /// # Cancel safety
    ///
    /// See [`Runtime`](Self#cancel-safety).
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
