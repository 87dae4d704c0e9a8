//! The echo loops over a library's own `Stream` and `Sink`.
//!
//! Two ways to use the same interface: the batched one gets the most out of it, the naive one is
//! what the libraries' own examples do.

use std::future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::{Sink, SinkExt, Stream, StreamExt};

/// Takes every message that is ready, queues the answer, and flushes only when no further message
/// is ready. `keep` gives back what is to be answered.
pub async fn echo_batched<W, M, E>(ws: W, keep: impl Fn(M) -> Option<M> + Unpin)
where
    W: Stream<Item = Result<M, E>> + Sink<M> + Unpin,
{
    let mut echo = Batched {
        ws,
        keep,
        is_dirty: false,
    };
    // An error and the end are the same here: the connection is over.
    let _ended = future::poll_fn(move |cx| echo.poll(cx)).await;
}

/// Awaits a message, then awaits its sending.
pub async fn echo_naive<W, M, E>(mut ws: W, keep: impl Fn(M) -> Option<M>)
where
    W: Stream<Item = Result<M, E>> + Sink<M> + Unpin,
{
    while let Some(Ok(message)) = ws.next().await {
        let Some(message) = keep(message) else {
            continue;
        };
        if ws.send(message).await.is_err() {
            return;
        }
    }
}

struct Batched<W, F> {
    ws: W,
    keep: F,
    /// Something was queued and not flushed.
    is_dirty: bool,
}

impl<W, F> Batched<W, F> {
    /// Ready when the connection is over.
    fn poll<M, E>(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), W::Error>>
    where
        W: Stream<Item = Result<M, E>> + Sink<M> + Unpin,
        F: Fn(M) -> Option<M>,
    {
        loop {
            ready!(Pin::new(&mut self.ws).poll_ready(cx))?;
            match Pin::new(&mut self.ws).poll_next(cx) {
                Poll::Ready(Some(Ok(message))) => {
                    if let Some(message) = (self.keep)(message) {
                        Pin::new(&mut self.ws).start_send(message)?;
                        self.is_dirty = true;
                    }
                }
                Poll::Ready(Some(Err(_)) | None) => return Poll::Ready(Ok(())),
                Poll::Pending => {
                    if self.is_dirty {
                        ready!(Pin::new(&mut self.ws).poll_flush(cx))?;
                        self.is_dirty = false;
                    }
                    return Poll::Pending;
                }
            }
        }
    }
}
