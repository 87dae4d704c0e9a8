//! A shell for a runtime that the stack does not know: sockets and timers of `async-io`, and for
//! each task a thread, parked while it has nothing to do. `docs/new-runtime.md` explains it.

use std::io::{self, IoSlice};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker, ready};
use std::thread::{self, Thread, ThreadId};
use std::time::Instant;

use async_io::Async;
use futures_io::{AsyncRead, AsyncWrite};
use socket2::{Domain, Socket, Type};
use sockeye::driver::{Listen, NoTls, Runtime, Spawn, Timer, Transport};
use sockeye::{bytes::BytesMut, connection::Timestamp};

type Polled<T> = Poll<io::Result<T>>;

/// A connected socket.
pub struct Tcp(Async<TcpStream>);

fn connected(tcp: Async<TcpStream>) -> Tcp {
    let _ = tcp.get_ref().set_nodelay(true);
    Tcp(tcp)
}

impl Transport for Tcp {
    fn poll_read(&mut self, cx: &mut Context<'_>, buf: &mut BytesMut, max: usize) -> Polled<usize> {
        let mut bytes = [0; 16 * 1024];
        let room = &mut bytes[..max.min(16 * 1024)];
        let n_read = ready!(Pin::new(&mut self.0).poll_read(cx, room))?;
        buf.extend_from_slice(&bytes[..n_read]);
        Poll::Ready(Ok(n_read))
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, slices: &[IoSlice<'_>]) -> Polled<usize> {
        Pin::new(&mut self.0).poll_write_vectored(cx, slices)
    }

    fn poll_flush(&mut self, _cx: &mut Context<'_>) -> Polled<()> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(&mut self, _cx: &mut Context<'_>) -> Polled<()> {
        Poll::Ready(self.0.get_ref().shutdown(Shutdown::Write))
    }
}

/// What a connection's time is counted from, and its alarm.
struct Clock(Instant, async_io::Timer);

impl Timer for Clock {
    fn now(&self) -> Timestamp {
        Timestamp::from_duration(self.0.elapsed())
    }

    fn poll_expired(&mut self, deadline: Timestamp, cx: &mut Context<'_>) -> Poll<()> {
        let at = self.0.checked_add(deadline.as_duration());
        self.1 = at.map_or_else(async_io::Timer::never, async_io::Timer::at);
        Pin::new(&mut self.1).poll(cx).map(drop)
    }
}

/// Stands for the runtime; has no values.
#[derive(Debug)]
pub enum Parked {}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

impl Spawn for Parked {
    type TaskId = ThreadId;
    type Task = (Thread, Arc<AtomicBool>);

    fn spawn(
        mut work: impl Future<Output = ()> + Send + Unpin + 'static,
    ) -> (ThreadId, Self::Task) {
        let is_aborted = Arc::<AtomicBool>::default();
        let is_over = Arc::clone(&is_aborted);
        let task = thread::spawn(move || {
            let waker = Waker::from(Arc::new(Unpark(thread::current())));
            let mut cx = Context::from_waker(&waker);
            while !is_over.load(SeqCst) && Pin::new(&mut work).poll(&mut cx).is_pending() {
                thread::park();
            }
        });
        (task.thread().id(), (task.thread().clone(), is_aborted))
    }

    fn current_task() -> Option<ThreadId> {
        Some(thread::current().id())
    }

    fn abort((thread, is_aborted): Self::Task) {
        is_aborted.store(true, SeqCst);
        thread.unpark();
    }
}

impl Listen for Parked {
    type Transport = Tcp;
    type Listener = Async<TcpListener>;
    type ServerTls = NoTls;

    fn timer() -> Box<dyn Timer> {
        Box::new(Clock(Instant::now(), async_io::Timer::never()))
    }

    async fn accept(listener: &Async<TcpListener>) -> io::Result<Tcp> {
        Ok(connected(listener.accept().await?.0))
    }

    fn peer_addr(tcp: &Tcp) -> Option<SocketAddr> {
        tcp.0.get_ref().peer_addr().ok()
    }
}

impl Runtime for Parked {
    type ClientTls = NoTls;
    async fn lookup(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        // The thread is the task's own, so it may wait; time limits do not pass meanwhile.
        Ok((host, port).to_socket_addrs()?.collect())
    }

    async fn connect(address: SocketAddr) -> io::Result<Tcp> {
        Ok(connected(Async::<TcpStream>::connect(address).await?))
    }

    async fn connect_from(local: IpAddr, address: SocketAddr) -> io::Result<Tcp> {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
        socket.bind(&SocketAddr::new(local, 0).into())?;
        socket.connect(&address.into())?;
        Ok(connected(Async::new(socket.into())?))
    }

    async fn listen(address: SocketAddr) -> io::Result<Async<TcpListener>> {
        Async::<TcpListener>::bind(address)
    }

    fn local_addr(listener: &Async<TcpListener>) -> io::Result<SocketAddr> {
        listener.get_ref().local_addr()
    }
}
