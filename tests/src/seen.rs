//! What our side of a connection saw from its beginning to its end, for tests with raw peers.

use std::net::SocketAddr;

use sockeye::tokio::Tokio;
use sockeye::{CloseOutcome, Error, Message, Stats};
use tokio::sync::mpsc;

use crate::{RunningServer, Shell, WebSocketCalls, bind, within};

/// A whole connection as the application saw it.
#[derive(Debug)]
pub struct Seen {
    /// The messages that were delivered.
    pub messages: Vec<Message>,
    /// What the receiving call gave after them.
    pub end: Result<(), Error>,
    /// How the connection ended.
    pub outcome: CloseOutcome,
    /// What passed.
    pub stats: Stats,
}

impl Seen {
    /// Receives messages until the connection ends.
    ///
    /// # Panics
    ///
    /// If it has no outcome then.
    pub async fn receive(ws: &mut impl WebSocketCalls) -> Self {
        Self::watch(ws, async |_, _| Ok(())).await
    }

    /// Sends back each message until the connection ends.
    ///
    /// # Panics
    ///
    /// If it has no outcome then.
    pub async fn echo(ws: &mut impl WebSocketCalls) -> Self {
        Self::watch(ws, async |ws, message| ws.send(message).await).await
    }

    async fn watch<W: WebSocketCalls>(
        ws: &mut W,
        answer: impl AsyncFn(&mut W, Message) -> Result<(), Error>,
    ) -> Self {
        let mut messages = Vec::new();
        let end = loop {
            match ws.recv().await {
                Ok(Some(message)) => {
                    messages.push(message.clone());
                    // A connection that fails here gives its reason to the next `recv`.
                    let _ = answer(ws, message).await;
                }
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        Self {
            messages,
            end,
            outcome: ws.close_outcome().expect("the connection has ended"),
            stats: ws.stats(),
        }
    }
}

/// A server of ours on loopback that reports each connection at its end.
#[derive(Debug)]
pub struct Watched<S: Shell> {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its remote control.
    pub handle: S::Handle,
    seen: mpsc::UnboundedReceiver<Seen>,
}

/// The same on tokio, for tests of what has nothing to do with the runtime.
pub type WatchedServer = Watched<Tokio>;

impl<S: Shell> Watched<S> {
    /// Starts a server that receives and says nothing.
    ///
    /// # Panics
    ///
    /// If it cannot listen.
    pub async fn receiving(options: impl FnOnce(S::Server) -> S::Server) -> Self {
        let (report, seen) = mpsc::unbounded_channel();
        let server = options(bind::<S>().await);
        let server = RunningServer::<S>::start(server, move |mut ws, _request| {
            let report = report.clone();
            async move {
                let _ = report.send(Seen::receive(&mut ws).await);
                Ok(())
            }
        });
        Self::new(server, seen)
    }

    /// Starts a server that sends back each message.
    ///
    /// # Panics
    ///
    /// If it cannot listen.
    pub async fn echoing(options: impl FnOnce(S::Server) -> S::Server) -> Self {
        let (report, seen) = mpsc::unbounded_channel();
        let server = options(bind::<S>().await);
        let server = RunningServer::<S>::start(server, move |mut ws, _request| {
            let report = report.clone();
            async move {
                let _ = report.send(Seen::echo(&mut ws).await);
                Ok(())
            }
        });
        Self::new(server, seen)
    }

    fn new(server: RunningServer<S>, seen: mpsc::UnboundedReceiver<Seen>) -> Self {
        Self {
            address: server.address,
            handle: server.handle,
            seen,
        }
    }

    /// What the next connection that ended saw.
    ///
    /// # Panics
    ///
    /// If none ends.
    pub async fn seen(&mut self) -> Seen {
        let seen = within("the end of a connection at the server", self.seen.recv()).await;
        seen.expect("the server runs")
    }

    /// The address for a client of ours.
    #[must_use]
    pub fn url(&self) -> String {
        S::url(self.address, "")
    }
}
