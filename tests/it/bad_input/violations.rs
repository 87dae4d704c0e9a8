//! Whatever rule a peer breaks, it reads one Close frame with the right code and then the orderly
//! end of the connection (RFC 6455 §7.1.7), and nothing of the failing frame is delivered.
//!
//! Both roles break every rule. The faults themselves, cut in every way, are tested in
//! `sockeye-connection`; here it is that the peer is told, through sockets.

mod cases;
mod deflate;
mod marking;

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use sockeye::connection::ProtocolViolation;
use sockeye::tokio::Client;
use sockeye::{CloseCode, Config, Error, Limits, Message, PermessageDeflate, Role, Timeouts};
use sockeye_tests::{RawFrame, RawPeer, Seen, WatchedServer, frame, within};
use tokio::net::TcpListener;

use cases::{Case, Sender, extension_cases, frame_cases};
use deflate::deflate_cases;
use marking::Marking;

/// Limits that are cheap to exceed.
const LIMITS: Limits = Limits {
    max_text_bytes: 64,
    max_binary_bytes: 32,
    max_fragments: Some(3),
    high_water_bytes: 64 * 1024,
};

fn config() -> Config {
    Config {
        limits: LIMITS,
        ..Config::default()
    }
}

#[tokio::test]
async fn of_clients_are_answered_with_one_close_and_a_fin() {
    each(frame_cases(Sender(Role::Client)), async |case| {
        let mut server = WatchedServer::receiving(|server| server.config(config())).await;
        let peer = RawPeer::open(server.address).await;
        check(peer, &case, Role::Client, server.seen()).await;
    })
    .await;
}

#[tokio::test]
async fn of_servers_are_answered_with_one_close_and_a_fin() {
    each(frame_cases(Sender(Role::Server)), async |case| {
        let client = Client::new().config(config());
        let (peer, seen) = connect(client, "").await;
        check(peer, &case, Role::Server, seen).await;
    })
    .await;
}

#[tokio::test]
async fn that_extensions_find_are_answered_likewise() {
    each(extension_cases(Sender(Role::Client)), async |case| {
        let mut server =
            WatchedServer::receiving(|server| server.config(config()).extension(Arc::new(Marking)))
                .await;
        let offer = "Sec-WebSocket-Extensions: marking\r\n";
        let peer = RawPeer::open_with(server.address, offer, &[]).await;
        check(peer, &case, Role::Client, server.seen()).await;
    })
    .await;
    each(extension_cases(Sender(Role::Server)), async |case| {
        let client = Client::new().config(config()).extension(Arc::new(Marking));
        let (peer, seen) = connect(client, "Sec-WebSocket-Extensions: marking\r\n").await;
        check(peer, &case, Role::Server, seen).await;
    })
    .await;
}

#[tokio::test]
async fn that_compression_brings_along_are_answered_likewise() {
    const NAME: &str = "Sec-WebSocket-Extensions: permessage-deflate; \
                        server_no_context_takeover; client_no_context_takeover\r\n";
    let deflate = Arc::new(PermessageDeflate::default().max_ratio(Some(5)));
    each(deflate_cases(Sender(Role::Client)), async |case| {
        let extension = deflate.clone();
        let mut server =
            WatchedServer::receiving(|server| server.config(config()).extension(extension)).await;
        let peer = RawPeer::open_with(server.address, NAME, &[]).await;
        check(peer, &case, Role::Client, server.seen()).await;
    })
    .await;
    each(deflate_cases(Sender(Role::Server)), async |case| {
        let client = Client::new().config(config()).extension(deflate.clone());
        let (peer, seen) = connect(client, NAME).await;
        check(peer, &case, Role::Server, seen).await;
    })
    .await;
}

#[tokio::test]
async fn by_silence_within_a_message_are_answered_likewise() {
    let patient = config();
    let hasty = Config {
        timeouts: Timeouts {
            assembly: Some(Duration::from_millis(20)),
            ..patient.timeouts
        },
        ..patient
    };
    // RFC 6455 §5.4: a message that has begun, with a first fragment and with half of a frame.
    for bytes in [&[0x01, 0x01, b'a'][..], &[0x81, 0x05, b'a']] {
        let case = Case {
            bytes: bytes.to_vec(),
            violation: ProtocolViolation::AssemblyTimeout,
        };
        let (mut peer, seen) = connect(Client::new().config(hasty), "").await;
        peer.send(&case.bytes).await;
        verify(&mut peer, &case, Role::Server, seen, &[]).await;
    }
}

