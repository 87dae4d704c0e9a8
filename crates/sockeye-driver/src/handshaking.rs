//! A transport during the opening handshake: reads and writes under one deadline.
//!
//! The deadline is absolute, so a peer that sends a byte now and then does not move it (RFC 6455
//! leaves the limit to us; a server without one can be held open by anybody). Only the last
//! response of a connection may take as long as the peer goes on taking it.

use std::future::{Future, poll_fn};
use std::io::{self, IoSlice};
use std::pin::pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use sockeye_connection::Timestamp;

use crate::drain::DrainListener;
use crate::timer::Alarm;
use crate::uninterrupted::Uninterrupted;
use crate::{Error, Timer, Transport, buffers};

/// A byte stream that has not become a WebSocket yet.
pub(crate) struct Handshaking<T> {
    transport: Uninterrupted<T>,
    alarm: Alarm,
    limit: Duration,
    deadline: Timestamp,
    /// Ends the wait for the head of a request.
    drain: Option<DrainListener>,
}

impl<T: Transport> Handshaking<T> {
    /// The whole handshake has to end within `limit` from now.
    pub(crate) fn new(transport: T, timer: Box<dyn Timer>, limit: Duration) -> Self {
        let deadline = timer.now() + limit;
        Self {
            transport: Uninterrupted(transport),
            alarm: Alarm::new(timer),
            limit,
            deadline,
            drain: None,
        }
    }

    /// Makes [`read`](Self::read) fail with [`Error::Closed`] once the drain has begun.
    pub(crate) fn listen_to(&mut self, drain: DrainListener) {
        self.drain = Some(drain);
    }

    /// Listens no more: from here on the connection goes its way.
    pub(crate) fn forget_drain(&mut self) {
        self.drain = None;
    }

    /// Starts the time limit anew: after a wait that was our own, or because the peer went on.
    pub(crate) fn extend(&mut self) {
        self.deadline = self.alarm.now() + self.limit;
    }

    /// Reads once and shows the bytes to `take`; `false` when the peer has closed its direction.
    pub(crate) async fn read(&mut self, take: impl FnMut(&[u8])) -> Result<bool, Error> {
        self.read_at_most(MAX_READ_BYTES, take).await
    }

    /// The same, of no more than `max` bytes.
    pub(crate) async fn read_at_most(
        &mut self,
        max: usize,
        mut take: impl FnMut(&[u8]),
    ) -> Result<bool, Error> {
        self.within_limit(|transport, cx| {
            buffers::with_receive_buffer(|buf| {
                let n = ready!(transport.poll_read(cx, buf, max.min(MAX_READ_BYTES)))?;
                take(buf);
                Poll::Ready(Ok(n > 0))
            })
        })
        .await
    }

    /// Writes all of `bytes` and flushes.
    pub(crate) async fn write(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        while !bytes.is_empty() {
            bytes = self.write_some(bytes).await?;
        }
        self.within_limit(|transport, cx| transport.poll_flush(cx))
            .await
    }

    /// Writes the last bytes of this connection and closes it so that the peer gets them.
    ///
    /// They may be many, a file for a browser behind a slow line; so the time limit starts anew
    /// with each part that the peer takes.
    ///
    /// Closing with unread input would reset the connection and take the response with it, so
    /// what the peer still sends is read and dropped, within bounds.
    pub(crate) async fn finish(mut self, response: &[u8]) -> Result<(), Error> {
        let mut rest = response;
        let mut n_dropped = 0;
        while !rest.is_empty() {
            self.extend();
            let n = self
                .within_limit(|transport, cx| {
                    if let Poll::Ready(n) = transport.poll_write(cx, &[IoSlice::new(rest)]) {
                        return Poll::Ready(n);
                    }
                    // A peer that is still writing may read only when we have. One that has ended
                    // its direction still reads.
                    let _ = poll_drop_input(transport, cx, &mut n_dropped);
                    Poll::Pending
                })
                .await?;
            rest = rest_after(rest, n)?;
        }
        self.extend();
        self.within_limit(|transport, cx| {
            ready!(transport.poll_flush(cx))?;
            transport.poll_shutdown(cx)
        })
        .await?;
        self.deadline = self.alarm.now() + MAX_LINGER;
        // Whatever ends this ends the connection, which is what is wanted.
        let _ = self
            .within_limit(|transport, cx| poll_drop_input(transport, cx, &mut n_dropped))
            .await;
        Ok(())
    }

