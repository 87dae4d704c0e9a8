//! Keeps accepting connections, whatever the operating system has against it.
//!
//! A loop that ends, spins or sleeps for ever at the first "too many open files" is a classic;
//! which errors concern one connection and which the whole process is known to
//! [`AcceptBackoff`].

use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use super::Listen;
use super::tasks::Tasks;
use super::time_limit::{sleep, until};
use crate::AcceptBackoff;

/// Calls `take` with each connection that arrives until `stop` is ready, then stops listening.
///
/// Also with each error that is ridden over. Before each it waits until no more than `max_others`
/// of the `tasks` run.
///
/// # Errors
///
/// The socket does not listen.
pub(super) async fn accept_until<R: Listen>(
    stop: impl Future<Output = ()>,
    listener: R::Listener,
    (tasks, max_others): (&Tasks<R>, u64),
    take: impl Fn(io::Result<R::Transport>),
) -> io::Result<()> {
    let accepting = accept_each::<R>(&listener, (tasks, max_others), &take);
    if let Some(result) = until(stop, accepting).await {
        return result;
    }
    accept_queued::<R>(&listener, (tasks, max_others), &take).await;
    Ok(())
}

async fn accept_each<R: Listen>(
    listener: &R::Listener,
    (tasks, max_others): (&Tasks<R>, u64),
    take: &impl Fn(io::Result<R::Transport>),
) -> io::Result<()> {
    let mut backoff = AcceptBackoff::new();
    loop {
        tasks.at_most(max_others).await;
        match R::accept(listener).await {
            Ok(transport) => {
                backoff.reset();
                take(Ok(transport));
            }
            Err(error) if is_for_good(&error) => return Err(error),
            Err(error) => {
                let delay = backoff.next_delay(&error);
                take(Err(error));
                if let Some(delay) = delay {
                    sleep::<R>(delay).await;
                }
            }
        }
    }
}

/// Takes those who are in the queue: each already believes to be connected, and gets an answer
/// rather than a reset.
///
/// Where as many are served as may be, one more is taken, so that all are answered one after the
/// other: a client that is refused is gone soon, while handlers that notice late or never keep their
/// places. A lack of descriptors is waited out since connections are ending, but not for ever.
/// Neither is waited for beyond the moment when the `tasks` are ended by force.
async fn accept_queued<R: Listen>(
    listener: &R::Listener,
    (tasks, max_others): (&Tasks<R>, u64),
    take: &impl Fn(io::Result<R::Transport>),
) {
    let max_others = max_others.saturating_add(1);
    let mut n_left = MAX_QUEUED;
    let mut backoff = AcceptBackoff::new();
    let mut n_pauses = 0;
    // A runtime may end a task's turn while there is more to take, tokio after 128 connections; so
    // the queue is empty when a whole turn has brought none.
    let mut has_brought = false;
    loop {
        let stopped = poll_fn(|cx| {
            while n_left > 0 {
                if tasks.counts().running > max_others {
                    return Poll::Ready(Stopped::Full);
                }
                let Poll::Ready(accepted) = pin!(R::accept(listener)).poll(cx) else {
                    break;
                };
                n_left -= 1;
                has_brought = true;
                let delay = match &accepted {
                    Ok(_) => {
                        backoff.reset();
                        n_pauses = 0;
                        None
                    }
                    Err(error) if is_for_good(error) => {
                        n_left = 0;
                        None
                    }
                    Err(error) => backoff.next_delay(error),
                };
                take(accepted);
                if let Some(delay) = delay {
                    return Poll::Ready(Stopped::Starved(delay));
                }
            }
            if n_left == 0 || !has_brought {
                return Poll::Ready(Stopped::Done);
            }
            has_brought = false;
            cx.waker().wake_by_ref();
            Poll::Pending
        });
        let waited = match stopped.await {
            Stopped::Done => return,
            Stopped::Full => until(tasks.aborted(), tasks.at_most(max_others)).await,
            Stopped::Starved(delay) => {
                n_pauses += 1;
                if n_pauses > MAX_PAUSES {
                    return;
                }
                until(tasks.aborted(), sleep::<R>(delay)).await
            }
        };
        if waited.is_none() {
            return;
        }
    }
}

/// Why no more are taken from the queue for now.
enum Stopped {
    /// It is empty, or enough were taken.
    Done,
    /// As many are served as may be, and one more is answered.
    Full,
    /// Descriptors are lacking, and may be there again after this time.
    Starved(Duration),
}

/// accept(2), EINVAL: the socket is not listening. It never will be again.
fn is_for_good(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::InvalidInput
}

/// As many as Linux lets wait in a queue by default (`net.core.somaxconn`): who comes after them came
/// when the server was going away already, and one that never stops must not keep it.
const MAX_QUEUED: usize = 4096;

/// In a row, with 1.55 s in all: most closing handshakes are over by then.
const MAX_PAUSES: u32 = 5;

#[cfg(test)]
mod tests;
