//! Through the proxies of others: tinyproxy for HTTP, microsocks for SOCKS 5.
//!
//! Those that misbehave are made of bytes.

use std::io;
use std::time::Duration;

use sockeye::{Error, Stage};
use sockeye_tests::{
    ClientCalls, ClientOptions, Daemon, RawPeer, RunningServer, Shell, Tool, bind, within,
};
use tokio::net::{TcpListener, TcpSocket};

use super::opening::check_echo;

/// tinyproxy, with a user and a password if it is to ask for them.
async fn tinyproxy(credentials: Option<&str>) -> Option<Daemon> {
    let program = Tool::Tinyproxy.find()?;
    let daemon = Daemon::start(program, |folder, port| {
        let file = folder.join("tinyproxy.conf");
        let auth = credentials.map(|credentials| format!("BasicAuth {credentials}\n"));
        let config = format!(
            "Port {port}\nListen 127.0.0.1\nTimeout 60\nAllow 127.0.0.1\nLogLevel Connect\n{}",
            auth.unwrap_or_default()
        );
        std::fs::write(&file, config).unwrap();
        vec!["-d".into(), "-c".into(), file]
    });
    Some(daemon.await)
}

async fn microsocks(user_and_password: Option<(&str, &str)>) -> Option<Daemon> {
    let program = Tool::Microsocks.find()?;
    let daemon = Daemon::start(program, |_, port| {
        let port = port.to_string();
        let mut arguments = vec!["-i", "127.0.0.1", "-p", &port];
        if let Some((user, password)) = user_and_password {
            arguments.extend(["-u", user, "-P", password]);
        }
        arguments
            .into_iter()
            .map(ToOwned::to_owned)
            .collect::<Vec<String>>()
    });
    Some(daemon.await)
}

async fn check_through<S: Shell>(proxy: &str) {
    let server = RunningServer::<S>::echoing(bind::<S>().await);
    let client = S::client().proxy(proxy);
    let connecting = within("a connection", client.connect(server.url("")));
    let (mut ws, _) = connecting.await.unwrap();
    check_echo(&mut ws, "through the proxy").await;
    let long = "long ".repeat(50_000);
    check_echo(&mut ws, &long).await;
}

/// The address of a port that is taken, so that nobody else gets it, and deaf.
fn nobody() -> (String, TcpSocket) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    (format!("ws://{}/", socket.local_addr().unwrap()), socket)
}

/// The kind of error with which the proxy's stage fails.
async fn failure<S: Shell>(proxy: &str, url: &str) -> io::ErrorKind {
    let client = S::client().proxy(proxy);
    let result = within("an error", client.connect(url)).await;
    match result.map(drop) {
        Err(Error::Connect { stage, source }) => {
            assert_eq!(stage, Stage::Proxy, "{source}");
            source.kind()
        }
        other => panic!("{other:?}"),
    }
}

pub(super) async fn of_http_make_a_tunnel<S: Shell>() {
    let Some(proxy) = tinyproxy(None).await else {
        return;
    };
    check_through::<S>(&format!("http://{}", proxy.address)).await;
    assert!(proxy.log().contains("CONNECT"), "{}", proxy.log());
    let (nobody, _taken) = nobody();
    let kind = failure::<S>(&format!("http://{}", proxy.address), &nobody).await;
    assert_eq!(kind, io::ErrorKind::ConnectionRefused);
}

pub(super) async fn of_http_want_a_password<S: Shell>() {
    let Some(proxy) = tinyproxy(Some("user p-a_s.s")).await else {
        return;
    };
    let address = proxy.address;
    check_through::<S>(&format!("http://user:p-a%5Fs.s@{address}")).await;
    for credentials in ["", "user:wrong@"] {
        let proxy = format!("http://{credentials}{address}");
        let kind = failure::<S>(&proxy, "ws://127.0.0.1:1/").await;
        assert_eq!(kind, io::ErrorKind::PermissionDenied, "{proxy}");
    }
}

pub(super) async fn of_socks_connect_on<S: Shell>() {
    let Some(proxy) = microsocks(None).await else {
        return;
    };
    for scheme in ["socks5", "socks5h"] {
        let proxy = format!("{scheme}://{}", proxy.address);
        check_through::<S>(&proxy).await;
        let (nobody, _taken) = nobody();
        let kind = failure::<S>(&proxy, &nobody).await;
        assert_eq!(kind, io::ErrorKind::ConnectionRefused, "{proxy}");
    }
    let server = RunningServer::<S>::echoing(bind::<S>().await);
    let url = format!("ws://localhost:{}/", server.address.port());
    let client = S::client()
        .resolver(|_, _| async { panic!("the proxy looks names up") })
        .proxy(format!("socks5h://{}", proxy.address));
    let connecting = within("a connection", client.connect(&url));
    check_echo(&mut connecting.await.unwrap().0, "by name").await;
}

