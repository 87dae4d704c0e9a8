//! Proxies of the environment, which a test cannot change for itself: it starts itself anew.

use std::env;
use std::ffi::OsStr;

use sockeye::tokio::Client;
use sockeye_tests::{RawPeer, RunningServer, bind, said_by, this_test};
use tokio::io::{AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

type Tokio = sockeye::tokio::Tokio;

/// Runs the test below in a process of its own: connects to `url` and says what comes of it.
async fn connect_with<V: AsRef<OsStr>>(variables: &[(&str, V)], url: &str) -> String {
    let mut command = this_test("environment::proxies_are_used_by_default");
    for name in [
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "no_proxy",
        "ws_proxy",
    ] {
        command.env_remove(name).env_remove(name.to_uppercase());
    }
    let variables = variables.iter().map(|(name, value)| (name, value));
    command.envs(variables).env(URL, url);
    said_by(command).await
}

/// What the process does that is started by the test.
#[expect(clippy::print_stdout, reason = "this process speaks to the test")]
async fn connect(url: &str) {
    let mut client = Client::new();
    if env::var_os(DIRECT).is_some() {
        client = client.no_proxy();
    }
    let outcome = match client.connect(url).await {
        Ok((mut ws, _)) => {
            ws.send("hello").await.unwrap();
            assert_eq!(ws.recv().await.unwrap(), Some("hello".into()));
            "opened".to_owned()
        }
        Err(error) => format!("failed to {}", error.stage().unwrap()),
    };
    println!("{outcome}");
}

#[tokio::test]
async fn proxies_are_used_by_default() {
    if let Ok(url) = env::var(URL) {
        return connect(&url).await;
    }
    let server = RunningServer::<Tokio>::echoing(bind::<Tokio>().await);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let mut peer = RawPeer::accept_silently(&listener).await;
            let head = peer.head().await;
            assert!(head.starts_with("CONNECT nnn"), "{head}");
            let mut there = TcpStream::connect(server.address).await.unwrap();
            let mut here = peer.into_stream();
            here.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            let _ = copy_bidirectional(&mut here, &mut there).await;
        }
    });
    // No name server is asked for a name with a label this long (RFC 1035 §2.3.4).
    let name = "n".repeat(64);
    let url = format!("ws://{name}/");
    let check = async |variables: &[(&str, &str)], expected: &str| {
        let output = connect_with(variables, &url).await;
        assert!(output.contains(expected), "{variables:?}: {output}");
    };
    check(&[], "failed to resolve").await;
    check(&[("HTTP_PROXY", &proxy)], "opened").await;
    check(&[("all_proxy", &proxy)], "opened").await;
    check(&[("HTTPS_PROXY", &proxy)], "failed to resolve").await;
    check(
        &[("HTTP_PROXY", &proxy), (DIRECT, "1")],
        "failed to resolve",
    )
    .await;
    check(&[("http_proxy", "ftp://x")], "failed to proxy").await;
    let excepted = [("http_proxy", proxy.as_str()), ("NO_PROXY", &name)];
    check(&excepted, "failed to resolve").await;
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;

        // No text, and no reason to do without.
        let broken = OsStr::from_bytes(b"http://u:p\xff@proxy");
        let output = connect_with(&[("http_proxy", broken)], &url).await;
        assert!(output.contains("failed to proxy"), "{output}");
    }
}

const URL: &str = "SOCKEYE_TEST_URL";
const DIRECT: &str = "SOCKEYE_TEST_DIRECT";