    /// Puts something else in the transport's place, TLS around it.
    ///
    /// Once the drain has begun it may take [`MAX_WRAP`] more, so that the peer can be told; with
    /// no TLS there is nothing that it could be told by.
    pub(crate) async fn wrap<F>(self, wrap: impl FnOnce(T) -> F) -> Result<Self, Error>
    where
        F: Future<Output = io::Result<T>>,
    {
        let Self {
            transport,
            mut alarm,
            limit,
            deadline,
            mut drain,
        } = self;
        let mut wrapping = pin!(wrap(transport.0));
        let mut last = None;
        let transport = poll_fn(|cx| match wrapping.as_mut().poll(cx) {
            Poll::Ready(wrapped) => Poll::Ready(wrapped.map_err(Error::Io)),
            Poll::Pending => {
                if last.is_none() && is_begun(&mut drain, cx) {
                    last = Some(deadline.min(alarm.now() + MAX_WRAP));
                }
                let error = match last {
                    Some(_) => Error::Closed,
                    None => Error::HandshakeTimeout,
                };
                let ended = alarm.poll(last.unwrap_or(deadline), cx);
                ended.map(|()| Err(error))
            }
        })
        .await?;
        Ok(Self {
            transport: Uninterrupted(transport),
            alarm,
            limit,
            deadline,
            drain,
        })
    }

    pub(crate) fn into_parts(self) -> (T, Alarm) {
        (self.transport.0, self.alarm)
    }

    /// Writes once; gives the bytes that are left.
    async fn write_some<'b>(&mut self, bytes: &'b [u8]) -> Result<&'b [u8], Error> {
        let n = self
            .within_limit(|transport, cx| transport.poll_write(cx, &[IoSlice::new(bytes)]))
            .await?;
        Ok(rest_after(bytes, n)?)
    }

    async fn within_limit<R>(
        &mut self,
        mut op: impl FnMut(&mut Uninterrupted<T>, &mut Context<'_>) -> Poll<io::Result<R>>,
    ) -> Result<R, Error> {
        poll_fn(|cx| {
            if let Poll::Ready(result) = op(&mut self.transport, cx) {
                return Poll::Ready(result.map_err(Error::Io));
            }
            poll_limit(&mut self.drain, &mut self.alarm, self.deadline, cx).map(Err)
        })
        .await
    }
}

/// Ready with the reason when there is no more waiting.
fn poll_limit(
    drain: &mut Option<DrainListener>,
    alarm: &mut Alarm,
    deadline: Timestamp,
    cx: &mut Context<'_>,
) -> Poll<Error> {
    if is_begun(drain, cx) {
        return Poll::Ready(Error::Closed);
    }
    alarm.poll(deadline, cx).map(|()| Error::HandshakeTimeout)
}

/// Whether the drain that is listened to has begun.
fn is_begun(drain: &mut Option<DrainListener>, cx: &Context<'_>) -> bool {
    drain.as_mut().is_some_and(|drain| drain.poll(cx).is_some())
}

/// What is left of `bytes` after a write that took `n`.
fn rest_after(bytes: &[u8], n: usize) -> io::Result<&[u8]> {
    match n {
        0 => Err(io::ErrorKind::WriteZero.into()),
        n => Ok(bytes.get(n..).unwrap_or_default()),
    }
}

/// Reads and drops what arrives; ready when that has come to its end or to [`MAX_LINGER_BYTES`].
fn poll_drop_input<T: Transport>(
    transport: &mut T,
    cx: &mut Context<'_>,
    n_dropped: &mut usize,
) -> Poll<io::Result<()>> {
    while *n_dropped < MAX_LINGER_BYTES {
        let n = buffers::with_receive_buffer(|buf| transport.poll_read(cx, buf, MAX_READ_BYTES));
        match ready!(n)? {
            0 => break,
            n => *n_dropped += n,
        }
    }
    Poll::Ready(Ok(()))
}

/// One read takes at most this many bytes: a head of the usual limit in one call.
const MAX_READ_BYTES: usize = 16 * 1024;

/// How long TLS may still take when the drain has begun: many round trips of a peer that is at it.
const MAX_WRAP: Duration = Duration::from_secs(1);

/// How long a refused peer may go on sending before the connection is dropped.
const MAX_LINGER: Duration = Duration::from_secs(1);

/// How much of it is read.
const MAX_LINGER_BYTES: usize = 64 * 1024;
