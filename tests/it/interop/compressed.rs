//! Random messages to compressing peers and back, with every kind of agreement (RFC 7692 §7.1).
//!
//! Each peer echoes; what is sent, in which way, and what must come back follows from a seed. A
//! thousand messages for each peer and direction, or as many as `SOCKEYE_MESSAGES` says; each says in
//! a line what passed.

mod agreements;
mod python;
mod raw_zlib;
mod standard;
mod ws;

use std::env;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Instant;

use http::Response;
use sockeye::extensions::{ClientExtension, ServerExtension};
use sockeye::tokio::{Client, Server, WebSocket};
use sockeye_tests::{Exchanged, Programs, exchange, within};
use tokio::sync::mpsc;

use agreements::{Agreement, agreements};

/// Messages for each peer and direction without `SOCKEYE_MESSAGES`.
const N_MESSAGES: usize = 1000;

/// Which messages are sent, and how peers cut what they send back.
const SEED: u64 = 7692;

/// Our client and the server of `programs`, once for each agreement.
async fn our_client_with<E: Extension>(programs: &Programs, agreements: Vec<Agreement<E>>) {
    let (_program, url) = programs.compressed_server(SEED).await;
    let mut peer = Peer::new(
        format!("{programs} as server"),
        &agreements,
        Compresses::BothWays,
    );
    for (seed, agreement) in (SEED..).zip(agreements) {
        let ws = connect(Arc::new(agreement.extension), &url).await;
        peer.exchange(ws, agreement.name, seed).await;
    }
    peer.done();
}

/// Our server and the client of `programs`, once for each agreement.
async fn our_server_with<E: Extension>(
    programs: &Programs,
    agreements: Vec<Agreement<E>>,
    compresses: Compresses,
) {
    let mut peer = Peer::new(format!("{programs} as client"), &agreements, compresses);
    for (seed, agreement) in (SEED..).zip(agreements) {
        let mut serving = Serving::start(Arc::new(agreement.extension)).await;
        let program = programs.compressed_client(seed, &serving.url, agreement.offer);
        let ws = serving.connection().await;
        peer.exchange(ws, agreement.name, seed).await;
        program.ended().await;
    }
    peer.done();
}

/// Configures both of our ends.
trait Extension: ClientExtension + ServerExtension + 'static {}

impl<E: ClientExtension + ServerExtension + 'static> Extension for E {}

/// What is expected of a peer.
#[derive(Clone, Copy)]
enum Compresses {
    BothWays,
    /// It decompresses only: what it sends is as it is.
    Never,
}

/// A peer in one role, and what passed under all agreements.
struct Peer {
    name: String,
    n_messages: usize,
    compresses: Compresses,
    exchanged: Exchanged,
    start: Instant,
}

impl Peer {
    fn new<E: Extension>(
        name: String,
        agreements: &[Agreement<E>],
        compresses: Compresses,
    ) -> Self {
        let extension = ClientExtension::name(&agreements[0].extension);
        Self {
            name: format!("{name}, {extension}"),
            n_messages: n_messages().div_ceil(agreements.len()),
            compresses,
            exchanged: Exchanged::default(),
            start: Instant::now(),
        }
    }

    /// One connection's part of the messages.
    async fn exchange(&mut self, ws: WebSocket, agreement: &str, seed: u64) {
        let what = format!("{}, {agreement}", self.name);
        let n_extensions = ws.extensions().count();
        assert_eq!(n_extensions, 1, "{what}: compression is not agreed on");
        let exchanged = exchange(ws, &what, seed, self.n_messages).await;
        // Shown when the test fails.
        eprintln!("{what}, seed {seed}: {exchanged}");
        assert!(exchanged.we_compress(), "{what}: we do not: {exchanged}");
        let is_expected = match self.compresses {
            Compresses::BothWays => exchanged.peer_compresses(),
            Compresses::Never => !exchanged.peer_compresses(),
        };
        assert!(is_expected, "{what}: the peer: {exchanged}");
        self.exchanged += exchanged;
    }

    /// Says what passed.
    fn done(self) {
        let Self {
            name,
            exchanged,
            compresses,
            ..
        } = self;
        let seconds = self.start.elapsed().as_secs_f64();
        let remark = match compresses {
            Compresses::BothWays => "",
            Compresses::Never => "; it compresses nothing that it sends",
        };
        // Not `eprintln`, which is shown only when the test fails.
        let _ = writeln!(
            io::stderr(),
            "compressed, {name}: {exchanged}, {seconds:.1} s{remark}"
        );
    }
}

/// As many as `SOCKEYE_MESSAGES` says.
fn n_messages() -> usize {
    match env::var("SOCKEYE_MESSAGES") {
        Ok(number) => number.parse().expect("SOCKEYE_MESSAGES is a number"),
        Err(_) => N_MESSAGES,
    }
}

async fn connect(extension: Arc<dyn ClientExtension>, url: &str) -> WebSocket {
    let client = Client::new().extension(extension);
    let connected = within("the opening handshake", client.connect(url)).await;
    let (ws, _response) = connected.expect("the peer accepts");
    ws
}

/// A server of ours whose connections come out here.
struct Serving {
    url: String,
    connections: mpsc::UnboundedReceiver<WebSocket>,
}

impl Serving {
    async fn start(extension: Arc<dyn ServerExtension>) -> Self {
        let server = Server::bind("127.0.0.1:0").await;
        // Browsers connect from a page of the same origin; it is empty.
        let server = server
            .expect("loopback can be bound")
            .http(|_request| std::future::ready(Response::default()))
            .extension(extension);
        let address = server.local_addr().expect("a listener has an address");
        let (report, connections) = mpsc::unbounded_channel();
        tokio::spawn(server.serve(move |ws| {
            // Nobody takes it once the test is over.
            let _ = report.send(ws);
            std::future::ready(Ok(()))
        }));
        Self {
            url: format!("ws://{address}/"),
            connections,
        }
    }

    async fn connection(&mut self) -> WebSocket {
        let ws = within("a client", self.connections.recv()).await;
        ws.expect("the server runs")
    }
}
