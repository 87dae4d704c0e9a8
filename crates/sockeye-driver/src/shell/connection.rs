//! One connection of a server: the opening handshake, then the handler.
//!
//! Made to be small, since servers hold many connections that do nothing. The handshake needs far
//! more memory than most connections after it, and a task is as large as the largest thing it
//! ever holds; so each of the two is a box, and the task holds one or the other.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::Listen;
use super::forwarding::Forwarding;
use crate::{Acceptor, WebSocket};

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
) -> impl Future<Output = ()> + Send + Unpin
where
    R: Listen,
    H: Fn(WebSocket<R::Transport>, http::Request<()>) -> F + Send + Sync,
    F: Future<Output = Result<(), HandlerError>> + Send,
{
    Connection::Opening(Box::pin(open::<R, H, F>(
        acceptor, forwarding, tls, transport, handler,
    )))
}

enum Connection<O, F> {
    Opening(Pin<Box<O>>),
    Serving(Pin<Box<F>>),
}

impl<O, F> Future for Connection<O, F>
where
    O: Future<Output = Option<Pin<Box<F>>>>,
    F: Future<Output = Result<(), HandlerError>>,
{
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            match &mut *self {
                Self::Opening(opening) => match ready!(opening.as_mut().poll(cx)) {
                    Some(serving) => *self = Self::Serving(serving),
                    None => return Poll::Ready(()),
                },
                // An error concerns this connection alone, and it ends here.
                Self::Serving(serving) => return serving.as_mut().poll(cx).map(drop),
            }
        }
    }
}

/// The opening handshake, up to the future that serves the connection.
///
/// `None` when there is nothing to serve: the client was refused, left, or got an HTTP response.
async fn open<R, H, F>(
    acceptor: Acceptor,
    forwarding: Arc<Forwarding>,
    tls: Option<R::ServerTls>,
    transport: R::Transport,
    handler: Arc<H>,
) -> Option<Pin<Box<F>>>
where
    R: Listen,
    H: Fn(WebSocket<R::Transport>, http::Request<()>) -> F,
{
    let arrival = forwarding.arrival(|| R::peer_addr(&transport));
    let secure = tls.as_ref();
    let secure = secure.map(|tls| |transport| R::secure_accepted(transport, tls));
    let accepted = acceptor.accept_arrival(transport, R::timer(), arrival, secure);
    let accepted = accepted.await;
    let (ws, request) = accepted.ok()??;
    Some(Box::pin(handler(ws, request)))
}