/// Their own as the server's: the first is one on which nobody listens.
pub(super) async fn of_socks_are_told_one_address_after_another<S: Shell>() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (_, deaf) = nobody();
    let deaf = deaf.local_addr().unwrap();
    let proxy = listener.local_addr().unwrap();
    let client = S::client()
        .proxy("socks5://proxy.example")
        .resolver(move |host, _| async move {
            match host.as_str() {
                "proxy.example" => Ok(vec![deaf, proxy]),
                _ => Ok(vec!["192.0.2.1:81".parse().unwrap(), deaf]),
            }
        });
    // RFC 1928 §3 to 6; the address is the second that the proxy is told.
    let port = deaf.port().to_be_bytes();
    for (n_refused, reply) in [(1, 5), (0, 0), (2, 5)] {
        let answering = async {
            for n_before in 0..=n_refused.min(1) {
                let mut peer = RawPeer::accept_silently(&listener).await;
                let mut hello = [0; 3];
                peer.bytes(&mut hello).await;
                assert_eq!(hello, [5, 1, 0]);
                peer.send(&[5, 0]).await;
                let mut asked = [0; 10];
                peer.bytes(&mut asked).await;
                match n_before {
                    0 => assert_eq!(asked, [5, 1, 0, 1, 192, 0, 2, 1, 0, 81]),
                    _ => assert_eq!(asked, [5, 1, 0, 1, 127, 0, 0, 1, port[0], port[1]]),
                }
                if n_before < n_refused {
                    peer.send(&[5, reply, 0, 1, 0, 0, 0, 0, 0, 0]).await;
                    continue;
                }
                peer.send(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 80]).await;
                peer.answer("", &[]).await;
                return Some(peer);
            }
            None
        };
        let connecting = within("a connection", client.connect("ws://chat.example/"));
        let (connected, peer) = tokio::join!(connecting, answering);
        match (connected.map(drop), peer) {
            (Ok(()), Some(_)) => {}
            (Err(Error::Connect { stage, source }), None) => {
                assert_eq!(stage, Stage::Proxy);
                assert_eq!(source.kind(), io::ErrorKind::ConnectionRefused);
            }
            other => panic!("{other:?}"),
        }
    }
}

pub(super) async fn of_socks_want_a_password<S: Shell>() {
    let Some(proxy) = microsocks(Some(("user", "p:ss"))).await else {
        return;
    };
    let address = proxy.address;
    check_through::<S>(&format!("socks5h://user:p%3Ass@{address}")).await;
    for credentials in ["", "user:wrong@"] {
        let proxy = format!("socks5h://{credentials}{address}");
        let kind = failure::<S>(&proxy, "ws://127.0.0.1:1/").await;
        assert_eq!(kind, io::ErrorKind::PermissionDenied, "{proxy}");
    }
}

pub(super) async fn that_misbehave_are_errors_of_their_stage<S: Shell>() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let too_long = format!("HTTP/1.1 200 OK\r\nx: {}", "x".repeat(20_000));
    let cases = [
        (
            "http",
            "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
            io::ErrorKind::PermissionDenied,
        ),
        (
            "http",
            "HTTP/1.1 502 Bad Gateway\r\n\r\n",
            io::ErrorKind::ConnectionRefused,
        ),
        ("http", "not for you\r\n\r\n", io::ErrorKind::InvalidData),
        ("http", &too_long, io::ErrorKind::InvalidData),
        (
            "http",
            "HTTP/1.1 200 OK\r\n\r\nand a word more",
            io::ErrorKind::InvalidData,
        ),
        (
            "http",
            "HTTP/1.1 200 OK\r\nx:",
            io::ErrorKind::UnexpectedEof,
        ),
        ("http", "", io::ErrorKind::UnexpectedEof),
        (
            "socks5h",
            "HTTP/1.1 400 Bad Request\r\n\r\n",
            io::ErrorKind::InvalidData,
        ),
        ("socks5h", "\x05\x00\x05", io::ErrorKind::UnexpectedEof),
        ("socks5h", "", io::ErrorKind::UnexpectedEof),
    ];
    for (scheme, answer, expected) in cases {
        let proxy = format!("{scheme}://{address}");
        let answering = async {
            let mut peer = RawPeer::accept_silently(&listener).await;
            peer.try_send(answer.as_bytes()).await;
            peer.half_close().await;
            peer
        };
        let failing = failure::<S>(&proxy, "ws://chat.example/");
        let (kind, _peer) = tokio::join!(failing, answering);
        assert_eq!(kind, expected, "{scheme}: {answer}");
    }
}

pub(super) async fn that_never_answer_are_given_up<S: Shell>() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    for scheme in ["http", "socks5h"] {
        let client = S::client()
            .proxy(format!("{scheme}://{}", listener.local_addr().unwrap()))
            .handshake_timeout(Duration::from_millis(50));
        let connecting = within("an end of patience", client.connect("ws://chat.example/"));
        let error = connecting.await.map(drop).unwrap_err();
        assert_eq!(error.stage(), Some(Stage::Proxy), "{error:?}");
        assert!(error.is_timeout(), "{error:?}");
    }
}
