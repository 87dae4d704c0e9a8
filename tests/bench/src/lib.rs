//! What every server of the comparison shares: the command line, the listener,
//! the runtime, and (for crates that bring no handshake of their own) a plain
//! RFC 6455 upgrade. None of it runs while messages are echoed, except the two
//! small echo loops, which only call the peer's public Stream/Sink interface.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use base64::Engine;
use futures_util::{Sink, Stream};
use sha1::{Digest, Sha1};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// The command line of every server: `--port P [--threads N] [--deflate]` and
/// switches that a single server may know (`--naive`, `--read-buf N`, ...).
#[derive(Clone, Debug)]
pub struct Args {
    pub port: u16,
    pub threads: usize,
    pub deflate: bool,
    pub naive: bool,
    rest: Vec<String>,
}

impl Args {
    pub fn parse() -> Args {
        let mut args = Args {
            port: 0,
            threads: 1,
            deflate: false,
            naive: false,
            rest: Vec::new(),
        };
        let mut it = std::env::args().skip(1);
        while let Some(a) = it.next() {
            match a.as_str() {
                "--port" => args.port = it.next().expect("--port P").parse().expect("port"),
                "--threads" => {
                    args.threads = it.next().expect("--threads N").parse().expect("threads")
                }
                "--deflate" => args.deflate = true,
                "--naive" => args.naive = true,
                _ => args.rest.push(a),
            }
        }
        assert!(args.port != 0, "--port is required");
        args
    }

    pub fn has(&self, switch: &str) -> bool {
        self.rest.iter().any(|a| a == switch)
    }

    pub fn num(&self, name: &str) -> Option<usize> {
        let at = self.rest.iter().position(|a| a == name)?;
        Some(self.rest.get(at + 1)?.parse().expect("a number"))
    }

    pub fn addr(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }
}

/// One current-thread runtime for `--threads 1`, a work-stealing one otherwise.
pub fn run<F: Future<Output = ()>>(args: &Args, main: F) {
    let mut builder = if args.threads <= 1 {
        tokio::runtime::Builder::new_current_thread()
    } else {
        let mut b = tokio::runtime::Builder::new_multi_thread();
        b.worker_threads(args.threads);
        b
    };
    builder
        .enable_all()
        .build()
        .expect("runtime")
        .block_on(main)
}

pub fn listen(args: &Args) -> TcpListener {
    let socket = TcpSocket::new_v4().expect("socket");
    socket.set_reuseaddr(true).expect("reuseaddr");
    socket.bind(args.addr()).expect("bind");
    socket.listen(4096).expect("listen")
}

/// Accepts for ever; every connection becomes a task outside tokio's coop budget
/// (what the examples of fastwebsockets and tokio-websockets do as well).
pub async fn serve<H, F>(args: &Args, handler: H)
where
    H: Fn(TcpStream) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    let listener = listen(args);
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let _ = stream.set_nodelay(true);
        tokio::spawn(tokio::task::unconstrained(handler(stream)));
    }
}

pub fn accept_key(key: &[u8]) -> String {
    let mut hash = Sha1::new();
    hash.update(key);
    hash.update(b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    base64::engine::general_purpose::STANDARD.encode(hash.finalize())
}

/// The end of the request head, if it is all there.
pub fn head_end(buf: &[u8]) -> Option<usize> {
    buf.windows(4).position(|w| w == b"\r\n\r\n").map(|p| p + 4)
}

pub fn header<'a>(head: &'a [u8], name: &str) -> Option<&'a [u8]> {
    for line in head.split(|b| *b == b'\n').skip(1) {
        let Some(colon) = line.iter().position(|b| *b == b':') else {
            continue;
        };
        if line[..colon].eq_ignore_ascii_case(name.as_bytes()) {
            return Some(line[colon + 1..].trim_ascii());
        }
    }
    None
}

