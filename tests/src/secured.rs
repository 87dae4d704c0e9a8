//! A shell of ours with TLS on every connection, so that the list of behaviours runs over it too.
//!
//! Clients know whom to trust by [`Runtime::default_tls`], as they do with authorities of the
//! system's; servers get their certificate where they are bound. All else is the shell's.

use std::io;
use std::marker::PhantomData;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::OnceLock;

use sockeye::driver::{Listen, Runtime, Server, Spawn};
use sockeye::{ClientTls, ServerTls, Timer};

use crate::{Authority, Shell};

/// The shell `S`, with TLS by rustls.
#[derive(Debug)]
pub struct Secured<S>(PhantomData<fn() -> S>);

impl<S: Shell> Spawn for Secured<S> {
    type TaskId = S::TaskId;
    type Task = S::Task;

    fn spawn(
        work: impl Future<Output = ()> + Send + Unpin + 'static,
    ) -> (Self::TaskId, Self::Task) {
        S::spawn(work)
    }

    fn current_task() -> Option<Self::TaskId> {
        S::current_task()
    }

    fn abort(task: Self::Task) {
        S::abort(task);
    }
}

impl<S: Shell<ServerTls = ServerTls>> Listen for Secured<S> {
    type Transport = S::Transport;
    type Listener = S::Listener;
    type ServerTls = ServerTls;

    fn timer() -> Box<dyn Timer> {
        S::timer()
    }

    async fn accept(listener: &Self::Listener) -> io::Result<Self::Transport> {
        S::accept(listener).await
    }

    fn secure_accepted(
        transport: Self::Transport,
        tls: &ServerTls,
    ) -> impl Future<Output = io::Result<Self::Transport>> + Send {
        S::secure_accepted(transport, tls)
    }

    fn peer_addr(transport: &Self::Transport) -> Option<SocketAddr> {
        S::peer_addr(transport)
    }
}

impl<S: Shell<ClientTls = ClientTls, ServerTls = ServerTls>> Runtime for Secured<S> {
    type ClientTls = ClientTls;

    fn default_tls() -> io::Result<ClientTls> {
        Ok(both_sides().0.clone())
    }

    fn secure(
        transport: Self::Transport,
        host: &str,
        tls: &ClientTls,
    ) -> impl Future<Output = io::Result<Self::Transport>> + Send {
        S::secure(transport, host, tls)
    }

    async fn lookup(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        S::lookup(host, port).await
    }

    async fn connect(address: SocketAddr) -> io::Result<Self::Transport> {
        S::connect(address).await
    }

    async fn connect_from(local: IpAddr, address: SocketAddr) -> io::Result<Self::Transport> {
        S::connect_from(local, address).await
    }

    async fn listen(address: SocketAddr) -> io::Result<Self::Listener> {
        S::listen(address).await
    }

    fn local_addr(listener: &Self::Listener) -> io::Result<SocketAddr> {
        S::local_addr(listener)
    }
}

impl<S: Shell<ClientTls = ClientTls, ServerTls = ServerTls>> Shell for Secured<S> {
    const TLS: Option<fn() -> &'static (ClientTls, ServerTls)> = Some(both_sides);

    fn run(test: impl Future<Output = ()>) {
        S::run(test);
    }

    fn listener(socket: TcpListener) -> Self::Listener {
        S::listener(socket)
    }

    fn guard(server: Server<Self>) -> Server<Self> {
        server.tls(both_sides().1.clone())
    }
}

/// What clients and servers of all tests are told: a certificate for 127.0.0.1, and who issued it.
fn both_sides() -> &'static (ClientTls, ServerTls) {
    static SIDES: OnceLock<(ClientTls, ServerTls)> = OnceLock::new();
    SIDES.get_or_init(|| {
        // Its files are read here and needed no more.
        let authority = Authority::new();
        let certificate = authority.issue("127.0.0.1");
        let client = ClientTls::trusting_pem_file(authority.file());
        let server = ServerTls::from_pem_files(certificate.chain, certificate.key);
        let made = "files that were just written";
        (client.expect(made), server.expect(made))
    })
}
