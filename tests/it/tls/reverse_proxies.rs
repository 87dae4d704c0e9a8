//! nginx and HAProxy as the ends of TLS, with and without TLS behind them, in front of our server.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use sockeye::driver::{Server, TrustedPeers};
use sockeye::{Config, Event};
use sockeye_tests::{
    Authority, Certificate, Daemon, RunningServer, TellingServer, haproxy, nginx, within,
};

use super::{Secure, client, plain_bind};

fn loopback() -> TrustedPeers {
    TrustedPeers::new(["127.0.0.1"]).unwrap()
}

/// A server with TLS that proxies know by a name, as servers behind proxies are known.
async fn secure_upstream<S: Secure>(authority: &Authority) -> Server<S> {
    let certificate = authority.issue(UPSTREAM);
    plain_bind::<S>().await.tls(S::showing(&certificate))
}

const UPSTREAM: &str = "upstream.example";

/// nginx's end of TLS.
fn nginx_listen(port: u16, Certificate { chain, key }: &Certificate) -> String {
    let (chain, key) = (chain.display(), key.display());
    format!(
        "listen 127.0.0.1:{port} ssl;\nssl_certificate {chain};\nssl_certificate_key {key};\n\
         ssl_protocols TLSv1.2 TLSv1.3;\n"
    )
}

/// HAProxy's, which wants a certificate and its key in one file.
fn haproxy_bind(port: u16, Certificate { chain, key }: &Certificate) -> String {
    let both = [fs::read(chain).unwrap(), fs::read(key).unwrap()].concat();
    let file: PathBuf = chain.with_extension("both.pem");
    fs::write(&file, both).unwrap();
    format!(" bind 127.0.0.1:{port} ssl crt {}\n", file.display())
}

/// What HAProxy says to a server with TLS.
fn haproxy_to_secure(authority: &Authority) -> String {
    let file = authority.file();
    format!(
        "ssl verify required ca-file {} verifyhost {UPSTREAM} sni str({UPSTREAM}) alpn http/1.1",
        file.display()
    )
}

/// An authority that clients trust, and the proxy's certificate.
fn trusted() -> (Authority, Certificate) {
    let authority = Authority::new();
    let certificate = authority.issue("127.0.0.1");
    (authority, certificate)
}

/// Starts `server` and a proxy that is told where it is, and checks that all passes between it and
/// a client of the proxy, which it takes for `expected`.
async fn check_behind<S: Secure>(
    authority: &Authority,
    server: Server<S>,
    expected: &str,
    proxy: impl AsyncFnOnce(SocketAddr) -> Option<Daemon>,
) {
    let mut server = TellingServer::<S>::start(server);
    if let Some(proxy) = proxy(server.address).await {
        let url = format!("wss://{}/room?x", proxy.address);
        let client = client::<S>(authority);
        server.check_by_proxy(client, &url, expected).await;
    }
}

pub(super) async fn of_nginx_end_tls_before_servers_without<S: Secure>() {
    let (authority, certificate) = trusted();
    let server = plain_bind::<S>().await.forwarded_for(loopback());
    check_behind(&authority, server, "127.0.0.3", async |to| {
        nginx(|port| {
            let listen = nginx_listen(port, &certificate);
            format!("{listen}location / {{ proxy_pass http://{to}; }}")
        })
        .await
    })
    .await;
}

pub(super) async fn of_nginx_end_tls_before_servers_with_tls<S: Secure>() {
    let (authority, certificate) = trusted();
    let server = secure_upstream::<S>(&authority).await;
    let server = server.forwarded_for(loopback());
    check_behind(&authority, server, "127.0.0.3", async |to| {
        nginx(|port| {
            let listen = nginx_listen(port, &certificate);
            let file = authority.file();
            format!(
                "{listen}location / {{\nproxy_pass https://{to};\nproxy_ssl_verify on;\n\
                 proxy_ssl_trusted_certificate {};\nproxy_ssl_name {UPSTREAM};\n\
                 proxy_ssl_server_name on;\n}}",
                file.display()
            )
        })
        .await
    })
    .await;
}

pub(super) async fn of_haproxy_end_tls_before_servers_without<S: Secure>() {
    let (authority, certificate) = trusted();
    let server = plain_bind::<S>().await.forwarded_for(loopback());
    check_behind(&authority, server, "127.0.0.3", async |to| {
        haproxy("http", |port| {
            let bind = haproxy_bind(port, &certificate);
            format!("{bind} option forwardfor\n server one {to}")
        })
        .await
    })
    .await;
}

