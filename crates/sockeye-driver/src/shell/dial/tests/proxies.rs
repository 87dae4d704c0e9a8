//! Proxies of one mind: what they will say is known before they are asked.

use proptest::prelude::*;
use sockeye_handshake::TunnelError;

use super::*;
use crate::Transport;

/// The proxy takes a connection.
pub(super) fn connect() -> MemoryTransport {
    // Every operation is pending once, and moves three bytes.
    let manners = Manners {
        max_step: 3,
        hesitates: true,
    };
    let (near, mut far) = link(4096, manners);
    let (answer, ends) = ANSWERS.with_borrow_mut(|answers| match answers.len() {
        1 => answers[0].clone(),
        _ => answers.pop_front().unwrap(),
    });
    far.inject(&answer);
    if ends {
        let clock = CLOCK.with(VirtualClock::clone);
        let ending = poll_fn(|cx| far.poll_shutdown(cx));
        block_on(&clock, ending).unwrap();
    }
    PROXY.with_borrow_mut(|proxy| proxy.push(far));
    near
}

/// Dials `uri` by `proxy`: what the proxy is sent, how it ends, and after how many milliseconds.
#[track_caller]
fn check_by_proxy(
    proxy: &str,
    uri: &str,
    answer: &[u8],
    ends: bool,
    expected: (&[u8], Outcome, u64),
) {
    check_by_answers(proxy, uri, [(answer.to_owned(), ends)], expected);
}

/// The same by a proxy that says something else to each connection.
#[track_caller]
fn check_by_answers(
    proxy: &str,
    uri: &str,
    answers: impl IntoIterator<Item = (Vec<u8>, bool)>,
    (request, expected, milliseconds): (&[u8], Outcome, u64),
) {
    let clock = CLOCK.with(VirtualClock::clone);
    let start = clock.elapsed();
    let answers: VecDeque<_> = answers.into_iter().collect();
    let what = format!("{proxy}, {uri}: {answers:02x?}");
    ANSWERS.set(answers);
    let dialer = Dialer {
        proxies: Proxies::Always(ProxyUri::parse(proxy)),
        ..Dialer::default()
    };
    let uri = WsUri::parse(uri).unwrap();
    let dialed = block_on(&clock, dialer.dial::<Letters>(&uri, None, SECOND * 12));
    let dialed = dialed.map(drop).map_err(|error| match error {
        Error::Connect { stage, source } => (stage, source.kind()),
        other => panic!("{what}: {other:?}"),
    });
    assert_eq!(dialed, expected, "{what}");
    let sent = PROXY.take().into_iter();
    let sent: Vec<u8> = sent.flat_map(|far| far.take_incoming()).collect();
    assert_eq!(
        sent.escape_ascii().to_string(),
        request.escape_ascii().to_string(),
        "{what}"
    );
    let taken = clock.elapsed() - start;
    assert_eq!(taken, Duration::from_millis(milliseconds), "{what}");
}

fn failed(kind: io::ErrorKind) -> Outcome {
    Err((Stage::Proxy, kind))
}

const CONNECT: &[u8] = b"CONNECT g:80 HTTP/1.1\r\nHost: g:80\r\n\r\n";
const ESTABLISHED: &[u8] = b"HTTP/1.1 200 Connection established\r\n\r\n";

#[test]
fn http_makes_a_tunnel() {
    let done = |request| (request, Ok(()), 0);
    check_by_proxy("http://p", "ws://g/", ESTABLISHED, false, done(CONNECT));
    let request = b"CONNECT g:443 HTTP/1.1\r\nHost: g:443\r\n\
                    Proxy-Authorization: Basic dXNlcjpwYXNz\r\n\r\n";
    check_by_proxy(
        "http://user:pass@p",
        "wss://g/",
        ESTABLISHED,
        false,
        done(request),
    );
}

