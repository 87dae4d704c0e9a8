//! Refused upgrades with a second request behind them, through proxies of other people.
//!
//! A proxy that takes the wish for an upgrade for the upgrade itself passes on all that follows,
//! also what it would have denied. Then it is up to the server to answer once and to read no more.

use std::future::ready;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::json;
use sockeye::bytes::Bytes;
use sockeye::{Acceptance, HeadLimits, Refusal};
use sockeye_tests::{
    Daemon, RawPeer, WatchedServer, apache, caddy, haproxy, nginx, request, within,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[tokio::test]
async fn by_nginx_gets_nothing_through() {
    check(async |to| {
        nginx(|port| {
            format!(
                "listen 127.0.0.1:{port};\nlocation /internal {{ return 404; }}\n\
                 location / {{ proxy_pass http://{to}; }}"
            )
        })
        .await
    })
    .await;
}

#[tokio::test]
async fn by_haproxy_gets_nothing_through() {
    check(async |to| {
        haproxy("http", |port| {
            format!(
                " bind 127.0.0.1:{port}\n http-request deny if {{ path_beg /internal }}\n \
                 server one {to}"
            )
        })
        .await
    })
    .await;
}

#[tokio::test]
async fn by_apache_gets_nothing_through() {
    check(async |to| {
        apache(&format!(
            "ProxyPass /internal !\nProxyPass / http://{to}/ upgrade=websocket"
        ))
        .await
    })
    .await;
}

/// This one makes a tunnel of whatever wants to be one, and what is behind the request goes in.
#[tokio::test]
async fn by_apache_that_makes_a_tunnel_at_once_gets_nothing_through() {
    check(async |to| {
        apache(&format!(
            "Timeout 2\nProxyWebsocketFallbackToProxyHttp Off\nProxyPass /internal !\nProxyPass / ws://{to}/"
        ))
        .await
    })
    .await;
}

#[tokio::test]
async fn by_caddy_gets_nothing_through() {
    let denied = json!({
        "match": [{"path": ["/internal"]}],
        "handle": [{"handler": "static_response", "status_code": 404}],
        "terminal": true,
    });
    check(async |to| caddy(to, &[denied]).await).await;
}

/// Each refusal there is, with a request for `/internal` in the same segment.
fn refused() -> [(u16, String); 6] {
    let valid = request("");
    // With names of their own, lest a proxy make one field of them.
    let many: String = (0..30).map(|n| format!("X-{n}: a\r\n")).collect();
    let changed = |from: &str, to: &str| {
        assert!(valid.contains(from), "{valid}");
        valid.replacen(from, to, 1)
    };
    [
        // Of what is wrong here a proxy takes no notice.
        (400, request("Sec-WebSocket-Protocol: a, a\r\n")),
        (403, request("Origin: http://evil.example\r\n")),
        (405, changed("GET", "POST")),
        (426, changed("Version: 13", "Version: 8")),
        (431, request(&many)),
        (503, changed("GET /", "GET /busy")),
    ]
}

async fn check(proxy: impl AsyncFnOnce(SocketAddr) -> Option<Daemon>) {
    let n_internal = Arc::<AtomicUsize>::default();
    let counter = Arc::clone(&n_internal);
    let server = WatchedServer::receiving(|server| {
        let limits = HeadLimits {
            max_fields: 25,
            ..HeadLimits::default()
        };
        let server = server.head_limits(limits).http(move |request| {
            if request.uri() == "/internal" {
                counter.fetch_add(1, Ordering::Relaxed);
            }
            ready(http::Response::new(Bytes::from(INTERNAL)))
        });
        server.accept_with(|request| {
            ready(match request.request().uri().path() {
                "/busy" => Err(Refusal::new(
                    http::StatusCode::SERVICE_UNAVAILABLE,
                    "come back later",
                )),
                _ => Ok(Acceptance::new()),
            })
        })
    })
    .await;
    // Without a proxy in front, who asks for it gets it.
    let mut peer = RawPeer::connect(server.address).await;
    peer.send(PIPELINED).await;
    let answer = peer.rest().await.unwrap();
    assert!(answer.ends_with(INTERNAL.as_bytes()));
    assert_eq!(n_internal.swap(0, Ordering::Relaxed), 1);

    let recorder = Recorder::start(server.address).await;
    let Some(proxy) = proxy(recorder.address).await else {
        return;
    };
    for (status, request) in refused() {
        let mut peer = RawPeer::connect(proxy.address).await;
        peer.send(&[request.as_bytes(), PIPELINED].concat()).await;
        let answer = within(status, peer.rest()).await.unwrap_or_default();
        let answer = String::from_utf8_lossy(&answer);
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{status}: {answer}"
        );
        assert!(!answer.contains(INTERNAL), "{status}: {answer}");
        let seen = recorder.take();
        assert_eq!(seen.matches("HTTP/1.1 ").count(), 1, "{status}: {seen}");
    }
    assert_eq!(n_internal.load(Ordering::Relaxed), 0);
}

/// Stands between a proxy and a server, and keeps what the server says.
struct Recorder {
    address: SocketAddr,
    said: Arc<Mutex<Vec<u8>>>,
}

impl Recorder {
    async fn start(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let said = Arc::<Mutex<Vec<u8>>>::default();
        let recorder = Self {
            address: listener.local_addr().unwrap(),
            said: Arc::clone(&said),
        };
        tokio::spawn(async move {
            while let Ok((proxy, _)) = listener.accept().await {
                tokio::spawn(pass_on(proxy, server, Arc::clone(&said)));
            }
        });
        recorder
    }

    fn take(&self) -> String {
        let said = std::mem::take(&mut *self.said.lock().unwrap());
        String::from_utf8(said).unwrap()
    }
}

async fn pass_on(proxy: TcpStream, server: SocketAddr, said: Arc<Mutex<Vec<u8>>>) {
    let server = TcpStream::connect(server).await.unwrap();
    let (mut from_proxy, mut to_proxy) = proxy.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let there = async {
        let _ = tokio::io::copy(&mut from_proxy, &mut to_server).await;
        let _ = to_server.shutdown().await;
    };
    let back = async {
        let mut bytes = [0; 4096];
        while let Ok(n @ 1..) = from_server.read(&mut bytes).await {
            said.lock().unwrap().extend(&bytes[..n]);
            if to_proxy.write_all(&bytes[..n]).await.is_err() {
                break;
            }
        }
        let _ = to_proxy.shutdown().await;
    };
    tokio::join!(there, back);
}

const INTERNAL: &str = "for nobody outside";

/// What the proxy would deny; it ends the connection, so that the test does.
const PIPELINED: &[u8] = b"GET /internal HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
