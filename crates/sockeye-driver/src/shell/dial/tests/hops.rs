//! Whole clients on the network of letters, whose proxy is here a server that redirects.

use super::*;
use crate::Client;

fn client() -> Client<Letters> {
    Client::new().no_proxy().handshake_timeout(SECOND)
}

/// Connects while each server answers with a redirect to `location`.
#[track_caller]
fn check(client: &Client<Letters>, uri: &str, location: &str) -> (Error, Duration) {
    let clock = CLOCK.with(VirtualClock::clone);
    let start = clock.elapsed();
    let answer = format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
    ANSWERS.set([(answer.into_bytes(), false)].into());
    let connected = block_on(&clock, client.connect(uri));
    let error = connected.map(drop).expect_err("nobody upgrades");
    (error, clock.elapsed() - start)
}

#[test]
fn redirects_share_one_time_limit() {
    // Each hop waits 100 ms for an address that fails.
    let client = client().redirects(10);
    let limit = Duration::from_millis(250);
    let impatient = client.clone().handshake_timeout(limit);
    let (error, taken) = check(&impatient, "ws://wp/", "/");
    assert_eq!(error.stage(), Some(Stage::Connect), "{error:?}");
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(taken, limit);
    let patient = client.handshake_timeout(SECOND * 2);
    let (error, taken) = check(&patient, "ws://wp/", "/");
    assert_eq!(error.response().expect("a redirect").status(), 302);
    assert_eq!(taken, Duration::from_millis(1100), "eleven hops");
}

#[test]
fn a_redirect_that_is_followed_needs_no_body() {
    #[track_caller]
    fn check(n_redirects: usize, answer: &str, status: u16, body: &str, taken: Duration) {
        let clock = CLOCK.with(VirtualClock::clone);
        let start = clock.elapsed();
        let refusal = (b"HTTP/1.1 404 Nothing\r\n\r\n".to_vec(), true);
        ANSWERS.set([(answer.as_bytes().to_vec(), false), refusal].into());
        let connected = block_on(&clock, client().redirects(n_redirects).connect("ws://p/"));
        let error = connected.map(drop).expect_err("nobody upgrades");
        let response = error.response().expect("a refusal");
        let seen = (response.status().as_u16(), response.body().as_ref());
        assert_eq!(seen, (status, body.as_bytes()), "{answer}");
        assert_eq!(clock.elapsed() - start, taken, "{answer}");
    }
    // It has no end, or one that does not come.
    for field in [
        "",
        "Content-Length: 9\r\n",
        "Transfer-Encoding: chunked\r\n",
    ] {
        let redirect = format!("HTTP/1.1 302 Found\r\nLocation: /a\r\n{field}\r\n");
        check(1, &redirect, 404, "", Duration::ZERO);
        check(0, &redirect, 302, "", SECOND);
    }
    // What is not followed is an error with its body.
    let elsewhere = "HTTP/1.1 302 Found\r\nLocation: ftp://p/\r\nContent-Length: 9\r\n\r\nbody";
    check(1, elsewhere, 302, "body", SECOND);
    let refused = "HTTP/1.1 403 Forbidden\r\nLocation: /a\r\nContent-Length: 9\r\n\r\nbody";
    check(1, refused, 403, "body", SECOND);
}

#[test]
fn a_redirect_is_dialed_by_its_own_address() {
    let client = client().redirects(1);
    let (error, _) = check(&client, "ws://p/", "ws://d/");
    assert_eq!(error.stage(), Some(Stage::Connect), "{error:?}");
    assert!(!error.is_timeout(), "{error:?}");
    let attempts = ATTEMPTS.take();
    let letters: String = attempts.iter().map(|(_, letter)| letter).collect();
    assert!(letters.ends_with("pd"), "{letters}");
}

#[test]
fn a_certificate_is_for_the_origin_that_the_application_named() {
    #[track_caller]
    fn check(uri: &str, locations: &[&str], expected: &[&str]) {
        let clock = CLOCK.with(VirtualClock::clone);
        let redirect = |location: &&str| {
            let head = format!("HTTP/1.1 307 Over there\r\nLocation: {location}\r\n\r\n");
            (head.into_bytes(), true)
        };
        let refusal = (b"HTTP/1.1 404 Nothing\r\n\r\n".to_vec(), true);
        ANSWERS.set(locations.iter().map(redirect).chain([refusal]).collect());
        TOLD.take();
        let client = client().tls("who it is").redirects(9);
        let connected = block_on(&clock, client.connect(uri));
        let error = connected.map(drop).expect_err("nobody upgrades");
        assert_eq!(error.response().expect("a refusal").status(), 404);
        assert_eq!(TOLD.take(), expected, "{uri} {locations:?}");
    }
    let (all, rest) = ("who it is", "nothing of itself");
    check("wss://p/", &[], &[all]);
    check(
        "wss://p/",
        &["/a", "wss://p/b", "https://p:443/"],
        &[all; 4],
    );
    for elsewhere in ["wss://wp/", "wss://p:444/", "//pp/"] {
        check("wss://p/", &[elsewhere], &[all, rest]);
        check(
            "wss://p/",
            &["/a", elsewhere, "/b"],
            &[all, all, rest, rest],
        );
        check("wss://p/", &[elsewhere, "wss://p/"], &[all, rest, rest]);
    }
    // Whoever sits between can send a client without TLS anywhere.
    check("ws://p/", &["wss://p/"], &[rest]);
}

#[test]
fn a_certificate_is_for_the_server_behind_the_proxy() {
    let clock = CLOCK.with(VirtualClock::clone);
    TOLD.take();
    ANSWERS.set([(b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), true)].into());
    let client = client().tls("who it is").proxy("https://p");
    let connected = block_on(&clock, client.connect("wss://g/"));
    connected.map(drop).expect_err("nobody upgrades");
    assert_eq!(TOLD.take(), ["nothing of itself", "who it is"]);
}

#[test]
fn a_server_has_what_dialing_left_of_the_time() {
    // 400 ms to connect, and nobody at the other end.
    let (error, taken) = check(&client(), "ws://t/", "/");
    assert!(!error.is_timeout(), "the link is dropped: {error:?}");
    assert_eq!(taken, Duration::from_millis(400));
    ANSWERS.set([(Vec::new(), false)].into());
    let clock = CLOCK.with(VirtualClock::clone);
    let start = clock.elapsed();
    let connected = block_on(&clock, client().connect("ws://wp/"));
    let error = connected.map(drop).expect_err("nobody answers");
    assert!(matches!(error, Error::HandshakeTimeout), "{error:?}");
    assert_eq!(clock.elapsed() - start, SECOND);
}

#[test]
fn debug_output_has_no_credentials() {
    let client = client()
        .header("authorization", "hidden")
        .basic_auth("user", "hidden")
        .bearer_auth("hidden")
        .proxy("http://user:hidden@p");
    let debug = format!("{client:?}");
    assert!(!debug.contains("hidden"), "{debug}");
    assert!(debug.contains("http://p:80"), "{debug}");
}
