//! A socket that counts what is read from it, and how much of that before the first write.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// The socket.
pub(super) struct Counted {
    stream: TcpStream,
    max_read: usize,
    counter: Counter,
}

/// Shows the counts while the socket is in use, and after it.
#[derive(Clone, Default)]
pub(super) struct Counter(Arc<Mutex<Counts>>);

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    /// Calls for bytes, those that found none included.
    pub(super) n_reads: usize,
    pub(super) n_bytes: usize,
    /// Bytes read when the first byte was written.
    pub(super) before_answer: usize,
    is_answered: bool,
}

impl Counter {
    pub(super) fn counts(&self) -> Counts {
        *self.0.lock().expect("nobody panics with the lock")
    }

    fn count(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.0.lock().expect("nobody panics with the lock"));
    }
}

impl Counted {
    pub(super) fn new(stream: TcpStream) -> (Self, Counter) {
        let counter = Counter::default();
        let counted = Self {
            stream,
            max_read: usize::MAX,
            counter: counter.clone(),
        };
        (counted, counter)
    }

    /// Gives each read one byte.
    pub(super) fn one_byte_per_read(mut self) -> Self {
        self.max_read = 1;
        self
    }
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let max_read = self.max_read;
        self.counter.count(|counts| counts.n_reads += 1);
        let mut bytes = vec![0; buf.remaining().min(max_read)];
        let mut window = ReadBuf::new(&mut bytes);
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut window))?;
        buf.put_slice(window.filled());
        self.counter.count(|counts| {
            counts.n_bytes += window.filled().len();
            if !counts.is_answered {
                counts.before_answer = counts.n_bytes;
            }
        });
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.counter.count(|counts| counts.is_answered = true);
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
