//! A server of ours in this thread, whose connections can be looked into while they run.

use std::net::SocketAddr;

use sockeye::tokio::{Sender, Server, ServerHandle};
use sockeye::{Config, Role, State};
use sockeye_tests::{RawPeer, frame, within};
use tokio::sync::mpsc;

/// A server that receives and drops; each connection's sender comes out here.
pub(crate) struct Watched {
    pub(crate) address: SocketAddr,
    pub(crate) handle: ServerHandle,
    senders: mpsc::Receiver<Sender>,
}

impl Watched {
    pub(crate) async fn start(config: Config) -> Self {
        let server = Server::bind("127.0.0.1:0").await;
        let server = server.expect("loopback can be bound").config(config);
        let address = server.local_addr().expect("a listener has an address");
        let handle = server.handle();
        // One at a time: a test takes each before it opens the next.
        let (report, senders) = mpsc::channel(1);
        tokio::spawn(server.serve(move |ws| {
            let report = report.clone();
            async move {
                let (sender, mut receiver) = ws.split();
                report.send(sender).await?;
                while receiver.recv().await?.is_some() {}
                Ok(())
            }
        }));
        Self {
            address,
            handle,
            senders,
        }
    }

    /// Opens a connection that has sent and received something already, so that all which is
    /// allocated once has been.
    pub(crate) async fn open(&mut self) -> (RawPeer, Sender) {
        let mut peer = RawPeer::open(self.address).await;
        let sender = within("the connection at the server", self.senders.recv()).await;
        let sender = sender.expect("the server runs");
        peer.send(&frame(Role::Client, 0x89, b"warm")).await;
        assert_eq!(peer.frame().await.payload, b"warm");
        (peer, sender)
    }
}

/// Waits until the other end of `sender` has got so many bytes, and that no more than these came.
pub(crate) async fn received(sender: &Sender, n_wire_bytes: u64) {
    within("the bytes at the server", async {
        while sender.stats().received.wire_bytes < n_wire_bytes {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(sender.stats().received.wire_bytes, n_wire_bytes);
    assert_eq!(sender.state(), State::Open);
}
