//! Values of permessage-deflate's window parameters, legal and not, at both of our ends over sockets
//! (RFC 7692 §7.1.2).
//!
//! A server declines what is no legal offer and goes on without; a client fails on what is no legal
//! answer. A header that is not even well-formed is refused.

use std::sync::Arc;

use sockeye::tokio::{Client, Server};
use sockeye::{ErrorKind, PermessageDeflate};
use sockeye_tests::{RawPeer, request, within};
use tokio::net::TcpListener;

const LEGAL: [&str; 10] = [
    "=8",
    "=9",
    "=10",
    "=11",
    "=12",
    "=13",
    "=14",
    "=15",
    "=\"15\"",
    "=\"1\\5\"",
];

/// The last three are no parameters at all, or two.
const ILLEGAL: [&str; 17] = [
    "=0",
    "=1",
    "=7",
    "=16",
    "=08",
    "=015",
    "=+9",
    "=-1",
    "=99",
    "=256",
    "=99999999999999999999",
    "=9.0",
    "=0x9",
    "=a",
    "_=9",
    "=9; unknown",
    "=9; SAME=9",
];

/// What is no header value in the grammar of RFC 6455 §9.1.
const MALFORMED: [&str; 5] = ["=", "=\"\"", "=é", "=\"9", "=9 9"];

fn element(name: &str, value: &str) -> String {
    let value = value.replace("SAME", name);
    format!("permessage-deflate; {name}{value}")
}

/// The status and the extensions that our server answers to an offer.
async fn answered(offer: &str) -> (String, Option<String>) {
    let server = Server::bind("127.0.0.1:0").await;
    let deflate = PermessageDeflate::default().context_takeover();
    let server = server
        .expect("loopback can be bound")
        .extension(Arc::new(deflate));
    let address = server.local_addr().expect("a listener has an address");
    let serving = tokio::spawn(server.serve(|mut ws| async move {
        ws.recv().await?;
        Ok(())
    }));
    let mut peer = RawPeer::connect(address).await;
    let fields = format!("Sec-WebSocket-Extensions: {offer}\r\n");
    peer.send(request(&fields).as_bytes()).await;
    let head = peer.head().await;
    serving.abort();
    let status = head.split(' ').nth(1).expect("a status").to_owned();
    let mut lines = head.lines();
    let answer = lines.find_map(|line| line.to_lowercase().strip_prefix(HEADER).map(str::to_owned));
    (status, answer)
}

/// What our client makes of an answer.
async fn accepted(answer: &str) -> Result<(), ErrorKind> {
    let listener = TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("loopback can be bound");
    let address = listener.local_addr().expect("a listener has an address");
    let deflate = PermessageDeflate::default().context_takeover();
    let client = Client::new().extension(Arc::new(deflate));
    let url = format!("ws://{address}/");
    let fields = format!("Sec-WebSocket-Extensions: {answer}\r\n");
    let (connected, _peer) = within("a handshake", async {
        tokio::join!(
            client.connect(url),
            RawPeer::accept_with(&listener, &fields, &[])
        )
    })
    .await;
    connected.map(drop).map_err(|error| error.kind())
}

#[tokio::test]
async fn server_declines_offers_of_windows_that_are_none() {
    for name in ["server_max_window_bits", "client_max_window_bits"] {
        for value in LEGAL {
            let (status, answer) = answered(&element(name, value)).await;
            assert_eq!(status, "101");
            let plain = value.replace(['"', '\\'], "");
            assert_eq!(answer, Some(element(name, &plain)), "{name}{value}");
        }
        for value in ILLEGAL {
            let (status, answer) = answered(&element(name, value)).await;
            assert_eq!((&status[..], answer), ("101", None), "{name}{value}");
        }
        for value in MALFORMED {
            let (status, answer) = answered(&element(name, value)).await;
            assert_eq!((&status[..], answer), ("400", None), "{name}{value}");
        }
    }
    // RFC 7692 §7.1.2.1 and §7.1.2.2: only the client's may have no value.
    let (_, answer) = answered("permessage-deflate; server_max_window_bits").await;
    assert_eq!(answer, None);
    let (_, answer) = answered("permessage-deflate; client_max_window_bits").await;
    assert_eq!(answer.as_deref(), Some("permessage-deflate"));
}

#[tokio::test]
async fn client_fails_on_answers_of_windows_that_are_none() {
    for name in ["server_max_window_bits", "client_max_window_bits"] {
        for value in LEGAL {
            let accepted = accepted(&element(name, value)).await;
            assert_eq!(accepted, Ok(()), "{name}{value}");
        }
        // In an answer both have a value.
        for value in ILLEGAL.iter().chain(&MALFORMED).chain(&[""]) {
            let accepted = accepted(&element(name, value)).await;
            assert_eq!(accepted, Err(ErrorKind::Handshake), "{name}{value}");
        }
    }
}

const HEADER: &str = "sec-websocket-extensions: ";
