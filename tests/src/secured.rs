//! A shell of ours with TLS on every connection, so that the list of behaviours runs over it too.
//!
//! Clients know whom to trust by [`Runtime::default_tls`], as they do with authorities of the
//! system's; servers get their certificate where they are bound. All else is the shell's. Raw peers
//! have TLS by rustls, whatever the shell has it by.

use std::fmt::Debug;
#[cfg(feature = "native-tls")]
use std::fs;
use std::io;
use std::marker::PhantomData;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::OnceLock;

use sockeye::driver::{Listen, Runtime, Server, Spawn};
#[cfg(feature = "native-tls")]
use sockeye::tokio::native_tls::{self, TlsAcceptor, TlsConnector};
#[cfg(feature = "native-tls")]
use sockeye::tokio::{AnyClientTls, AnyServerTls};
use sockeye::{ClientTls, ServerTls, Timer};

use crate::{AsyncShell, Authority, Certificate};

/// The shell `S`, with TLS by the library `L`.
#[derive(Debug)]
pub struct Secured<S, L = Rustls>(PhantomData<fn() -> (S, L)>);

/// A library for TLS, as tests tell it whom to trust and who it is.
pub trait TlsLibrary: Debug + 'static {
    /// What clients are told.
    type Client: Clone;

    /// What servers are told.
    type Server: Clone;

    /// A client that trusts the authority and nobody else.
    fn trusting(authority: &Authority) -> Self::Client;

    /// A server that has the certificate.
    fn showing(certificate: &Certificate) -> Self::Server;

    /// What all tests share.
    fn shared(shared: &'static Shared) -> &'static (Self::Client, Self::Server);
}

/// Stands for rustls; has no values.
#[derive(Debug)]
pub enum Rustls {}

impl TlsLibrary for Rustls {
    type Client = ClientTls;
    type Server = ServerTls;

    fn trusting(authority: &Authority) -> ClientTls {
        ClientTls::trusting_pem_file(authority.file()).expect(WRITTEN)
    }

    fn showing(certificate: &Certificate) -> ServerTls {
        ServerTls::from_pem_files(&certificate.chain, &certificate.key).expect(WRITTEN)
    }

    fn shared(shared: &'static Shared) -> &'static (ClientTls, ServerTls) {
        &shared.rustls
    }
}

/// Stands for the library of the system, by native-tls; has no values.
#[cfg(feature = "native-tls")]
#[derive(Debug)]
pub enum NativeTls {}

#[cfg(feature = "native-tls")]
impl TlsLibrary for NativeTls {
    type Client = AnyClientTls;
    type Server = AnyServerTls;

    fn trusting(authority: &Authority) -> AnyClientTls {
        let pem = fs::read(authority.file()).expect(WRITTEN);
        let authority = native_tls::Certificate::from_pem(&pem).expect(WRITTEN);
        let mut builder = TlsConnector::builder();
        builder.disable_built_in_roots(true);
        builder.request_alpns(&["http/1.1"]);
        builder.add_root_certificate(authority);
        builder.build().expect(WRITTEN).into()
    }

    fn showing(certificate: &Certificate) -> AnyServerTls {
        let acceptor = TlsAcceptor::new(identity(certificate));
        acceptor.expect(WRITTEN).into()
    }

    fn shared(shared: &'static Shared) -> &'static (AnyClientTls, AnyServerTls) {
        &shared.native_tls
    }
}

/// A certificate and its key, for either side of native-tls.
///
/// # Panics
///
/// If they are no good.
#[cfg(feature = "native-tls")]
#[must_use]
pub fn identity(certificate: &Certificate) -> native_tls::Identity {
    let [chain, key] =
        [&certificate.chain, &certificate.key].map(|file| fs::read(file).expect(WRITTEN));
    native_tls::Identity::from_pkcs8(&chain, &key).expect(WRITTEN)
}

impl<S: AsyncShell, L: TlsLibrary> Spawn for Secured<S, L> {
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

impl<S: AsyncShell, L: TlsLibrary> Listen for Secured<S, L> {
    type Transport = S::Transport;
    type Listener = S::Listener;
    type ServerTls = S::ServerTls;

    fn timer() -> Box<dyn Timer> {
        S::timer()
    }

    async fn accept(listener: &Self::Listener) -> io::Result<Self::Transport> {
        S::accept(listener).await
    }

    fn secure_accepted(
        transport: Self::Transport,
        tls: &Self::ServerTls,
    ) -> impl Future<Output = io::Result<Self::Transport>> + Send {
        S::secure_accepted(transport, tls)
    }

    fn peer_addr(transport: &Self::Transport) -> Option<SocketAddr> {
        S::peer_addr(transport)
    }
}

impl<S: AsyncShell<ClientTls: From<L::Client>>, L: TlsLibrary> Runtime for Secured<S, L> {
    type ClientTls = S::ClientTls;

    fn default_tls() -> io::Result<Self::ClientTls> {
        Ok(L::shared(shared()).0.clone().into())
    }

    fn without_certificate(tls: &Self::ClientTls) -> Self::ClientTls {
        S::without_certificate(tls)
    }

    fn secure(
        transport: Self::Transport,
        host: &str,
        tls: &Self::ClientTls,
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

impl<S, L> AsyncShell for Secured<S, L>
where
    S: AsyncShell<ClientTls: From<L::Client>, ServerTls: From<L::Server>>,
    L: TlsLibrary,
{
    const HAS_TLS: bool = true;

    fn block_on(test: impl Future<Output = ()>) {
        S::block_on(test);
    }

    fn listener(socket: TcpListener) -> Self::Listener {
        S::listener(socket)
    }

    fn guard(server: Server<Self>) -> Server<Self> {
        server.tls(L::shared(shared()).1.clone())
    }
}

/// What clients and servers of all tests are told: a certificate for 127.0.0.1, and who issued it.
#[derive(Debug)]
pub struct Shared {
    rustls: (ClientTls, ServerTls),
    #[cfg(feature = "native-tls")]
    native_tls: (AnyClientTls, AnyServerTls),
}

/// The same for clients and servers of rustls'.
pub(crate) fn rustls_sides() -> &'static (ClientTls, ServerTls) {
    &shared().rustls
}

fn shared() -> &'static Shared {
    static SHARED: OnceLock<Shared> = OnceLock::new();
    SHARED.get_or_init(|| {
        // Its files are read here and needed no more.
        let authority = Authority::new();
        let certificate = authority.issue("127.0.0.1");
        Shared {
            rustls: both_sides::<Rustls>(&authority, &certificate),
            #[cfg(feature = "native-tls")]
            native_tls: both_sides::<NativeTls>(&authority, &certificate),
        }
    })
}

fn both_sides<L: TlsLibrary>(
    authority: &Authority,
    certificate: &Certificate,
) -> (L::Client, L::Server) {
    (L::trusting(authority), L::showing(certificate))
}

const WRITTEN: &str = "files that were just written";
