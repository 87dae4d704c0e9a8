//! Extensions from outside: those of the example, on both roles, through sockets.
//!
//! Both in a chain, in either order, and Zstandard alone against peers that break its rules.

#[path = "../../crates/sockeye/examples/private-extension/checksum.rs"]
mod checksum;
#[path = "../../crates/sockeye/examples/private-extension/permessage_zstd.rs"]
mod permessage_zstd;

use std::sync::Arc;

use sockeye::extensions::Registry;
use sockeye::tokio::Client;
use sockeye::{CloseCode, Config, Limits, Message, Role};
use sockeye_tests::{RawFrame, RawPeer, Seen, WatchedServer, frame, within};
use tokio::net::TcpListener;

use checksum::Checksum;
use permessage_zstd::PermessageZstd;

const MAX_BYTES: usize = 100_000;

fn config() -> Config {
    Config {
        limits: Limits {
            max_text_bytes: MAX_BYTES,
            max_binary_bytes: MAX_BYTES,
            ..Limits::default()
        },
        ..Config::default()
    }
}

fn checksum_then_zstd() -> Registry {
    Registry::default()
        .both(Checksum, &[])
        .and_then(|registry| registry.both(PermessageZstd, &["x-example-"]))
        .expect("the names differ")
}

/// The answer of an echo server with both to a client with those of `client`; then messages go
/// both ways.
async fn check_echo(client: &Registry, expected: &str) {
    let registry = checksum_then_zstd();
    let mut server = WatchedServer::echoing(|server| {
        let extensions = registry.servers().iter().cloned();
        extensions.fold(server.config(config()), |server, extension| {
            server.extension(extension)
        })
    })
    .await;
    let extensions = client.clients().iter().cloned();
    let client = extensions.fold(Client::new().config(config()), Client::extension);
    let connected = client.connect(server.url()).await;
    let (mut ws, response) = connected.expect("the server accepts");
    let agreed = response.headers().get("sec-websocket-extensions");
    assert_eq!(
        agreed.map(|value| value.as_bytes()),
        Some(expected.as_bytes())
    );
    let messages: [Message; 5] = [
        "short".into(),
        "".into(),
        "again and ".repeat(5000).into(),
        vec![0; MAX_BYTES].into(),
        noise(70_000).into(),
    ];
    for message in &messages {
        ws.send(message.clone()).await.expect("it is sent");
        let echo = within("an echo", ws.recv()).await.expect("no error");
        assert_eq!(echo.as_ref(), Some(message));
    }
    ws.close(CloseCode::NormalClosure, "")
        .await
        .expect("closes");
    let seen = server.seen().await;
    assert_eq!(seen.messages, messages);
    assert!(seen.outcome.clean, "{seen:?}");
}

/// Bytes that do not shrink.
fn noise(n_bytes: usize) -> Vec<u8> {
    (0..n_bytes as u32)
        .map(|at| (at.wrapping_mul(2_654_435_761).rotate_left(at % 31) >> 13) as u8)
        .collect()
}

#[tokio::test]
async fn both_in_a_chain_carry_messages_both_ways() {
    check_echo(&checksum_then_zstd(), "x-checksum, x-permessage-zstd").await;
    let zstd_then_checksum = Registry::default()
        .both(PermessageZstd, &["x-example-"])
        .and_then(|registry| registry.both(Checksum, &[]))
        .expect("the names differ");
    check_echo(&zstd_then_checksum, "x-permessage-zstd, x-checksum").await;
}

#[tokio::test]
async fn one_is_enough() {
    let zstd = Registry::default().both(PermessageZstd, &[]);
    check_echo(&zstd.expect("a token"), "x-permessage-zstd").await;
}

/// What a peer sends of a message in one frame, and how the other side ends.
async fn check_frames(frames: &[(u8, &[u8])], expected: Result<&str, u16>) {
    for role in [Role::Client, Role::Server] {
        let bytes: Vec<u8> = frames
            .iter()
            .flat_map(|(first_byte, payload)| frame(role, *first_byte, payload))
            .chain(frame(role, 0x88, b"\x03\xe8"))
            .collect();
        let seen = match role {
            Role::Client => from_client(&bytes, expected.err()).await,
            Role::Server => from_server(&bytes, expected.err()).await,
        };
        match expected {
            Ok(text) => assert_eq!(seen.messages, [Message::from(text)]),
            Err(_) => assert_eq!(seen.messages, []),
        }
    }
}

