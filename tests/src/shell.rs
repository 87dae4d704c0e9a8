//! The runtimes whose shells are tested by one list of behaviours.

/// The shell of `docs/new-runtime.md`, as it stands there.
#[path = "../../crates/sockeye/examples/new-runtime/shell.rs"]
mod new_runtime;

use std::net::{SocketAddr, TcpListener};

use sockeye::async_std::{AsyncIo, AsyncStd};
use sockeye::blocking::Threads;
use sockeye::driver::{Runtime, Server, Spawn};
use sockeye::smol::Smol;
use sockeye::tokio::Tokio;
use sockeye::{ClientTls, ServerTls};
use tokio::sync::oneshot;

pub use new_runtime::{Parked, Tcp};

/// One of our shells, and how to run a test on its runtime.
pub trait Shell: Runtime + Sized {
    /// Where connections have TLS: what clients and servers are told of it.
    const TLS: Option<fn() -> &'static (ClientTls, ServerTls)> = None;

    /// Whether clients that are told nothing of TLS have somebody to trust.
    const TRUSTS_BY_DEFAULT: bool = false;

    /// The address of a server of this shell's, with a path that begins behind the slash.
    fn url(address: SocketAddr, path: &str) -> String {
        match Self::TLS {
            Some(_) => format!("wss://{address}/{path}"),
            None => format!("ws://{address}/{path}"),
        }
    }

    /// Gives a server what it needs for its connections to have TLS, if they are to.
    #[must_use]
    fn guard(server: Server<Self>) -> Server<Self> {
        server
    }

    /// Runs a test on a thread of the runtime's, within reach of tokio, whose sockets raw peers use.
    fn run(test: impl Future<Output = ()>);

    /// A socket that somebody else made, as the shell wants it.
    ///
    /// # Panics
    ///
    /// If it does not take it.
    fn listener(socket: TcpListener) -> Self::Listener;
}

impl Shell for Tokio {
    const TRUSTS_BY_DEFAULT: bool = cfg!(feature = "native-tls");

    fn run(test: impl Future<Output = ()>) {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().expect("there are descriptors");
        runtime.block_on(test);
    }

    fn listener(socket: TcpListener) -> Self::Listener {
        socket.set_nonblocking(true).expect("it is a socket");
        tokio::net::TcpListener::from_std(socket).expect("there are descriptors")
    }
}

impl Shell for AsyncIo<AsyncStd> {
    fn run(test: impl Future<Output = ()>) {
        beside_tokio(|| async_std::task::block_on(test));
    }

    fn listener(socket: TcpListener) -> Self::Listener {
        smol::Async::new(socket).expect("there are descriptors")
    }
}

impl Shell for AsyncIo<Smol> {
    fn run(test: impl Future<Output = ()>) {
        beside_tokio(|| smol::block_on(test));
    }

    fn listener(socket: TcpListener) -> Self::Listener {
        smol::Async::new(socket).expect("there are descriptors")
    }
}

impl Shell for AsyncIo<Threads> {
    fn run(test: impl Future<Output = ()>) {
        beside_tokio(|| smol::block_on(test));
    }

    fn listener(socket: TcpListener) -> Self::Listener {
        smol::Async::new(socket).expect("there are descriptors")
    }
}

impl Shell for Parked {
    fn run(test: impl Future<Output = ()>) {
        beside_tokio(|| smol::block_on(test));
    }

    fn listener(socket: TcpListener) -> Self::Listener {
        smol::Async::new(socket).expect("there are descriptors")
    }
}

/// Runs `work` in a task of the runtime under test; what it gives can be waited for.
pub fn spawn<S: Spawn, T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> oneshot::Receiver<T> {
    let (result, receiver) = oneshot::channel();
    S::spawn(Box::pin(async move {
        let _ = result.send(work.await);
    }));
    receiver
}

fn beside_tokio(run: impl FnOnce()) {
    let mut tokio = tokio::runtime::Builder::new_multi_thread();
    let tokio = tokio.worker_threads(1).enable_all().build();
    let tokio = tokio.expect("there are threads and descriptors");
    let _guard = tokio.enter();
    run();
}
