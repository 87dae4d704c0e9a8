//! What only the blocking shell has: threads that wait at once, are away or end a connection for
//! others, sockets of the standard library, and options that the list of behaviours has no use for.
//!
//! All else its calls do is in that list, in `shells`.

mod absent;
mod closing;
mod draining;
mod halves;
mod messages;
mod opening;
mod options;
mod time_limits;

use std::io;
use std::net::SocketAddr;
use std::thread;

use sockeye::HandlerError;
use sockeye::blocking::{Client, Server, ServerHandle, WebSocket};
use sockeye_tests::{RawPeer, within};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// Does `work` in a thread of its own; what it gives can be waited for.
fn in_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> oneshot::Receiver<T> {
    let (result, receiver) = oneshot::channel();
    thread::spawn(move || {
        let _ = result.send(work());
    });
    receiver
}

/// What a thread gave, in time.
async fn result_of<T>(what: &str, receiver: oneshot::Receiver<T>) -> T {
    within(what, receiver).await.expect("no panic")
}

/// A server that serves in a thread.
struct Serving {
    address: SocketAddr,
    handle: ServerHandle,
    served: oneshot::Receiver<io::Result<()>>,
}

impl Serving {
    fn start(
        server: Server,
        handler: impl Fn(WebSocket) -> Result<(), HandlerError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            address: server.local_addr().unwrap(),
            handle: server.handle(),
            served: in_thread(move || server.serve(handler)),
        }
    }

    fn echoing(server: Server) -> Self {
        Self::start(server, echo)
    }

    fn url(&self) -> String {
        format!("ws://{}/", self.address)
    }
}

fn bind() -> Server {
    Server::bind("127.0.0.1:0").unwrap()
}

fn echo(mut ws: WebSocket) -> Result<(), HandlerError> {
    while let Some(message) = ws.recv()? {
        ws.send(message)?;
    }
    Ok(())
}

/// A connection of `client` to a raw peer.
async fn connected(client: Client) -> (WebSocket, RawPeer) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let connecting = in_thread(move || client.connect(url));
    let peer = RawPeer::accept(&listener).await;
    let (ws, _response) = result_of("a connection", connecting).await.unwrap();
    (ws, peer)
}
