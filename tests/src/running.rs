//! Servers of ours on loopback, on any runtime, that run in the background of one test.

use std::io;
use std::net::SocketAddr;

use sockeye::HandlerError;
use tokio::sync::oneshot;

use crate::{RawPeer, ServerCalls, Shell, WebSocketCalls, spawn, within};

/// A server that serves.
#[derive(Debug)]
pub struct RunningServer<S: Shell> {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its remote control.
    pub handle: S::Handle,
    /// What serving came to.
    pub serving: oneshot::Receiver<io::Result<()>>,
}

impl<S: Shell> RunningServer<S> {
    /// Serves each connection by `handler`.
    ///
    /// # Panics
    ///
    /// If the server has no address.
    pub fn start<H, F>(server: S::Server, handler: H) -> Self
    where
        H: Fn(S::WebSocket, http::Request<()>) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        Self {
            address: server.local_addr().expect("a listener has an address"),
            handle: server.handle(),
            serving: spawn::<S, _>(server.serve_requests(handler)),
        }
    }

    /// Sends back each message.
    ///
    /// # Panics
    ///
    /// As [`start`](Self::start).
    pub fn echoing(server: S::Server) -> Self {
        Self::start(server, |ws, _request| echo(ws))
    }

    /// The address for a client of ours, with a path that begins behind the slash.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        S::url(self.address, path)
    }

    /// What the server answers to `request`, until it closes.
    ///
    /// # Panics
    ///
    /// If it does not close, or answers something other than text.
    pub async fn exchange(&self, request: &str) -> String {
        let mut peer = RawPeer::connect(self).await;
        peer.send(request.as_bytes()).await;
        let answer = within("the end of an answer", peer.rest()).await;
        String::from_utf8(answer.expect("an orderly end")).expect("an answer is text")
    }
}

/// Listens on a port of loopback.
///
/// # Panics
///
/// If it cannot.
pub async fn bind<S: Shell>() -> S::Server {
    let server = S::bind("127.0.0.1:0").await;
    server.expect("loopback can be bound")
}

/// Sends back each message until the connection ends.
///
/// # Errors
///
/// Those of receiving and sending.
pub async fn echo(mut ws: impl WebSocketCalls) -> Result<(), HandlerError> {
    while let Some(message) = ws.recv().await? {
        ws.send(message).await?;
    }
    Ok(())
}
