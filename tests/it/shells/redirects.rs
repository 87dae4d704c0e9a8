//! Redirects, by servers made of bytes. Where one may lead is tested without sockets.

use sockeye::handshake::RedirectError;
use sockeye::{Error, HandshakeError, Stage};
use sockeye_tests::{ClientCalls, ClientOptions, RawPeer, RunningServer, Shell, bind, within};
use tokio::net::TcpListener;

use super::opening::check_echo;

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    (listener, url)
}

/// Answers one request with a redirect, and gives its head.
async fn redirect(listener: &TcpListener, location: &str) -> String {
    let peer = RawPeer::accept_silently(listener).await;
    peer.redirect(location).await
}

fn key(head: &str) -> &str {
    let mut lines = head.lines();
    lines
        .find(|line| line.starts_with("sec-websocket-key: "))
        .unwrap()
}

pub(super) async fn are_followed_when_they_are_allowed<S: Shell>() {
    let (listener, url) = listen().await;
    let server = RunningServer::<S>::echoing(bind::<S>().await);
    let to_server = server.url("room");
    let redirecting = async {
        let first = redirect(&listener, "/second").await;
        (first, redirect(&listener, &to_server).await)
    };
    let client = S::client().redirects(2).bearer_auth("secret");
    let connecting = within("a connection", client.connect(&url));
    let (opened, (first, second)) = tokio::join!(connecting, redirecting);
    check_echo(&mut opened.unwrap().0, "after two redirects").await;
    assert!(first.starts_with("get / http/1.1\r\n"), "{first}");
    assert!(second.starts_with("get /second http/1.1\r\n"), "{second}");
    assert!(
        second.contains("\r\nauthorization: bearer secret\r\n"),
        "{second}"
    );
    assert_ne!(key(&first), key(&second));
}

pub(super) async fn to_another_origin_take_no_credentials_along<S: Shell>() {
    let (listener, url) = listen().await;
    let (other, other_url) = listen().await;
    let redirecting = async {
        redirect(&listener, &format!("{other_url}room")).await;
        redirect(&other, "/").await
    };
    let client = S::client()
        .redirects(1)
        .basic_auth("user", "secret")
        .header("cookie", "secret=1")
        .header("x-name", "value");
    let connecting = within("an error", client.connect(&url));
    let (result, head) = tokio::join!(connecting, redirecting);
    assert!(result.is_err());
    let host = other.local_addr().unwrap();
    assert!(head.starts_with("get /room http/1.1\r\n"), "{head}");
    assert!(head.contains(&format!("\r\nhost: {host}\r\n")), "{head}");
    assert!(head.contains("\r\nx-name: value\r\n"), "{head}");
    assert!(
        !head.contains("authorization") && !head.contains("cookie"),
        "{head}"
    );
}

#[track_caller]
fn check_redirect_error<T>(result: Result<T, Error>, expected: RedirectError) {
    match result.map(drop) {
        Err(error @ Error::Handshake(HandshakeError::Redirect(seen, _))) => {
            assert_eq!(seen, expected);
            assert_eq!(error.stage(), Some(Stage::Handshake));
            assert_eq!(error.response().unwrap().status(), 307);
        }
        other => panic!("{other:?}"),
    }
}

pub(super) async fn in_a_loop_come_to_an_end<S: Shell>() {
    let (listener, url) = listen().await;
    // More than ten are ten.
    for (allowed, followed) in [(1, 1), (10, 10), (1000, 10)] {
        let redirecting = async {
            for _ in 0..=followed {
                redirect(&listener, "/").await;
            }
        };
        let client = S::client().redirects(allowed);
        let connecting = within("an error", client.connect(&url));
        let (result, ()) = tokio::join!(connecting, redirecting);
        check_redirect_error(result, RedirectError::TooMany);
    }
}

pub(super) async fn are_refusals_unless_they_are_allowed<S: Shell>() {
    let (listener, url) = listen().await;
    let client = S::client();
    let connecting = within("an error", client.connect(&url));
    let (result, _) = tokio::join!(connecting, redirect(&listener, "/"));
    match result.map(drop) {
        Err(Error::Handshake(HandshakeError::Refused(response))) => {
            assert_eq!(response.status(), 307);
        }
        other => panic!("{other:?}"),
    }
    let client = client.redirects(1);
    let connecting = within("an error", client.connect(&url));
    let (result, _) = tokio::join!(connecting, redirect(&listener, "ftp://elsewhere/"));
    check_redirect_error(result, RedirectError::InvalidLocation);
}
