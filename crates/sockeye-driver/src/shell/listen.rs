//! What a runtime must offer for servers: connections to take, and a clock.
//!
//! Of its own, since a runtime has more than one kind of socket to listen on: those of TCP are its
//! [`Runtime`](crate::Runtime)'s, Unix sockets are others'.

use std::fmt::Debug;
use std::future::Future;
use std::io;
use std::net::SocketAddr;

use super::tls::unsupported;
use crate::{Spawn, Timer, Transport};

/// One kind of listening sockets of some runtime, with its clock, and by [`Spawn`] its tasks.
///
/// # Cancel safety
///
/// The futures of these methods may be dropped at any await, and are where a time limit passes or a
/// server goes away. One that is dropped leaves nothing behind: it closes the connection that it
/// was given or has made, and has none in hand that others could still get.
pub trait Listen: Spawn {
    /// A connected socket; of TCP with `TCP_NODELAY`: whole messages are written at once, so
    /// waiting for more could only delay the last part of one.
    type Transport: Transport + 'static;

    /// A listening socket.
    type Listener: Debug + Send + Sync + 'static;

    /// What a server is told of TLS; [`NoTls`](crate::NoTls) where there is none.
    type ServerTls: Clone + Debug + Send + Sync + 'static;

    /// A timer whose time starts now.
    fn timer() -> Box<dyn Timer>;

    /// Takes the next connection.
    ///
    /// The future takes one that waits already when it is polled for the first time. A
    /// runtime may end the turn of a task that takes many, if it wakes that for the next.
    ///
    /// # Errors
    ///
    /// The operating system's, as they are. [`io::ErrorKind::InvalidInput`] says that the socket
    /// does not listen (`EINVAL` of accept(2)), and ends serving: no error of a connection may be of
    /// that kind, such as one of an option that its socket refuses. All others are ridden over.
    ///
    /// # Cancel safety
    ///
    /// See [`Listen`](Self#cancel-safety): a connection that is not given out stays in the queue.
    fn accept(
        listener: &Self::Listener,
    ) -> impl Future<Output = io::Result<Self::Transport>> + Send;

    /// Makes the TLS handshake on a connection that was taken, for as long as it takes.
    ///
    /// By default there is no TLS.
    ///
    /// # Errors
    ///
    /// Those of the connection and of TLS; [`io::ErrorKind::Unsupported`]: there is none.
    ///
    /// # Cancel safety
    ///
    /// See [`Listen`](Self#cancel-safety).
    fn secure_accepted(
        transport: Self::Transport,
        tls: &Self::ServerTls,
    ) -> impl Future<Output = io::Result<Self::Transport>> + Send {
        let _ = (transport, tls);
        unsupported()
    }

    /// Where a connection comes from; `None` when it has no such address, or is gone already.
    fn peer_addr(transport: &Self::Transport) -> Option<SocketAddr>;
}