/// A bare upgrade for the crates that leave the handshake to the application.
/// The load generator never sends frames before it has read the response.
pub async fn upgrade(stream: &mut TcpStream, extension: Option<&str>) -> io::Result<()> {
    let mut buf = Vec::with_capacity(1024);
    loop {
        if stream.read_buf(&mut buf).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let Some(end) = head_end(&buf) else { continue };
        let key = header(&buf[..end], "sec-websocket-key")
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "no key"))?;
        let extension = match extension {
            Some(e) => format!("Sec-WebSocket-Extensions: {e}\r\n"),
            None => String::new(),
        };
        let response = format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: {}\r\n{extension}\r\n",
            accept_key(key)
        );
        return stream.write_all(response.as_bytes()).await;
    }
}

/// Echo over a Stream + Sink: takes every message that is ready, queues the
/// answer, and flushes only when no further message is ready.
pub async fn echo_batched<W, M, E, F>(mut ws: W, keep: F)
where
    W: Stream<Item = Result<M, E>> + Sink<M> + Unpin,
    F: Fn(M) -> Option<M>,
{
    let mut dirty = false;
    std::future::poll_fn(move |cx| {
        loop {
            match Pin::new(&mut ws).poll_ready(cx) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(_)) => return Poll::Ready(()),
                Poll::Pending => return Poll::Pending,
            }
            match Pin::new(&mut ws).poll_next(cx) {
                Poll::Ready(Some(Ok(m))) => {
                    if let Some(m) = keep(m) {
                        if Pin::new(&mut ws).start_send(m).is_err() {
                            return Poll::Ready(());
                        }
                        dirty = true;
                    }
                }
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => {
                    if dirty {
                        match Pin::new(&mut ws).poll_flush(cx) {
                            Poll::Ready(Ok(())) => dirty = false,
                            Poll::Ready(Err(_)) => return Poll::Ready(()),
                            Poll::Pending => {}
                        }
                    }
                    return Poll::Pending;
                }
            }
        }
    })
    .await
}

/// The loop of the crates' own examples: await a message, await its sending.
pub async fn echo_naive<W, M, E, F>(mut ws: W, keep: F)
where
    W: Stream<Item = Result<M, E>> + Sink<M> + Unpin,
    F: Fn(M) -> Option<M>,
{
    use futures_util::{SinkExt, StreamExt};
    while let Some(Ok(m)) = ws.next().await {
        if let Some(m) = keep(m) {
            if ws.send(m).await.is_err() {
                return;
            }
        }
    }
}

/// A byte stream that holds small writes back until its owner wants to read and
/// there is nothing to read. It is not part of any peer: it shows what a peer
/// that writes once per message would gain from an application-side cork.
pub struct Cork<S> {
    inner: S,
    out: Vec<u8>,
    sent: usize,
}

impl<S> Cork<S> {
    const LIMIT: usize = 16 * 1024;

    pub fn new(inner: S) -> Self {
        Cork {
            inner,
            out: Vec::new(),
            sent: 0,
        }
    }
}

impl<S: AsyncWrite + Unpin> Cork<S> {
    fn drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.sent < self.out.len() {
            match Pin::new(&mut self.inner).poll_write(cx, &self.out[self.sent..]) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(n)) => self.sent += n,
                Poll::Ready(Err(e)) => return Poll::Ready(Err(e)),
                Poll::Pending => return Poll::Pending,
            }
        }
        self.out.clear();
        self.sent = 0;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Cork<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.sent < this.out.len() {
            if let Poll::Ready(Err(e)) = this.drain(cx) {
                return Poll::Ready(Err(e));
            }
        }
        Pin::new(&mut this.inner).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Cork<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[io::IoSlice::new(buf)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let total: usize = bufs.iter().map(|b| b.len()).sum();
        if this.out.len() + total > Self::LIMIT {
            match this.drain(cx) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(e)) => return Poll::Ready(Err(e)),
                Poll::Pending => return Poll::Pending,
            }
            if total > Self::LIMIT {
                return Pin::new(&mut this.inner).poll_write_vectored(cx, bufs);
            }
        }
        for b in bufs {
            this.out.extend_from_slice(b);
        }
        Poll::Ready(Ok(total))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match this.drain(cx) {
            Poll::Ready(Ok(())) => Pin::new(&mut this.inner).poll_flush(cx),
            other => other,
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match this.drain(cx) {
            Poll::Ready(Ok(())) => Pin::new(&mut this.inner).poll_shutdown(cx),
            other => other,
        }
    }
}
