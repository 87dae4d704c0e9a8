//! Random messages to compressing peers and back, with every kind of agreement (RFC 7692 §7.1).
//!
//! Each peer echoes; what is sent, in which way, and what must come back follows from a seed. A few
//! hundred messages for each peer and direction, or as many as `SOCKEYE_MESSAGES` says.

mod agreements;
mod python;
mod raw_zlib;
mod standard;
mod ws;

use std::env;
use std::fmt::Display;
use std::sync::Arc;

use http::Response;
use sockeye::extensions::{ClientExtension, ServerExtension};
use sockeye::tokio::{Client, Server, WebSocket};
use sockeye_tests::{Exchanged, Programs, exchange, within};
use tokio::sync::mpsc;

use agreements::{Agreement, agreements};

/// Messages for each peer and direction without `SOCKEYE_MESSAGES`.
const N_MESSAGES: usize = 300;

/// Which messages are sent, and how peers cut what they send back.
const SEED: u64 = 7692;

/// Our client and the server of `programs`, once for each agreement.
async fn our_client_with<E: Extension>(programs: &Programs, agreements: Vec<Agreement<E>>) {
    let n_messages = n_messages() / agreements.len();
    let (_program, url) = programs.compressed_server(SEED).await;
    for (seed, agreement) in (SEED..).zip(agreements) {
        let ws = connect(Arc::new(agreement.extension), &url).await;
        let what = format!("our client, {programs} as server, {}", agreement.name);
        check(exchange_by(ws, what, seed, n_messages).await);
    }
}

/// Our server and the client of `programs`, once for each agreement.
async fn our_server_with<E: Extension>(programs: &Programs, agreements: Vec<Agreement<E>>) {
    let n_messages = n_messages() / agreements.len();
    for (seed, agreement) in (SEED..).zip(agreements) {
        let mut serving = Serving::start(Arc::new(agreement.extension)).await;
        let program = programs.compressed_client(seed, &serving.url, agreement.offer);
        let ws = serving.connection().await;
        let what = format!("our server, {programs} as client, {}", agreement.name);
        check(exchange_by(ws, what, seed, n_messages).await);
        program.ended().await;
    }
}

/// Configures both of our ends.
trait Extension: ClientExtension + ServerExtension + 'static {}

impl<E: ClientExtension + ServerExtension + 'static> Extension for E {}

/// Both ends send less than the messages have.
#[track_caller]
fn check(exchanged: Exchanged) {
    assert!(exchanged.we_compress(), "we do not compress: {exchanged}");
    assert!(
        exchanged.peer_compresses(),
        "it does not compress: {exchanged}"
    );
}

async fn exchange_by(ws: WebSocket, what: impl Display, seed: u64, n_messages: usize) -> Exchanged {
    let n_extensions = ws.extensions().count();
    assert_eq!(n_extensions, 1, "{what}: compression is not agreed on");
    let exchanged = exchange(ws, &what, seed, n_messages).await;
    // Shown with `--nocapture`, and when the test fails.
    eprintln!("{what}, seed {seed}: {exchanged}");
    exchanged
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
