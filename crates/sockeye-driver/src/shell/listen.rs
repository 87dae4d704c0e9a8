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
    /// The future takes one that waits already when it is polled for the first time, and holds
    /// nothing that is lost when it is dropped.
    ///
    /// # Errors
    ///
    /// The operating system's, as they are.
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