/// Lets a few cases at a time run, all the same to the end.
async fn each(cases: Vec<Case>, run: impl AsyncFn(Case)) {
    assert!(!cases.is_empty());
    let run = &run;
    stream::iter(cases)
        .for_each_concurrent(16, |case| run(case))
        .await;
}

/// Connects a client of ours to a raw peer that answers with header `fields`; also gives what the
/// client will have seen.
async fn connect(client: Client, fields: &str) -> (RawPeer, impl Future<Output = Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("loopback can be bound");
    let address = listener.local_addr().expect("a listener has an address");
    let seen = tokio::spawn(async move {
        let connected = client.connect(format!("ws://{address}/")).await;
        let (mut ws, _response) = connected.expect("the raw peer accepts");
        Seen::receive(&mut ws).await
    });
    let peer = RawPeer::accept_with(&listener, fields, &[]).await;
    let seen = async { within("the client's end", seen).await.expect("no panic") };
    (peer, seen)
}

/// Sends the bytes of `case` between two good messages, all in one write.
async fn check(mut peer: RawPeer, case: &Case, sender: Role, seen: impl Future<Output = Seen>) {
    let before = frame(sender, 0x81, b"before");
    let after = frame(sender, 0x81, b"after");
    peer.send(&[&before, &case.bytes[..], &after].concat())
        .await;
    verify(&mut peer, case, sender, seen, &["before".into()]).await;
}

async fn verify(
    peer: &mut RawPeer,
    case: &Case,
    sender: Role,
    seen: impl Future<Output = Seen>,
    delivered: &[Message],
) {
    let case_bytes = format!("{case:02x?}");
    let rest = peer.rest().await;
    let rest = rest.unwrap_or_else(|error| panic!("{case_bytes}: {error} instead of the end"));
    let frames = RawFrame::read_all(&rest);
    let [close] = &frames[..] else {
        panic!("{case_bytes}: {frames:?} instead of one Close");
    };
    let Some((code, reason)) = close.as_close() else {
        panic!("{case_bytes}: {close:?} is no well-formed Close");
    };
    assert_eq!(
        code,
        u16::from(expected_code(case.violation)),
        "{case_bytes}"
    );
    assert!(
        !reason.is_empty(),
        "{case_bytes}: the reason says what was wrong"
    );
    // RFC 6455 §5.1: a client masks, a server does not
    assert_eq!(close.masked, sender.peer() == Role::Client, "{case_bytes}");
    peer.half_close().await;

    let seen = seen.await;
    assert_eq!(seen.messages, delivered, "{case_bytes}");
    assert!(
        matches!(&seen.end, Err(Error::Protocol(violation)) if *violation == case.violation),
        "{case_bytes}: {:?}",
        seen.end
    );
    assert_eq!(
        seen.outcome.code(),
        CloseCode::AbnormalClosure,
        "{case_bytes}"
    );
    assert!(!seen.outcome.clean, "{case_bytes}");
}

/// The codes of RFC 6455 §7.4.1, stated once more and independently.
fn expected_code(violation: ProtocolViolation) -> CloseCode {
    use sockeye::frame::CloseFault;
    match violation {
        ProtocolViolation::InvalidUtf8
        | ProtocolViolation::InvalidExtensionData
        | ProtocolViolation::Close(CloseFault::InvalidUtf8Reason) => {
            CloseCode::InvalidFramePayloadData
        }
        ProtocolViolation::MessageTooBig | ProtocolViolation::RatioExceeded => {
            CloseCode::MessageTooBig
        }
        ProtocolViolation::TooManyFragments | ProtocolViolation::AssemblyTimeout => {
            CloseCode::PolicyViolation
        }
        _ => CloseCode::ProtocolError,
    }
}