const ZSTD: &str = "Sec-WebSocket-Extensions: x-permessage-zstd\r\n";

async fn from_client(bytes: &[u8], code: Option<u16>) -> Seen {
    let mut server = WatchedServer::receiving(|server| {
        server.config(config()).extension(Arc::new(PermessageZstd))
    })
    .await;
    let mut peer = RawPeer::open_with(server.address, ZSTD, &[]).await;
    peer.send(bytes).await;
    assert_eq!(peer.close_and_end("a Close").await, code.unwrap_or(1000));
    // Until then the server drains what else may come.
    drop(peer);
    server.seen().await
}

async fn from_server(bytes: &[u8], code: Option<u16>) -> Seen {
    let listener = TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("loopback can be bound");
    let address = listener.local_addr().expect("a listener has an address");
    let client = Client::new()
        .config(config())
        .extension(Arc::new(PermessageZstd));
    let seen = tokio::spawn(async move {
        let connected = client.connect(format!("ws://{address}/")).await;
        let (mut ws, _response) = connected.expect("the raw peer accepts");
        Seen::receive(&mut ws).await
    });
    let mut peer = RawPeer::accept_with(&listener, ZSTD, &[]).await;
    peer.send(bytes).await;
    let close: RawFrame = peer.frame().await;
    assert_eq!(
        close.as_close().map(|(code, _)| code),
        Some(code.unwrap_or(1000))
    );
    drop(peer);
    within("the client's end", seen).await.expect("no panic")
}

fn compressed(payload: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(payload, 3).expect("it is compressed")
}

#[tokio::test]
async fn what_a_peer_compressed_is_read_in_one_frame_or_many() {
    let hello = compressed(b"Hello");
    check_frames(&[(0xc1, &hello)], Ok("Hello")).await;
    check_frames(&[(0x81, b"Hello")], Ok("Hello")).await;
    let (start, end) = hello.split_at(7);
    check_frames(&[(0x41, start), (0x00, b""), (0x80, end)], Ok("Hello")).await;
    check_frames(&[(0x41, &hello), (0x80, b"")], Ok("Hello")).await;
}

#[tokio::test]
async fn corrupt_data_end_in_1007() {
    let hello = compressed(b"Hello");
    check_frames(&[(0xc1, b"Hello")], Err(1007)).await;
    check_frames(&[(0xc1, &hello[..hello.len() - 1])], Err(1007)).await;
    check_frames(&[(0xc1, b"")], Err(1007)).await;
    check_frames(&[(0x41, &hello[..7]), (0x80, b"")], Err(1007)).await;
    // Text that is no UTF-8 once it is decompressed.
    check_frames(&[(0xc1, &compressed(b"\xff"))], Err(1007)).await;
    // The mark on a continuation.
    check_frames(&[(0x41, &hello[..7]), (0xc0, &hello[7..])], Err(1002)).await;
}

#[tokio::test]
async fn a_bomb_is_stopped_at_the_limit_with_1009() {
    let at_limit = "a".repeat(MAX_BYTES);
    let one_past = "a".repeat(MAX_BYTES + 1);
    let bomb = vec![b'a'; 4 << 20];
    check_frames(&[(0xc1, &compressed(at_limit.as_bytes()))], Ok(&at_limit)).await;
    check_frames(&[(0xc1, &compressed(one_past.as_bytes()))], Err(1009)).await;
    let bomb = compressed_in_small_window(&bomb);
    assert!(bomb.len() < 1500, "{}", bomb.len());
    let (start, end) = bomb.split_at(100);
    check_frames(&[(0xc1, &bomb)], Err(1009)).await;
    check_frames(&[(0x41, start), (0x80, end)], Err(1009)).await;
}

/// As [`compressed`], but so that it can be read within the memory that the extension allows.
fn compressed_in_small_window(payload: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).expect("it is set up");
    encoder.window_log(17).expect("a window");
    std::io::Write::write_all(&mut encoder, payload).expect("it is compressed");
    encoder.finish().expect("it is compressed")
}
