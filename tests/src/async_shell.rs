//! Shells whose calls are futures, over the driver's types: what runs them is all that differs.

/// The shell of `docs/new-runtime.md`, as it stands there.
#[path = "../../crates/sockeye/examples/new-runtime/shell.rs"]
mod new_runtime;

use std::net::TcpListener;

use sockeye::async_std::{AsyncIo, AsyncStd};
use sockeye::blocking::Threads;
use sockeye::driver::{Runtime, Server};
use sockeye::smol::Smol;
use sockeye::tokio::Tokio;

pub use new_runtime::{Parked, Tcp};

/// One of our shells, and how to run a test on its runtime.
pub trait AsyncShell: Runtime + Sized {
    /// Whether all connections have TLS.
    const HAS_TLS: bool = false;

    /// Whether clients that are told nothing of TLS have somebody to trust.
    const TRUSTS_BY_DEFAULT: bool = false;

    /// Gives a server what it needs for its connections to have TLS, if they are to.
    #[must_use]
    fn guard(server: Server<Self>) -> Server<Self> {
        server
    }

    /// Runs a test on a thread of the runtime's, within reach of tokio, whose sockets raw peers use.
    fn block_on(test: impl Future<Output = ()>);

    /// A socket that somebody else made, as the shell wants it.
    ///
    /// # Panics
    ///
    /// If it does not take it.
    fn listener(socket: TcpListener) -> Self::Listener;
}

impl AsyncShell for Tokio {
    const TRUSTS_BY_DEFAULT: bool = cfg!(feature = "native-tls");

    fn block_on(test: impl Future<Output = ()>) {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().expect("there are descriptors");
        runtime.block_on(test);
    }

    fn listener(socket: TcpListener) -> Self::Listener {
        socket.set_nonblocking(true).expect("it is a socket");
        tokio::net::TcpListener::from_std(socket).expect("there are descriptors")
    }
}

impl AsyncShell for AsyncIo<AsyncStd> {
    fn block_on(test: impl Future<Output = ()>) {
        beside_tokio(|| async_std::task::block_on(test));
    }

    fn listener(socket: TcpListener) -> Self::Listener {
        smol::Async::new(socket).expect("there are descriptors")
    }
}

impl AsyncShell for AsyncIo<Smol> {
    fn block_on(test: impl Future<Output = ()>) {
        beside_tokio(|| smol::block_on(test));
    }

    fn listener(socket: TcpListener) -> Self::Listener {
        smol::Async::new(socket).expect("there are descriptors")
    }
}

impl AsyncShell for AsyncIo<Threads> {
    fn block_on(test: impl Future<Output = ()>) {
        beside_tokio(|| smol::block_on(test));
    }

    fn listener(socket: TcpListener) -> Self::Listener {
        smol::Async::new(socket).expect("there are descriptors")
    }
}

impl AsyncShell for Parked {
    fn block_on(test: impl Future<Output = ()>) {
        beside_tokio(|| smol::block_on(test));
    }

    fn listener(socket: TcpListener) -> Self::Listener {
        smol::Async::new(socket).expect("there are descriptors")
    }
}

fn beside_tokio(run: impl FnOnce()) {
    let mut tokio = tokio::runtime::Builder::new_multi_thread();
    let tokio = tokio.worker_threads(1).enable_all().build();
    let tokio = tokio.expect("there are threads and descriptors");
    let _guard = tokio.enter();
    run();
}
