//! The echo loops over a library's own `Stream` and `Sink`.
//!
//! Two ways to use the same interface: the batched one gets the most out of it, the naive one is
//! what the libraries' own examples do.

use std::collections::VecDeque;
use std::future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::{Sink, SinkExt, Stream, StreamExt};

/// Echoes what `keep` gives back of each message, as the libraries' own examples do when `naive`.
pub async fn echo<W, M, E>(ws: W, naive: bool, keep: impl Fn(M) -> Option<M> + Unpin)
where
    W: Stream<Item = Result<M, E>> + Sink<M> + Unpin,
    M: Unpin,
{
    match naive {
        true => echo_naive(ws, keep).await,
        false => echo_batched(ws, keep).await,
    }
}

/// Takes every message that is ready, then queues all answers and flushes once. `keep` gives back
/// what is to be answered.
///
/// The answers wait until nothing more is ready, because some libraries flush before they read.
pub async fn echo_batched<W, M, E>(ws: W, keep: impl Fn(M) -> Option<M> + Unpin)
where
    W: Stream<Item = Result<M, E>> + Sink<M> + Unpin,
    M: Unpin,
{
    let mut echo = Batched {
        ws,
        keep,
        answers: VecDeque::new(),
        is_dirty: false,
    };
    // An error and the end are the same here: the connection is over.
    let _ended = future::poll_fn(move |cx| echo.poll(cx)).await;
}

/// Awaits a message, then awaits its sending.
async fn echo_naive<W, M, E>(mut ws: W, keep: impl Fn(M) -> Option<M>)
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

struct Batched<W, M, F> {
    ws: W,
    keep: F,
    answers: VecDeque<M>,
    /// Something was queued and not flushed.
    is_dirty: bool,
}

impl<W, M, F> Batched<W, M, F> {
    /// Ready when the connection is over.
    fn poll<E>(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), W::Error>>
    where
        W: Stream<Item = Result<M, E>> + Sink<M> + Unpin,
        F: Fn(M) -> Option<M>,
    {
        loop {
            while self.answers.len() < MAX_ANSWERS
                && let Poll::Ready(next) = Pin::new(&mut self.ws).poll_next(cx)
            {
                let Some(Ok(message)) = next else {
                    return Poll::Ready(Ok(()));
                };
                self.answers.extend((self.keep)(message));
            }
            if self.answers.is_empty() {
                if self.is_dirty {
                    ready!(Pin::new(&mut self.ws).poll_flush(cx))?;
                    self.is_dirty = false;
                }
                return Poll::Pending;
            }
            while !self.answers.is_empty() {
                ready!(Pin::new(&mut self.ws).poll_ready(cx))?;
                if let Some(answer) = self.answers.pop_front() {
                    Pin::new(&mut self.ws).start_send(answer)?;
                    self.is_dirty = true;
                }
            }
        }
    }
}

/// Answers that are kept back at most: more than any scenario has in flight on one connection.
const MAX_ANSWERS: usize = 1024;
