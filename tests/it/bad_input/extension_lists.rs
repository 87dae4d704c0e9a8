//! Lists of extensions that are long, odd or wrong (RFC 6455 §9.1, RFC 7692 §5).
//!
//! A server declines what it cannot use and refuses what is no list; a client fails, and says
//! nothing to the server, since there is no connection yet. Values of windows are in
//! `extensions/windows.rs`.

use std::sync::Arc;

use sockeye::extensions::NegotiationError;
use sockeye::tokio::Client;
use sockeye::{Error, HandshakeError, PermessageDeflate, Role, WebkitDeflateFrame};
use sockeye_tests::{RawPeer, WatchedServer, frame, request, within};
use tokio::net::TcpListener;

/// What our server answers by default to an offer without parameters.
const ACCEPTED: &str = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

/// Requests a WebSocket with these header lines, and expects the extensions of the answer, or 400.
async fn check_server(fields: &str, expected: Result<Option<&str>, ()>) {
    let shown: String = fields.chars().take(100).collect();
    let mut server = WatchedServer::receiving(|server| {
        server
            .extension(Arc::new(PermessageDeflate::default()))
            .extension(Arc::new(WebkitDeflateFrame::default()))
    })
    .await;
    let mut peer = RawPeer::connect(server.address).await;
    peer.send(request(fields).as_bytes()).await;
    let head = peer.head().await;
    let status = head.split(' ').nth(1);
    let Ok(extensions) = expected else {
        assert_eq!(status, Some("400"), "{shown}");
        return;
    };
    assert_eq!(status, Some("101"), "{shown}: {head}");
    let answers: Vec<_> = head
        .lines()
        .filter_map(|line| line.split_once(": "))
        .filter(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-extensions"))
        .map(|(_, value)| value)
        .collect();
    assert_eq!(answers, Vec::from_iter(extensions), "{shown}");
    // Whatever was declined, the connection works.
    let hello = frame(Role::Client, 0x81, b"hello");
    let close = frame(Role::Client, 0x88, &1000_u16.to_be_bytes());
    peer.send(&[hello, close].concat()).await;
    let seen = server.seen().await;
    assert_eq!(seen.messages, ["hello".into()], "{shown}");
    assert!(seen.outcome.clean, "{shown}");
}

#[tokio::test]
async fn of_clients_are_declined_in_part_or_refused() {
    let header = |value: &str| format!("Sec-WebSocket-Extensions: {value}\r\n");
    let bad = "permessage-deflate; a, ";
    let long = "9".repeat(5000);
    let webkit = "x-webkit-deflate-frame; no_context_takeover";
    for (value, expected) in [
        // The only legal offer stands behind five hundred that are not.
        (bad.repeat(500) + "permessage-deflate", Ok(Some(ACCEPTED))),
        (bad.repeat(500), Ok(None)),
        // One more part than is taken, of either kind.
        ("a,".repeat(1025), Err(())),
        (format!("a{}", ";a".repeat(1024)), Err(())),
        ("a,".repeat(1024), Ok(None)),
        // Elements that are empty are skipped, but there has to be one that is not.
        (",".repeat(10_000), Err(())),
        (",".repeat(10_000) + "a", Ok(None)),
        (
            format!("{}permessage-deflate", " ,\t".repeat(1000)),
            Ok(Some(ACCEPTED)),
        ),
        // One extension once, and one of two that claim the same bit: the one that comes first.
        ("permessage-deflate, ".repeat(100), Ok(Some(ACCEPTED))),
        (
            "permessage-deflate, x-webkit-deflate-frame".into(),
            Ok(Some(ACCEPTED)),
        ),
        (
            "x-webkit-deflate-frame, permessage-deflate".into(),
            Ok(Some(webkit)),
        ),
        // A name is not a parameter, nor a beginning of a name a name.
        ("permessage-deflate; permessage-deflate".into(), Ok(None)),
        (
            "permessage-deflat, permessage-deflatee, permessage".into(),
            Ok(None),
        ),
        (
            format!("permessage-deflate; server_max_window_bits={long}"),
            Ok(None),
        ),
        (format!("permessage-deflate; {long}"), Ok(None)),
        // No lists at all; one bad element spoils the good ones before it.
        ("permessage-deflate;".into(), Err(())),
        (";permessage-deflate".into(), Err(())),
        ("permessage-deflate; =9".into(), Err(())),
        ("permessage-deflate, a b".into(), Err(())),
        ("permessage-deflate, a; b=\"".into(), Err(())),
        ("permessage-deflate, a; b=\"\\".into(), Err(())),
        ("permessage-deflate, a; b=\"c, d\"".into(), Err(())),
        ("permessage-deflate, \u{e4}".into(), Err(())),
    ] {
        check_server(&header(&value), expected).await;
    }
    // Several lines are one list.
    let lines = header(bad) + &header("a") + &header("permessage-deflate");
    check_server(&lines, Ok(Some(ACCEPTED))).await;
    check_server(&(header("permessage-deflate") + &header("a b")), Err(())).await;
}

/// Lets a client of ours have an answer that it has to fail on.
async fn check_client(
    deflate: PermessageDeflate,
    answer: &str,
    expected: Option<NegotiationError>,
) {
    let listener = TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("loopback can be bound");
    let address = listener.local_addr().expect("a listener has an address");
    let client = Client::new().extension(Arc::new(deflate));
    let fields = format!("Sec-WebSocket-Extensions: {answer}\r\n");
    let (connected, mut peer) = within("a handshake", async {
        tokio::join!(
            client.connect(format!("ws://{address}/")),
            RawPeer::accept_with(&listener, &fields, &[])
        )
    })
    .await;
    let error = connected.expect_err(answer);
    let given = match &error {
        Error::Handshake(HandshakeError::Extension(error)) => Some(*error),
        _ => None,
    };
    assert_eq!(given, expected, "{answer}: {error:?}");
    // RFC 6455 §7.1.7: only an established connection is told by a Close frame, so not of 1010
    let rest = peer.rest().await;
    let rest = rest.expect("an orderly end");
    assert!(rest.is_empty(), "{answer}: {rest:02x?}");
}

#[tokio::test]
async fn of_servers_fail_the_client_which_says_no_more() {
    use NegotiationError::{
        AnsweredTwice, DuplicateParameter, InvalidParameter, MissingParameter, NotOffered,
        UnknownParameter,
    };
    let deflate = PermessageDeflate::default().context_takeover();
    for (answer, expected) in [
        ("a", NotOffered),
        ("permessage-deflate, a", NotOffered),
        ("Permessage-Deflate", NotOffered),
        ("x-webkit-permessage-deflate", NotOffered),
        ("x-webkit-deflate-frame", NotOffered),
        ("permessage-deflate, permessage-deflate", AnsweredTwice),
        ("permessage-deflate; a", UnknownParameter),
        ("permessage-deflate; a=1; b=2", UnknownParameter),
        (
            "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
            DuplicateParameter,
        ),
        (
            "permessage-deflate; client_max_window_bits=9; client_max_window_bits=9",
            DuplicateParameter,
        ),
        (
            "permessage-deflate; server_no_context_takeover=1",
            InvalidParameter,
        ),
        (
            "permessage-deflate; client_no_context_takeover=true",
            InvalidParameter,
        ),
        (
            "permessage-deflate; client_max_window_bits",
            InvalidParameter,
        ),
        (
            "permessage-deflate; server_max_window_bits",
            InvalidParameter,
        ),
    ] {
        check_client(deflate, answer, Some(expected)).await;
    }
    // What the client insists on is missing.
    let insists = PermessageDeflate::default().insist(true);
    check_client(insists, "permessage-deflate", Some(MissingParameter)).await;
    // No lists.
    let many = "permessage-deflate,".repeat(800) + &",a".repeat(300);
    for answer in ["permessage-deflate;", "permessage-deflate; a=\"", &many] {
        check_client(deflate, answer, None).await;
    }
}