#[test]
fn an_http_proxy_that_makes_none_is_an_error_of_its_stage() {
    #[track_caller]
    fn check(answer: &str, ends: bool, kind: io::ErrorKind, milliseconds: u64) {
        let expected = (CONNECT, failed(kind), milliseconds);
        check_by_proxy("http://p", "ws://g/", answer.as_bytes(), ends, expected);
    }
    let challenge = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
    check(challenge, false, io::ErrorKind::PermissionDenied, 0);
    let bad_gateway = "HTTP/1.1 502 Bad Gateway\r\n\r\n";
    check(bad_gateway, false, io::ErrorKind::ConnectionRefused, 0);
    check("\0\x01\x02", false, io::ErrorKind::InvalidData, 0);
    let endless = format!("HTTP/1.1 200 OK\r\nx: {}", "x".repeat(16 * 1024));
    check(&endless, false, io::ErrorKind::InvalidData, 0);
    check("", false, io::ErrorKind::TimedOut, 12_000);
    check(
        "HTTP/1.1 200 OK\r\n",
        false,
        io::ErrorKind::TimedOut,
        12_000,
    );
    check("HTTP/1.1 200 OK\r\n", true, io::ErrorKind::UnexpectedEof, 0);
    check("", true, io::ErrorKind::UnexpectedEof, 0);
}

/// RFC 1928 §3-6: no authentication, a request to connect, and its success.
const HELLO: &[u8] = b"\x05\x01\x00";
const WELCOME: &[u8] = b"\x05\x00";
const TO_ADDRESS: &[u8] = b"\x05\x01\x00\x01\x7f\0\0\x67\0\x50";
const TO_NAME: &[u8] = b"\x05\x01\x00\x03\x01g\0\x50";
const CONNECTED: &[u8] = b"\x05\x00\x00\x01\x7f\0\0\x01\x12\x34";

#[test]
fn socks_gets_an_address_or_a_name() {
    #[track_caller]
    fn check(proxy: &str, uri: &str, request: &[u8]) {
        let answer = [WELCOME, CONNECTED].concat();
        check_by_proxy(proxy, uri, &answer, false, (request, Ok(()), 0));
    }
    check("socks5://p", "ws://g/", &[HELLO, TO_ADDRESS].concat());
    check("socks5h://p", "ws://g/", &[HELLO, TO_NAME].concat());
    let to_address = [HELLO, TO_ADDRESS].concat();
    check("socks5h://p", "ws://127.0.0.103/", &to_address);
    // Without a name there is nothing to look up, and one without an address fails before.
    check("socks5://p", "ws://127.0.0.103/", &to_address);
    let stuck = (
        &b""[..],
        Err((Stage::Resolve, io::ErrorKind::TimedOut)),
        12_000,
    );
    check_by_proxy("socks5://p", "ws://stuck/", b"", false, stuck);
}

/// The request for the address that a letter stands for, behind a hello.
fn asked_for(letter: u8) -> Vec<u8> {
    [HELLO, b"\x05\x01\x00\x01\x7f\0\0", &[letter], b"\0\x50"].concat()
}

#[test]
fn socks_may_have_bound_any_name() {
    let request = [HELLO, TO_NAME].concat();
    for name in [&b"\x01g"[..], b"\x00", b"\x02\xff\xfe"] {
        let answer = [WELCOME, b"\x05\x00\x00\x03", name, b"\x12\x34"].concat();
        let done = (&request[..], Ok(()), 0);
        check_by_proxy("socks5h://p", "ws://g/", &answer, false, done);
    }
}

