//! Keeps accepting connections, whatever the operating system has against it.
//!
//! A loop that ends, spins or sleeps for ever at the first "too many open files" is a classic;
//! which errors concern one connection and which the whole process is known to
//! [`AcceptBackoff`].

use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::task::Poll;

use super::Listen;
use super::tasks::Tasks;
use super::time_limit::sleep;
use crate::AcceptBackoff;

/// Calls `start` with each connection that arrives until `stop` is ready, then stops listening.
///
/// Before each it waits until no more than `max_others` of the `tasks` run.
///
/// # Errors
///
/// The socket does not listen.
pub(super) async fn accept_until<R: Listen>(
    stop: impl Future<Output = ()>,
    listener: R::Listener,
    (tasks, max_others): (&Tasks<R>, u64),
    start: impl Fn(R::Transport),
) -> io::Result<()> {
    let mut stop = pin!(stop);
    let mut accepting = pin!(accept_each::<R>(&listener, (tasks, max_others), &start));
    poll_fn(|cx| match stop.as_mut().poll(cx) {
        Poll::Ready(()) => Poll::Ready(Ok(())),
        Poll::Pending => accepting.as_mut().poll(cx),
    })
    .await?;
    // Who is in the queue already believes to be connected, and gets an answer rather than a
    // reset.
    poll_fn(|cx| {
        while let Poll::Ready(Ok(transport)) = pin!(R::accept(&listener)).poll(cx) {
            start(transport);
        }
        Poll::Ready(())
    })
    .await;
    Ok(())
}

async fn accept_each<R: Listen>(
    listener: &R::Listener,
    (tasks, max_others): (&Tasks<R>, u64),
    start: &impl Fn(R::Transport),
) -> io::Result<()> {
    let mut backoff = AcceptBackoff::new();
    loop {
        tasks.at_most(max_others).await;
        match R::accept(listener).await {
            Ok(transport) => {
                backoff.reset();
                start(transport);
            }
            // accept(2), EINVAL: the socket is not listening. It never will be again.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => return Err(error),
            Err(error) => {
                if let Some(delay) = backoff.next_delay(&error) {
                    sleep::<R>(delay).await;
                }
            }
        }
    }
}