pub(super) async fn of_haproxy_end_tls_before_servers_with_tls<S: Secure>() {
    let (authority, certificate) = trusted();
    let server = secure_upstream::<S>(&authority).await;
    let server = server.forwarded_for(loopback());
    check_behind(&authority, server, "127.0.0.3", async |to| {
        haproxy("http", |port| {
            let bind = haproxy_bind(port, &certificate);
            let secure = haproxy_to_secure(&authority);
            format!("{bind} option forwardfor\n server one {to} {secure}")
        })
        .await
    })
    .await;
}

/// The PROXY protocol comes before TLS, whoever its client is: HAProxy or a client behind it. Where
/// HAProxy ends TLS, it says more in the same header.
pub(super) async fn of_haproxy_speak_the_proxy_protocol_before_tls<S: Secure>() {
    let (authority, certificate) = trusted();
    let own = S::showing(&certificate);
    let plain = |port| format!(" bind 127.0.0.1:{port}\n");
    let ending = |port| haproxy_bind(port, &certificate);
    let to_secure = haproxy_to_secure(&authority);
    let passed_on = plain_bind::<S>().await.tls(own);
    let twice = secure_upstream::<S>(&authority).await;
    let once = plain_bind::<S>().await;
    let (version_2, with_tls) = ("send-proxy-v2", "send-proxy-v2-ssl-cn");
    let cases: [(_, &dyn Fn(u16) -> String, _); 3] = [
        (passed_on, &plain, version_2.to_owned()),
        (twice, &ending, format!("{to_secure} {version_2}")),
        (once, &ending, with_tls.to_owned()),
    ];
    for (server, bind, options) in cases {
        let server = server.proxy_protocol(loopback());
        check_behind(&authority, server, "127.0.0.3:", async |to| {
            let listen = |port| format!("{} server one {to} {options}", bind(port));
            haproxy("tcp", listen).await
        })
        .await;
    }
}

/// A server whose keepalive comes in so many milliseconds, or never.
async fn pinging<S: Secure>(milliseconds: Option<u64>) -> RunningServer<S> {
    let mut config = Config::default();
    config.timeouts.ping_interval = milliseconds.map(Duration::from_millis);
    RunningServer::<S>::echoing(plain_bind::<S>().await.config(config))
}

/// Starts servers with and without keepalive, and before each a proxy that ends what is idle for two
/// seconds: with our keepalive a connection outlives that, without it does not.
async fn check_idle<S: Secure>(
    authority: &Authority,
    proxy: impl AsyncFn(SocketAddr) -> Option<Daemon>,
) {
    for interval in [Some(100), None] {
        let server = pinging::<S>(interval).await;
        let Some(proxy) = proxy(server.address).await else {
            return;
        };
        let url = format!("wss://{}/", proxy.address);
        check_kept::<S>(authority, &url, interval.is_some()).await;
    }
}

async fn check_kept<S: Secure>(authority: &Authority, url: &str, is_kept: bool) {
    let mut config = Config::default();
    config.timeouts.ping_interval = None;
    let client = client::<S>(authority).config(config);
    let (mut ws, _) = within("a connection", client.connect(url)).await.unwrap();
    if is_kept {
        // Three seconds.
        for _ in 0..30 {
            let event = within("a ping", ws.recv_event()).await.unwrap();
            assert!(matches!(event, Some(Event::Ping(_))), "{event:?}");
        }
        ws.send("still there").await.unwrap();
        let echo = within("an echo", ws.recv()).await.unwrap();
        assert_eq!(echo, Some("still there".into()));
    } else {
        let end = within("the end of the proxy's patience", ws.recv()).await;
        assert!(!matches!(end, Ok(Some(_))), "{end:?}");
        assert!(!ws.close_outcome().unwrap().clean);
    }
}

pub(super) async fn of_nginx_are_outlived_by_keepalive<S: Secure>() {
    let (authority, certificate) = trusted();
    check_idle::<S>(&authority, async |to| {
        nginx(|port| {
            let listen = nginx_listen(port, &certificate);
            format!("{listen}location / {{ proxy_pass http://{to}; proxy_read_timeout 2s; }}")
        })
        .await
    })
    .await;
}

pub(super) async fn of_haproxy_are_outlived_by_keepalive<S: Secure>() {
    let (authority, certificate) = trusted();
    check_idle::<S>(&authority, async |to| {
        haproxy("http", |port| {
            let bind = haproxy_bind(port, &certificate);
            format!("{bind} timeout tunnel 2s\n server one {to}")
        })
        .await
    })
    .await;
}
