//! Unix sockets of `async-io`: servers on them, and clients.

use std::future::Future;
use std::io::{self, IoSlice, IoSliceMut};
use std::marker::PhantomData;
use std::net::{Shutdown, SocketAddr};
use std::os::unix::net::{UnixListener, UnixStream as Socket};
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};

use async_io::Async;
use futures_io::{AsyncRead, AsyncWrite};
use sockeye_driver::{ConnectUnix, Listen, NoTls, Spawn, Timer};

use crate::io::Io;
use crate::runtime::AsyncIo;
use crate::socket::ended;
use crate::timer::AsyncIoTimer;

/// Stands for a runtime over `async-io` with Unix sockets in the types of the driver: `T` has the
/// tasks.
#[derive(Debug)]
pub struct AsyncIoUnix<T> {
    tasks: PhantomData<fn() -> T>,
}

/// A connected Unix socket; closing it tells the peer, which `async-io` leaves to others.
#[derive(Debug)]
pub struct UnixStream {
    socket: Async<Socket>,
}

impl<T: Spawn> Spawn for AsyncIoUnix<T> {
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

impl<T: Spawn> Listen for AsyncIoUnix<T> {
    type Transport = Io<UnixStream>;
    type Listener = Async<UnixListener>;
    type ServerTls = NoTls;

    fn timer() -> Box<dyn Timer> {
        AsyncIoTimer::boxed()
    }

    async fn accept(listener: &Async<UnixListener>) -> io::Result<Io<UnixStream>> {
        let (socket, _) = listener.accept().await?;
        Ok(Io::new(UnixStream::from(socket)))
    }

    fn peer_addr(_transport: &Io<UnixStream>) -> Option<SocketAddr> {
        None
    }
}

impl<T: Spawn> ConnectUnix for AsyncIo<T> {
    type UnixTransport = Io<UnixStream>;

    async fn connect_unix(path: &Path) -> io::Result<Io<UnixStream>> {
        let socket = Async::<Socket>::connect(path).await?;
        Ok(Io::new(UnixStream::from(socket)))
    }
}

impl From<Async<Socket>> for UnixStream {
    fn from(socket: Async<Socket>) -> Self {
        Self { socket }
    }
}

impl AsyncRead for UnixStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_read(cx, buf)
    }

    fn poll_read_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &mut [IoSliceMut<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_read_vectored(cx, bufs)
    }
}

impl AsyncWrite for UnixStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write_vectored(cx, bufs)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_close(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(ended(self.socket.get_ref().shutdown(Shutdown::Write)))
    }
}
