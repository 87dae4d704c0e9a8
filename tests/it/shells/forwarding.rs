//! Servers behind proxies: who the client is, and how far it is believed.
//!
//! Proxies made of bytes, and HAProxy and nginx.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sockeye::Message;
use sockeye::driver::{Client, ClientAddr, Server, TrustedPeers};
use sockeye_extensions::PermessageDeflate;
use sockeye_tests::{Daemon, RawPeer, RunningServer, Shell, Tool, bind, request, within};

use super::opening::check_echo;

/// Says first who the client is, then echoes.
fn telling<S: Shell>(server: Server<S>) -> RunningServer<S> {
    RunningServer::start(server, |mut ws, request| async move {
        let client = request.extensions().get::<ClientAddr>();
        ws.send(client.map_or_else(|| "nobody knows".into(), written))
            .await?;
        while let Some(message) = ws.recv().await? {
            ws.send(message).await?;
        }
        Ok(())
    })
}

fn written(client: &ClientAddr) -> String {
    match client.port {
        Some(port) => SocketAddr::new(client.ip, port).to_string(),
        None => client.ip.to_string(),
    }
}

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
    let server = telling(bind::<S>().await.proxy_protocol(loopback()));
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
    let server = telling(bind::<S>().await.proxy_protocol(loopback()));
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
    let server = telling(server.proxy_protocol(loopback()));
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
    let server = telling(server.forwarded_for(trusted));
    let fields = "X-Forwarded-For: 203.0.113.9\r\n";
    let client = client_by(server.address, b"", fields).await;
    assert!(client.starts_with("127.0.0.1:"), "{client}");
    let mut peer = RawPeer::connect(server.address).await;
    peer.send(&[VERSION_1, request("").as_bytes()].concat())
        .await;
    let head = peer.head().await;
    assert!(head.starts_with("HTTP/1.1 400 "), "{head}");
    // By default nobody asks.
    let server = telling(bind::<S>().await);
    let client = client_by(server.address, b"", fields).await;
    assert_eq!(client, "nobody knows");
}

pub(super) async fn trusted_peers_forward_for_others<S: Shell>() {
    let server = telling(bind::<S>().await.forwarded_for(loopback()));
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
    let server = telling(server.forwarded_for(TrustedPeers::new(["192.0.2.1"]).unwrap()));
    let fields = "X-Forwarded-For: 203.0.113.9\r\n";
    let client = client_by(server.address, VERSION_1, fields).await;
    assert_eq!(client, "203.0.113.9");
}

/// An address of this machine's that no proxy has.
fn client_ip() -> IpAddr {
    [127, 0, 0, 3].into()
}

/// Opens a WebSocket by the proxy at `address`, and checks that both ends are each other's.
async fn check_by_proxy<S: Shell>(address: SocketAddr, expected: &str) {
    let client = Client::<S>::new()
        .bind_address(client_ip())
        .extension(Arc::new(PermessageDeflate::default()));
    let connecting = client.connect(format!("ws://{address}/room?x"));
    let (mut ws, response) = within("a connection", connecting).await.unwrap();
    let extensions = &response.headers()["sec-websocket-extensions"];
    let extensions = extensions.to_str().unwrap();
    assert!(extensions.starts_with("permessage-deflate"), "{extensions}");
    let first = within("the client's address", ws.recv()).await.unwrap();
    let Some(Message::Text(first)) = first else {
        panic!("{first:?}");
    };
    assert!(first.starts_with(expected), "{first}");
    check_echo(&mut ws, "by the proxy").await;
    check_echo(&mut ws, &"long ".repeat(100_000)).await;
    let closed = within("the end", ws.close(sockeye::CloseCode::NormalClosure, "")).await;
    assert!(closed.unwrap().clean);
}

fn compressing<S: Shell>(server: Server<S>) -> Server<S> {
    server.extension(Arc::new(PermessageDeflate::default()))
}

/// HAProxy between its port and `server`, with `options` for the way there.
async fn haproxy(server: SocketAddr, mode: &str, options: &str) -> Option<Daemon> {
    let program = Tool::Haproxy.find()?;
    let daemon = Daemon::start(program, |folder, port| {
        let config = format!(
            "defaults\n mode {mode}\n timeout connect 10s\n timeout client 60s\n timeout server 60s\n\
             listen it\n bind 127.0.0.1:{port}\n option {}\n server one {server} {options}\n",
            match mode {
                "http" => "forwardfor",
                _ => "tcpka",
            }
        );
        let file = written_to(folder, "haproxy.cfg", &config);
        vec!["-db".into(), "-f".into(), file]
    });
    Some(daemon.await)
}

fn written_to(folder: &Path, name: &str, text: &str) -> std::path::PathBuf {
    let file = folder.join(name);
    std::fs::write(&file, text).unwrap();
    file
}

pub(super) async fn haproxy_names_the_client_by_the_proxy_protocol<S: Shell>() {
    for options in ["send-proxy", "send-proxy-v2"] {
        let server = telling(compressing(bind::<S>().await.proxy_protocol(loopback())));
        let Some(proxy) = haproxy(server.address, "tcp", options).await else {
            return;
        };
        check_by_proxy::<S>(proxy.address, "127.0.0.3:").await;
    }
}

pub(super) async fn haproxy_forwards_for_the_client<S: Shell>() {
    let server = telling(compressing(bind::<S>().await.forwarded_for(loopback())));
    let Some(proxy) = haproxy(server.address, "http", "").await else {
        return;
    };
    check_by_proxy::<S>(proxy.address, "127.0.0.3").await;
}

pub(super) async fn nginx_forwards_for_the_client<S: Shell>() {
    let server = telling(compressing(bind::<S>().await.forwarded_for(loopback())));
    let Some(program) = Tool::Nginx.find() else {
        return;
    };
    let server = server.address;
    let daemon = Daemon::start(program, |folder, port| {
        let folder = folder.display();
        let config = format!(
            "daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log stderr;\nevents {{}}\n\
             http {{\n access_log off;\n client_body_temp_path {folder}/body;\n\
             proxy_temp_path {folder}/proxy;\n fastcgi_temp_path {folder}/fastcgi;\n\
             uwsgi_temp_path {folder}/uwsgi;\n scgi_temp_path {folder}/scgi;\n\
             server {{\n listen 127.0.0.1:{port};\n location / {{\n\
             proxy_pass http://{server};\n proxy_http_version 1.1;\n\
             proxy_set_header Host $http_host;\n\
             proxy_set_header Upgrade $http_upgrade;\n proxy_set_header Connection upgrade;\n\
             proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n}}\n}}\n}}\n"
        );
        let file = written_to(Path::new(&folder.to_string()), "nginx.conf", &config);
        vec!["-e".into(), "stderr".into(), "-c".into(), file]
    });
    let proxy = daemon.await;
    check_by_proxy::<S>(proxy.address, "127.0.0.3").await;
}
