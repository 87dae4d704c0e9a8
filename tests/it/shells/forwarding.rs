//! Servers behind proxies: who the client is, and how far it is believed.
//!
//! Proxies made of bytes, and HAProxy and nginx.

use std::net::SocketAddr;
use std::time::Duration;

use sockeye::driver::TrustedPeers;
use sockeye_tests::{RawPeer, ServerOptions, Shell, TellingServer, bind, haproxy, nginx, request};

fn loopback() -> TrustedPeers {
    TrustedPeers::new(["127.0.0.1"]).unwrap()
}

/// Who the server takes a client for that sends `before` before its request, and `fields` in it.
async fn client_by(address: SocketAddr, before: &[u8], fields: &str) -> String {
    let mut peer = RawPeer::connect(address).await;
    peer.send(&[before, request(fields).as_bytes()].concat())
        .await;
    let head = peer.head().await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    String::from_utf8(peer.frame().await.payload).unwrap()
}

const VERSION_1: &[u8] = b"PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n";
const VERSION_2: &[u8] =
    b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x01\xc6\x33\x64\x01\xdc\x04\x01\xbb";

pub(super) async fn trusted_peers_speak_the_proxy_protocol<S: Shell>() {
    let server = TellingServer::<S>::start(bind::<S>().await.proxy_protocol(loopback()));
    for header in [VERSION_1, VERSION_2] {
        let client = client_by(server.address, header, "").await;
        assert_eq!(client, "192.0.2.1:56324");
    }
    let local = client_by(server.address, b"PROXY UNKNOWN\r\n", "").await;
    assert!(local.starts_with("127.0.0.1:"), "{local}");
    // The header in `X-Forwarded-For` is another matter.
    let client = client_by(
        server.address,
        VERSION_1,
        "X-Forwarded-For: 203.0.113.9\r\n",
    )
    .await;
    assert_eq!(client, "192.0.2.1:56324");
}

pub(super) async fn trusted_peers_without_the_proxy_protocol_are_cut_off<S: Shell>() {
    let server = TellingServer::<S>::start(bind::<S>().await.proxy_protocol(loopback()));
    for bytes in [
        request("").as_bytes(),
        b"PROXY nonsense\r\n",
        b"PROXY TCP4 192",
    ] {
        let mut peer = RawPeer::connect(server.address).await;
        peer.send(bytes).await;
        peer.half_close().await;
        let rest = peer.rest().await.unwrap_or_default();
        assert!(rest.is_empty(), "{}", rest.escape_ascii());
    }
}

pub(super) async fn trusted_peers_that_say_nothing_are_given_up<S: Shell>() {
    let limit = Duration::from_millis(50);
    let server = bind::<S>().await.handshake_timeout(limit);
    let server = TellingServer::<S>::start(server.proxy_protocol(loopback()));
    for bytes in [&b""[..], b"PROXY TCP4 192"] {
        let mut peer = RawPeer::connect(server.address).await;
        peer.send(bytes).await;
        // Not even a 408: there was no request yet.
        let rest = peer.rest().await.unwrap_or_default();
        assert!(rest.is_empty(), "{}", rest.escape_ascii());
    }
}

pub(super) async fn others_are_clients_themselves<S: Shell>() {
    let trusted = TrustedPeers::new(["192.0.2.0/24"]).unwrap();
    let server = bind::<S>().await.proxy_protocol(trusted.clone());
    let server = TellingServer::<S>::start(server.forwarded_for(trusted));
    let fields = "X-Forwarded-For: 203.0.113.9\r\n";
    let client = client_by(server.address, b"", fields).await;
    assert!(client.starts_with("127.0.0.1:"), "{client}");
    let mut peer = RawPeer::connect(server.address).await;
    peer.send(&[VERSION_1, request("").as_bytes()].concat())
        .await;
    let head = peer.head().await;
    assert!(head.starts_with("HTTP/1.1 400 "), "{head}");
    // By default nobody asks.
    let server = TellingServer::<S>::start(bind::<S>().await);
    let client = client_by(server.address, b"", fields).await;
    assert_eq!(client, "nobody knows");
}

