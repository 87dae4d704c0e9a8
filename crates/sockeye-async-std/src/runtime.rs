//! The sockets and the clock of `async-io`, which are async-std's and smol's, as the driver wants
//! them. The two differ in whose executor runs the tasks of a server.

use std::future::Future;
use std::io;
use std::marker::PhantomData;
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};

use async_io::Async;
use futures_io::{AsyncRead, AsyncWrite};
#[cfg(not(feature = "rustls"))]
use sockeye_driver::NoTls;
use sockeye_driver::{Adopt, Listen, Runtime, Spawn, Timer};
#[cfg(feature = "rustls")]
use sockeye_tls::{ClientTls, ServerTls};

use crate::connect_from;
use crate::io::Io;
use crate::stream::Stream;
use crate::timer::AsyncIoTimer;
#[cfg(feature = "rustls")]
use crate::tls;

/// Stands for a runtime over `async-io` in the types of the driver: `T` has the tasks.
///
/// Any executor will do: sockets and timers are served by the thread of `async-io` where nobody
/// else does.
#[derive(Debug)]
pub struct AsyncIo<T> {
    tasks: PhantomData<fn() -> T>,
}

impl<T: Spawn> Spawn for AsyncIo<T> {
    type TaskId = T::TaskId;
    type Task = T::Task;

    fn spawn(work: impl Future<Output = ()> + Send + Unpin + 'static) -> (T::TaskId, T::Task) {
        T::spawn(work)
    }

    fn current_task() -> Option<T::TaskId> {
        T::current_task()
    }

    fn abort(task: T::Task) {
        T::abort(task);
    }
}

impl<T: Spawn> Listen for AsyncIo<T> {
    type Transport = Io<Stream>;
    type Listener = Async<TcpListener>;
    #[cfg(feature = "rustls")]
    type ServerTls = ServerTls;
    #[cfg(not(feature = "rustls"))]
    type ServerTls = NoTls;

    fn timer() -> Box<dyn Timer> {
        AsyncIoTimer::boxed()
    }

    async fn accept(listener: &Async<TcpListener>) -> io::Result<Io<Stream>> {
        let (tcp, _) = listener.accept().await?;
        Ok(Io::new(Stream::from(tcp)))
    }

    #[cfg(feature = "rustls")]
    async fn secure_accepted(transport: Io<Stream>, tls: &ServerTls) -> io::Result<Io<Stream>> {
        let stream = tls::accept(transport.into_inner(), tls).await?;
        Ok(Io::new(stream))
    }

    fn peer_addr(transport: &Io<Stream>) -> Option<SocketAddr> {
        transport.get_ref().peer_addr().ok()
    }
}

impl<T: Spawn> Runtime for AsyncIo<T> {
    #[cfg(feature = "rustls")]
    type ClientTls = ClientTls;
    #[cfg(not(feature = "rustls"))]
    type ClientTls = NoTls;

    #[cfg(feature = "rustls")]
    fn default_tls() -> io::Result<ClientTls> {
        ClientTls::by_features()
    }

    #[cfg(feature = "rustls")]
    fn without_certificate(tls: &ClientTls) -> ClientTls {
        tls.without_certificate()
    }

    #[cfg(feature = "rustls")]
    async fn secure(transport: Io<Stream>, host: &str, tls: &ClientTls) -> io::Result<Io<Stream>> {
        let stream = tls::connect(transport.into_inner(), host, tls).await?;
        Ok(Io::new(stream))
    }

    async fn lookup(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let host = host.to_owned();
        blocking::unblock(move || Ok((host, port).to_socket_addrs()?.collect())).await
    }

    async fn connect(address: SocketAddr) -> io::Result<Io<Stream>> {
        let tcp = Async::<TcpStream>::connect(address).await?;
        Ok(Io::new(Stream::from(tcp)))
    }

    async fn connect_from(local: IpAddr, address: SocketAddr) -> io::Result<Io<Stream>> {
        let tcp = connect_from::connect_from(local, address).await?;
        Ok(Io::new(Stream::from(tcp)))
    }

    async fn listen(address: SocketAddr) -> io::Result<Async<TcpListener>> {
        Async::<TcpListener>::bind(address)
    }

    fn local_addr(listener: &Async<TcpListener>) -> io::Result<SocketAddr> {
        listener.get_ref().local_addr()
    }
}

impl<T: Spawn, S: AsyncRead + AsyncWrite + Unpin + Send> Adopt<S> for AsyncIo<T> {
    type Adopted = Io<S>;

    fn adopt(stream: S) -> Io<S> {
        Io::new(stream)
    }
}