#[test]
fn socks_is_asked_for_one_address_after_another() {
    let refusal = |code| [WELCOME, b"\x05", &[code], b"\0\x01\0\0\0\0\0\0"].concat();
    let success = || ([WELCOME, CONNECTED].concat(), false);
    let asked: Vec<u8> = b"abc".iter().copied().flat_map(asked_for).collect();
    // Every reply that may be about the address (RFC 1928 §6).
    for code in [1, 2, 3, 4, 5, 6, 8] {
        let answers = [(refusal(code), true), (refusal(5), false), success()];
        check_by_answers("socks5://p", "ws://abc/", answers, (&asked, Ok(()), 0));
    }
    // The last that failed is reported.
    let answers = [(refusal(4), true), (refusal(3), true), (refusal(5), true)];
    let refused = (&asked[..], failed(io::ErrorKind::ConnectionRefused), 0);
    check_by_answers("socks5://p", "ws://abc/", answers, refused);
    // One that the proxy does not come back from is overtaken, as without a proxy.
    let answers = [(WELCOME.to_vec(), false), success()];
    let asked = [asked_for(b'a'), asked_for(b'b')].concat();
    check_by_answers("socks5://p", "ws://abc/", answers, (&asked, Ok(()), 250));
    let asked = asked_for(b'a');
    let timed_out = (&asked[..], failed(io::ErrorKind::TimedOut), 12_000);
    check_by_proxy("socks5://p", "ws://a/", WELCOME, false, timed_out);
}

#[test]
fn a_socks_proxy_that_is_no_good_is_not_asked_again() {
    #[track_caller]
    fn check(answer: &[u8], request: &[u8], kind: io::ErrorKind) {
        check_by_proxy(
            "socks5://p",
            "ws://abc/",
            answer,
            true,
            (request, failed(kind), 0),
        );
    }
    check(b"\x05\xff", HELLO, io::ErrorKind::PermissionDenied);
    check(b"HTTP/1.1 400", HELLO, io::ErrorKind::InvalidData);
    check(b"", HELLO, io::ErrorKind::UnexpectedEof);
    let not_supported = [WELCOME, b"\x05\x07\0\x01\0\0\0\0\0\0"].concat();
    check(&not_supported, &asked_for(b'a'), io::ErrorKind::Unsupported);
    let deaf = Err((Stage::Connect, io::ErrorKind::ConnectionRefused));
    check_by_proxy("socks5://d", "ws://abc/", b"", false, (b"", deaf, 0));
}

#[test]
fn a_proxy_is_reached_by_any_of_its_addresses() {
    let clock_stops = |request, milliseconds| (request, Ok(()), milliseconds);
    let to_address = [HELLO, TO_ADDRESS].concat();
    let to_name = [HELLO, TO_NAME].concat();
    for (scheme, request, answer) in [
        ("http", CONNECT, ESTABLISHED.to_vec()),
        ("socks5", &to_address, [WELCOME, CONNECTED].concat()),
        ("socks5h", &to_name, [WELCOME, CONNECTED].concat()),
    ] {
        for (host, milliseconds) in [("dp", 0), ("wp", 100), ("Dsp", 250)] {
            let proxy = format!("{scheme}://{host}");
            let expected = clock_stops(request, milliseconds);
            check_by_proxy(&proxy, "ws://g/", &answer, false, expected);
        }
    }
}

#[test]
fn socks_with_a_name_and_a_password() {
    let hello = b"\x05\x02\x00\x02";
    let login = b"\x01\x04user\x04pass";
    let proxy = "socks5h://user:pass@p";
    let answer = [b"\x05\x02\x01\x00", CONNECTED].concat();
    let request = [&hello[..], login, TO_NAME].concat();
    check_by_proxy(proxy, "ws://g/", &answer, false, (&request, Ok(()), 0));
    let refused = failed(io::ErrorKind::PermissionDenied);
    let request = [&hello[..], login].concat();
    let expected = (&request[..], refused, 0);
    check_by_proxy(proxy, "ws://g/", b"\x05\x02\x01\x01", false, expected);
    // RFC 1929 has no empty password, so the proxy is not asked.
    let invalid = (&b""[..], failed(io::ErrorKind::InvalidInput), 0);
    check_by_proxy("socks5h://user@p", "ws://g/", b"", false, invalid);
    // Nor has RFC 1928 names of more than 255 bytes.
    let host = vec!["n".repeat(60); 5].join(".");
    let uri = format!("ws://{host}/");
    let invalid = (&b""[..], failed(io::ErrorKind::InvalidInput), 0);
    check_by_proxy("socks5h://p", &uri, b"", false, invalid);
}