pub(super) async fn trusted_peers_forward_for_others<S: Shell>() {
    let server = TellingServer::<S>::start(bind::<S>().await.forwarded_for(loopback()));
    for (fields, expected) in [
        ("X-Forwarded-For: 203.0.113.9\r\n", "203.0.113.9"),
        (
            "X-Forwarded-For: 10.0.0.1, 203.0.113.9, 127.0.0.1\r\n",
            "203.0.113.9",
        ),
        ("X-Forwarded-For: 203.0.113.9:80\r\n", "203.0.113.9:80"),
    ] {
        assert_eq!(client_by(server.address, b"", fields).await, expected);
    }
    // Who the PROXY protocol names is who is to be trusted.
    let server = bind::<S>().await.proxy_protocol(loopback());
    let server =
        TellingServer::<S>::start(server.forwarded_for(TrustedPeers::new(["192.0.2.1"]).unwrap()));
    let fields = "X-Forwarded-For: 203.0.113.9\r\n";
    let client = client_by(server.address, VERSION_1, fields).await;
    assert_eq!(client, "203.0.113.9");
}

pub(super) async fn nobody_forwards_for_whom_the_proxy_does_not_know<S: Shell>() {
    let server = bind::<S>().await.proxy_protocol(loopback());
    let server = TellingServer::<S>::start(server.forwarded_for(loopback()));
    let fields = "X-Forwarded-For: 203.0.113.9\r\n";
    for header in [
        &b"PROXY UNKNOWN\r\n"[..],
        // Of no family, and one of the proxy itself (LOCAL).
        b"\r\n\r\n\0\r\nQUIT\n\x21\x00\0\0",
        b"\r\n\r\n\0\r\nQUIT\n\x20\x00\0\0",
    ] {
        let client = client_by(server.address, header, fields).await;
        assert!(client.starts_with("127.0.0.1:"), "{client}");
    }
}

pub(super) async fn haproxy_names_the_client_by_the_proxy_protocol<S: Shell>() {
    for options in ["send-proxy", "send-proxy-v2"] {
        let server = bind::<S>().await.proxy_protocol(loopback());
        let mut server = TellingServer::<S>::start(server);
        let to = server.address;
        let listen = |port| format!(" bind 127.0.0.1:{port}\n server one {to} {options}");
        let Some(proxy) = haproxy("tcp", listen).await else {
            return;
        };
        let url = format!("ws://{}/room?x", proxy.address);
        server.check_by_proxy(S::client(), &url, "127.0.0.3:").await;
    }
}

pub(super) async fn haproxy_forwards_for_the_client<S: Shell>() {
    let server = bind::<S>().await.forwarded_for(loopback());
    let mut server = TellingServer::<S>::start(server);
    let to = server.address;
    let listen = |port| format!(" bind 127.0.0.1:{port}\n option forwardfor\n server one {to}");
    let Some(proxy) = haproxy("http", listen).await else {
        return;
    };
    let url = format!("ws://{}/room?x", proxy.address);
    server.check_by_proxy(S::client(), &url, "127.0.0.3").await;
}

pub(super) async fn nginx_forwards_for_the_client<S: Shell>() {
    let server = bind::<S>().await.forwarded_for(loopback());
    let mut server = TellingServer::<S>::start(server);
    let to = server.address;
    let listen =
        |port| format!("listen 127.0.0.1:{port};\nlocation / {{ proxy_pass http://{to}; }}");
    let Some(proxy) = nginx(listen).await else {
        return;
    };
    let url = format!("ws://{}/room?x", proxy.address);
    server.check_by_proxy(S::client(), &url, "127.0.0.3").await;
}
