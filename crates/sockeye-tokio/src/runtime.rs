//! tokio's sockets, clock and tasks, as the driver wants them.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};

#[cfg(not(any(feature = "native-tls", feature = "rustls")))]
use sockeye_driver::NoTls;
use sockeye_driver::{Adopt, Listen, Runtime, Spawn, Timer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream, lookup_host};
use tokio::task::{AbortHandle, Id};

use crate::io::Io;
use crate::stream::Stream;
use crate::timer::TokioTimer;
#[cfg(any(feature = "native-tls", feature = "rustls"))]
use crate::tls::{self, AnyClientTls, AnyServerTls};

/// Stands for tokio in the types of the driver; has no values.
#[derive(Debug)]
pub enum Tokio {}

impl Spawn for Tokio {
    type TaskId = Id;
    type Task = AbortHandle;

    fn spawn(work: impl Future<Output = ()> + Send + Unpin + 'static) -> (Id, AbortHandle) {
        let task = tokio::spawn(work).abort_handle();
        (task.id(), task)
    }

    /// tokio drops a task's future in the task's own name.
    fn current_task() -> Option<Id> {
        tokio::task::try_id()
    }

    fn abort(task: AbortHandle) {
        task.abort();
    }
}

impl Listen for Tokio {
    type Transport = Io<Stream>;
    type Listener = TcpListener;
    #[cfg(any(feature = "native-tls", feature = "rustls"))]
    type ServerTls = AnyServerTls;
    #[cfg(not(any(feature = "native-tls", feature = "rustls")))]
    type ServerTls = NoTls;

    fn timer() -> Box<dyn Timer> {
        TokioTimer::boxed()
    }

    async fn accept(listener: &TcpListener) -> io::Result<Self::Transport> {
        let (tcp, _) = listener.accept().await?;
        Ok(Io::new(Stream::from(tcp)))
    }

    #[cfg(any(feature = "native-tls", feature = "rustls"))]
    async fn secure_accepted(
        transport: Self::Transport,
        tls: &AnyServerTls,
    ) -> io::Result<Self::Transport> {
        let stream = tls::accept(transport.into_inner(), tls).await?;
        Ok(Io::new(stream))
    }

    fn peer_addr(transport: &Self::Transport) -> Option<SocketAddr> {
        transport.get_ref().peer_addr().ok()
    }
}

impl Runtime for Tokio {
    #[cfg(any(feature = "native-tls", feature = "rustls"))]
    type ClientTls = AnyClientTls;
    #[cfg(not(any(feature = "native-tls", feature = "rustls")))]
    type ClientTls = NoTls;

    #[cfg(any(feature = "native-tls", feature = "rustls"))]
    fn default_tls() -> io::Result<AnyClientTls> {
        tls::by_features()
    }

    #[cfg(any(feature = "native-tls", feature = "rustls"))]
    fn without_certificate(tls: &AnyClientTls) -> AnyClientTls {
        tls::without_certificate(tls)
    }

    #[cfg(any(feature = "native-tls", feature = "rustls"))]
    async fn secure(
        transport: Self::Transport,
        host: &str,
        tls: &AnyClientTls,
    ) -> io::Result<Self::Transport> {
        let stream = tls::connect(transport.into_inner(), host, tls).await?;
        Ok(Io::new(stream))
    }

    async fn lookup(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        Ok(lookup_host((host, port)).await?.collect())
    }

    async fn connect(address: SocketAddr) -> io::Result<Self::Transport> {
        let tcp = TcpStream::connect(address).await?;
        Ok(Io::new(Stream::from(tcp)))
    }

    async fn connect_from(local: IpAddr, address: SocketAddr) -> io::Result<Self::Transport> {
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4(),
            SocketAddr::V6(_) => TcpSocket::new_v6(),
        }?;
        socket.bind(SocketAddr::new(local, 0))?;
        let tcp = socket.connect(address).await?;
        Ok(Io::new(Stream::from(tcp)))
    }

    async fn listen(address: SocketAddr) -> io::Result<TcpListener> {
        TcpListener::bind(address).await
    }

    fn local_addr(listener: &TcpListener) -> io::Result<SocketAddr> {
        listener.local_addr()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Adopt<S> for Tokio {
    type Adopted = Io<S>;

    fn adopt(stream: S) -> Io<S> {
        Io::new(stream)
    }
}