#[test]
fn a_socks_proxy_that_does_not_connect_is_an_error_of_its_stage() {
    #[track_caller]
    fn check(reply: &[u8], ends: bool, kind: io::ErrorKind, milliseconds: u64) {
        let request = [HELLO, TO_NAME].concat();
        let answer = [WELCOME, reply].concat();
        let expected = (&request[..], failed(kind), milliseconds);
        check_by_proxy("socks5h://p", "ws://g/", &answer, ends, expected);
    }
    let reply = |code| [b"\x05", &[code][..], b"\0\x01\0\0\0\0\0\0"].concat();
    check(&reply(1), false, io::ErrorKind::ConnectionRefused, 0);
    check(&reply(2), false, io::ErrorKind::PermissionDenied, 0);
    check(&reply(3), false, io::ErrorKind::NetworkUnreachable, 0);
    check(&reply(4), false, io::ErrorKind::HostUnreachable, 0);
    check(&reply(5), false, io::ErrorKind::ConnectionRefused, 0);
    check(&reply(7), false, io::ErrorKind::Unsupported, 0);
    check(&reply(99), false, io::ErrorKind::InvalidData, 0);
    check(
        b"\x05\0\0\x09\0\0\0\0\0\0",
        false,
        io::ErrorKind::InvalidData,
        0,
    );
    check(
        b"HTTP/1.1 400 Bad Request",
        false,
        io::ErrorKind::InvalidData,
        0,
    );
    check(b"\x05\x00\x00", true, io::ErrorKind::UnexpectedEof, 0);
    check(b"", false, io::ErrorKind::TimedOut, 12_000);

    let first_answer = |answer: &[u8], ends, kind| {
        check_by_proxy(
            "socks5h://p",
            "ws://g/",
            answer,
            ends,
            (HELLO, failed(kind), 0),
        );
    };
    first_answer(b"\x05\xff", false, io::ErrorKind::PermissionDenied);
    first_answer(b"\x05\x02", false, io::ErrorKind::PermissionDenied);
    first_answer(b"\x05\x01", false, io::ErrorKind::InvalidData);
    first_answer(b"\x04\x00", false, io::ErrorKind::InvalidData);
    first_answer(b"\x05", true, io::ErrorKind::UnexpectedEof);
}

#[test]
fn what_is_wrong_before_the_proxy_is_asked_has_its_own_stage() {
    #[track_caller]
    fn check(proxy: &str, stage: Stage, kind: io::ErrorKind) {
        check_by_proxy(proxy, "ws://g/", b"", false, (b"", Err((stage, kind)), 0));
    }
    check("http://d", Stage::Connect, io::ErrorKind::ConnectionRefused);
    check("socks4://p", Stage::Proxy, io::ErrorKind::InvalidInput);
    check("http://p/path", Stage::Proxy, io::ErrorKind::InvalidInput);
    check("https://p", Stage::Tls, io::ErrorKind::Unsupported);
}

/// The error of dialing `ws://g/` by `proxy`, which gives `answer`.
fn error_by_proxy(proxy: &str, answer: &[u8]) -> Error {
    let clock = CLOCK.with(VirtualClock::clone);
    ANSWERS.set([(answer.to_vec(), true)].into());
    let dialer = Dialer {
        proxies: Proxies::Always(ProxyUri::parse(proxy)),
        ..Dialer::default()
    };
    let uri = WsUri::parse("ws://g/").unwrap();
    let dialed = block_on(&clock, dialer.dial::<Letters>(&uri, None, SECOND * 12));
    dialed.map(drop).unwrap_err()
}

