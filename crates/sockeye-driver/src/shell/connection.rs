//! One connection of a server: the opening handshake, then the handler.
//!
//! Made to be small, since servers hold many connections that do nothing. The handshake needs far
//! more memory than most connections after it, and a task is as large as the largest thing it
//! ever holds; so each of the two is a box, and the task holds one or the other.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::Listen;
use super::failure::{FailureCause, Reporter};
use super::forwarding::Forwarding;
use crate::owned::Estate;
use crate::{Acceptor, Transport, WebSocket};

/// What a handler may fail with: any error, by `?`.
///
/// A box rather than a parameter, so that `?` in a closure needs no type written out.
pub type HandlerError = Box<dyn std::error::Error + Send + Sync>;

/// Serves one connection to its end.
pub(super) fn serve<R, H, F>(
    acceptor: Acceptor,
    forwarding: Arc<Forwarding>,
    tls: Option<R::ServerTls>,
    transport: R::Transport,
    handler: Arc<H>,
    reporter: Reporter,
) -> impl Future<Output = ()> + Send + Unpin
where
    R: Listen,
    H: Fn(WebSocket<R::Transport>, http::Request<()>) -> F + Send + Sync,
    F: Future<Output = Result<(), HandlerError>> + Send,
{
    Connection::Opening(Box::pin(open::<R, H, F>(
        acceptor, forwarding, tls, transport, handler, reporter,
    )))
}

enum Connection<O, F, T> {
    Opening(Pin<Box<O>>),
    /// The handler while it runs, and what it leaves.
    Serving(Option<Pin<Box<F>>>, Arc<Estate<T>>),
}

impl<O, F, T> Future for Connection<O, F, T>
where
    O: Future<Output = Option<(Pin<Box<F>>, Arc<Estate<T>>)>>,
    F: Future<Output = Result<(), HandlerError>>,
    T: Transport,
{
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            match &mut *self {
                Self::Opening(opening) => match ready!(opening.as_mut().poll(cx)) {
                    Some((handler, estate)) => *self = Self::Serving(Some(handler), estate),
                    None => return Poll::Ready(()),
                },
                Self::Serving(serving, estate) => {
                    if let Some(handler) = serving
                        && let Poll::Ready(result) =
                            estate.reporter.watch(|| handler.as_mut().poll(cx))
                    {
                        *serving = None;
                        // An error concerns this connection alone, and it ends here.
                        if let Err(error) = result {
                            estate.reporter.report(FailureCause::Handler(error));
                        }
                    }
                    let is_over = serving.is_none();
                    let is_settled = estate.poll_settled(cx).is_ready();
                    if !(is_over && is_settled) {
                        return Poll::Pending;
                    }
                    estate.disinherit();
                    return Poll::Ready(());
                }
            }
        }
    }
}

/// The opening handshake, up to the future that serves the connection.
///
/// With what the handler leaves. `None` when there is nothing to serve: the client was refused,
/// left, or got an HTTP response.
async fn open<R, H, F>(
    acceptor: Acceptor,
    forwarding: Arc<Forwarding>,
    tls: Option<R::ServerTls>,
    transport: R::Transport,
    handler: Arc<H>,
    reporter: Reporter,
) -> Option<(Pin<Box<F>>, Arc<Estate<R::Transport>>)>
where
    R: Listen,
    H: Fn(WebSocket<R::Transport>, http::Request<()>) -> F,
{
    let arrival = forwarding.arrival(|| R::peer_addr(&transport));
    let secure = tls.as_ref();
    let secure = secure.map(|tls| |transport| R::secure_accepted(transport, tls));
    let accepting = acceptor.accept_arrival(transport, R::timer(), arrival, secure);
    let mut accepting = pin!(accepting);
    let accepted = poll_fn(|cx| reporter.watch(|| accepting.as_mut().poll(cx))).await;
    let (mut ws, request) = match accepted {
        Ok(accepted) => accepted?,
        Err(error) => {
            reporter.report(FailureCause::Handshake(error));
            return None;
        }
    };
    let estate = Arc::new(Estate::new(reporter));
    ws.leave_to(Arc::clone(&estate));
    let handling = estate.reporter.watch(|| handler(ws, request));
    Some((Box::pin(handling), estate))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As much as fits into the smallest task that tokio makes, see `tasks.rs`.
    #[test]
    fn a_connection_is_two_pointers() {
        assert_eq!(size_of::<Connection<(), (), ()>>(), 2 * size_of::<usize>());
    }
}