#[test]
fn errors_by_a_proxy_name_it_and_have_their_source() {
    #[track_caller]
    fn check(proxy: &str, answer: &[u8], expected: &str) {
        let error = error_by_proxy(proxy, answer).to_string();
        assert!(error.starts_with(expected), "{error}");
    }
    let named = "connecting failed (connect): proxy http://d:80: connection refused";
    check("http://user:secret@d", b"", named);
    let named = "connecting failed (connect): proxy socks5h://d:1080: connection refused";
    check("socks5h://d", b"", named);
    let named = "connecting failed (connect): proxy socks5://d:1080: connection refused";
    check("socks5://d", b"", named);
    let named = "connecting failed (proxy): proxy socks5://p:1080: ";
    check("socks5://p", b"\x05\xff", named);

    let refused = error_by_proxy("http://d", b"");
    let source = std::error::Error::source(&refused).unwrap();
    let source: &io::Error = source.downcast_ref().unwrap();
    assert_eq!(source.kind(), io::ErrorKind::ConnectionRefused);
    let refused = error_by_proxy("http://p", b"HTTP/1.1 502 Bad Gateway\r\n\r\n");
    let source = std::error::Error::source(&refused).unwrap();
    let status = http::StatusCode::BAD_GATEWAY;
    assert_eq!(source.downcast_ref(), Some(&TunnelError::Refused(status)));
}

#[test]
fn a_limit_for_lookup_holds_for_the_server_behind_socks() {
    let clock = CLOCK.with(VirtualClock::clone);
    let start = clock.elapsed();
    let dialer = Dialer {
        proxies: Proxies::Always(ProxyUri::parse("socks5://p")),
        connect_timeout: Some(SECOND),
        ..Dialer::default()
    };
    let uri = WsUri::parse("ws://stuck/").unwrap();
    let dialed = block_on(&clock, dialer.dial::<Letters>(&uri, None, SECOND * 12));
    let error = dialed.map(drop).unwrap_err();
    assert_eq!(error.stage(), Some(Stage::Resolve), "{error:?}");
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(clock.elapsed() - start, SECOND);
    // What the proxy is asked for is neither, and has the limit for all.
    let start = clock.elapsed();
    ANSWERS.set([(WELCOME.to_vec(), false)].into());
    let uri = WsUri::parse("ws://g/").unwrap();
    let dialed = block_on(&clock, dialer.dial::<Letters>(&uri, None, SECOND * 12));
    let error = dialed.map(drop).unwrap_err();
    assert_eq!(error.stage(), Some(Stage::Proxy), "{error:?}");
    assert_eq!(clock.elapsed() - start, SECOND * 12);
    PROXY.take();
}

#[test]
fn given_addresses_need_no_proxy() {
    let clock = CLOCK.with(VirtualClock::clone);
    let dialer = Dialer {
        addresses: Some([address(b'g', 80)].into()),
        proxies: Proxies::Always(ProxyUri::parse("http://d")),
        ..Dialer::default()
    };
    let uri = WsUri::parse("ws://stuck/").unwrap();
    let dialed = block_on(&clock, dialer.dial::<Letters>(&uri, None, SECOND));
    assert!(dialed.is_ok());
}

proptest! {
    /// Whatever a proxy says, there is a connection or an error of its stage, and soon.
    #[test]
    fn any_answer_is_an_end(
        proxy in prop::sample::select(vec!["http://p", "socks5h://p", "socks5h://a:b@p"]),
        start in prop::sample::select(vec![
            b"".to_vec(),
            b"HTTP/1.1 200".to_vec(),
            b"HTTP/1.1 100 x\r\n\r\n".to_vec(),
            WELCOME.to_vec(),
            b"\x05\x02\x01\x00\x05\x00\x00".to_vec(),
            [WELCOME, b"\x05\x00\x00\x03"].concat(),
        ]),
        input in prop::collection::vec(any::<u8>(), 0..300),
        ends in any::<bool>(),
    ) {
        let clock = CLOCK.with(VirtualClock::clone);
        ANSWERS.set([([start, input].concat(), ends)].into());
        let dialer = Dialer {
            proxies: Proxies::Always(ProxyUri::parse(proxy)),
            ..Dialer::default()
        };
        let uri = WsUri::parse("ws://g/").unwrap();
        let dialed = block_on(&clock, dialer.dial::<Letters>(&uri, None, SECOND));
        if let Err(error) = dialed {
            prop_assert_eq!(error.stage(), Some(Stage::Proxy));
        }
    }
}
