//! Which 101 responses open a connection, one rule at a time.

use proptest::prelude::*;
use sockeye_extensions::NegotiationError;

use super::*;

#[track_caller]
fn accepts(input: &[u8]) -> Established {
    match outcome(input) {
        Some(Ok(established)) => established,
        other => panic!("{other:?} for {}", input.escape_ascii()),
    }
}

#[track_caller]
fn refuses(input: &[u8], expected: fn(&HandshakeError) -> bool) {
    match outcome(input) {
        Some(Err(error)) if expected(&error) => {}
        other => panic!("{other:?} for {}", input.escape_ascii()),
    }
}

#[test]
fn the_example_of_the_rfc_is_accepted() {
    // RFC 6455 §1.2
    let established = accepts(&with(&["Sec-WebSocket-Protocol: chat"]));
    assert_eq!(established.subprotocol.as_deref(), Some("chat"));
    assert!(established.extensions.is_empty() && established.leftover.is_empty());
    let response = established.head.into_response().unwrap();
    assert_eq!(response.status(), 101);
    assert_eq!(response.headers()["sec-websocket-protocol"], "chat");
}

#[test]
fn an_alert_of_tls_is_told_from_other_bytes() {
    // What a server with TLS makes of `GET`: a fatal alert, unexpected_message.
    let alert = b"\x15\x03\x03\0\x02\x02\x0a";
    refuses(alert, |error| matches!(error, HandshakeError::TlsAlert));
    let malformed = |error: &HandshakeError| matches!(error, HandshakeError::Malformed);
    refuses(b"\x16\x03\x03\0", malformed);
    refuses(b"H\x15\x03", malformed);
}

#[test]
fn bytes_behind_the_head_are_kept() {
    let input = [with(&[]), b"\x81\x05Hello".to_vec()].concat();
    assert_eq!(accepts(&input).leftover, b"\x81\x05Hello");
}

#[test]
fn names_and_tokens_are_compared_without_case() {
    accepts(&with(&["UPGRADE: WebSocket", "connection: uPGRADE"]));
    accepts(&with(&["Connection: keep-alive, Upgrade"]));
    accepts(&with(&["Connection: keep-alive", "Connection: Upgrade"]));
    accepts(&with(&["Upgrade:websocket ", "Connection:\tUpgrade\t"]));
}

#[test]
fn the_upgrade_must_be_to_websocket() {
    let missing = |error: &HandshakeError| matches!(error, HandshakeError::MissingUpgrade);
    refuses(&without("Upgrade"), missing);
    for value in [
        "",
        "websocketx",
        "xwebsocket",
        "h2c",
        "h2c, websocket",
        "web socket",
        "\u{e9}",
    ] {
        refuses(&with(&[&format!("Upgrade: {value}")]), missing);
    }
    refuses(
        &with(&["Upgrade: websocket", "Upgrade: websocket"]),
        missing,
    );
    let missing =
        |error: &HandshakeError| matches!(error, HandshakeError::MissingConnectionUpgrade);
    refuses(&without("Connection"), missing);
    for value in [
        "",
        "notupgrade",
        "close",
        "keep-alive",
        "up grade",
        "\u{e9}",
    ] {
        refuses(&with(&[&format!("Connection: {value}")]), missing);
    }
}

#[test]
fn the_key_must_be_answered() {
    let wrong = |error: &HandshakeError| matches!(error, HandshakeError::WrongAccept);
    refuses(&without("Sec-WebSocket-Accept"), wrong);
    for value in [
        "",
        "dGhlIHNhbXBsZSBub25jZQ==",
        "s3pPLMBiTxaQ9kYGzzhZRbK+xOo",
        "S3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
        "s3pPLMBiTxaQ9kYG zzhZRbK+xOo=",
        "\"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\"",
        "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=, s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
        "\u{a0}s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
        "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\u{e9}",
    ] {
        refuses(&with(&[&format!("Sec-WebSocket-Accept: {value}")]), wrong);
    }
    refuses(&with(&[VALID[2], VALID[2]]), wrong);
    refuses(&with(&[VALID[2], "sec-websocket-accept: x"]), wrong);
    // RFC 6455 §4.1: ignoring any leading and trailing whitespace
    accepts(&with(&[
        "Sec-WebSocket-Accept: \t s3pPLMBiTxaQ9kYGzzhZRbK+xOo= \t",
    ]));
}

#[test]
fn only_an_offered_subprotocol_can_be_chosen() {
    let check = |value: &str| accepts(&with(&[value])).subprotocol;
    assert_eq!(
        check("Sec-WebSocket-Protocol: superchat").as_deref(),
        Some("superchat")
    );
    assert_eq!(check("X: y"), None);
    let wrong = |error: &HandshakeError| matches!(error, HandshakeError::SubprotocolNotOffered);
    for value in [
        "",
        "Chat",
        "other",
        "chat, superchat",
        "chat,",
        "chatx",
        "\u{e9}",
    ] {
        refuses(&with(&[&format!("Sec-WebSocket-Protocol: {value}")]), wrong);
    }
    let twice = "Sec-WebSocket-Protocol: chat";
    refuses(&with(&[twice, twice]), wrong);
}

#[test]
fn only_offered_extensions_can_be_agreed_on() {
    let names = |value: &str| {
        let established = accepts(&with(&[value]));
        established
            .extensions
            .names()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(names("Sec-WebSocket-Extensions: x-toy"), ["x-toy"]);
    assert!(names("X: y").is_empty());
    let toy = "Sec-WebSocket-Extensions: x-toy";
    let wrong = |error: &HandshakeError| matches!(error, HandshakeError::Extension(_));
    refuses(
        &with(&["Sec-WebSocket-Extensions: permessage-deflate"]),
        wrong,
    );
    refuses(&with(&["Sec-WebSocket-Extensions: x-toy, x-toy"]), wrong);
    refuses(&with(&[toy, toy]), wrong);
    refuses(&with(&["Sec-WebSocket-Extensions: x-toy, x-foo"]), wrong);
    refuses(
        &with(&["Sec-WebSocket-Extensions: x-toy; unknown"]),
        |error| {
            matches!(
                error,
                HandshakeError::Extension(NegotiationError::UnknownParameter)
            )
        },
    );
    for value in [
        "x-toy;",
        "x toy",
        "\u{e9}",
        "x-toy; a=\"",
        "x-toy; a=\"b c\"",
    ] {
        refuses(
            &with(&[&format!("Sec-WebSocket-Extensions: {value}")]),
            |error| matches!(error, HandshakeError::InvalidExtensions(_)),
        );
    }
}

#[test]
fn a_101_must_be_http_1_1() {
    let malformed = |error: &HandshakeError| matches!(error, HandshakeError::Malformed);
    let valid = String::from_utf8(with(&[])).unwrap();
    let changed = |from: &str, to: &str| valid.replacen(from, to, 1).into_bytes();
    refuses(&changed("HTTP/1.1", "HTTP/1.0"), malformed);
    refuses(&changed("HTTP/1.1", "HTTP/2.0"), malformed);
    refuses(&changed("HTTP/1.1", "ICY"), malformed);
    refuses(&changed("\r\n", "\n"), malformed);
    refuses(&changed("Upgrade:", "Upgrade :"), malformed);
    refuses(&changed("websocket", "web\0socket"), malformed);
    refuses(&changed("HTTP", "\r\nHTTP"), malformed);
    refuses(b"\x81\x05Hello", malformed);
    accepts(&changed("HTTP/1.1", "HTTP/1.2"));
    accepts(&changed("HTTP/1.1", "HTTP/1.9"));
    accepts(&changed("101 Switching Protocols", "101 "));
    accepts(&changed("101 Switching Protocols", "101 \u{e9}"));
}

#[test]
fn folded_lines_of_a_response_are_mended() {
    let valid = String::from_utf8(with(&["X: y"])).unwrap();
    let changed = |from: &str, to: &str| valid.replacen(from, to, 1).into_bytes();
    accepts(&changed("Upgrade: ", "Upgrade:\r\n "));
    accepts(&changed("Upgrade: ", "Upgrade:\r\n\t\r\n \r\n  "));
    accepts(&changed("X: y", "X: y\r\n z"));
    let wrong_accept = |error: &HandshakeError| matches!(error, HandshakeError::WrongAccept);
    refuses(&changed("Accept: ", "Accept: x\r\n "), wrong_accept);
    // Before the first field there is nothing to go on with.
    let malformed = |error: &HandshakeError| matches!(error, HandshakeError::Malformed);
    refuses(&changed("Upgrade: ", " Upgrade: "), malformed);
}

#[test]
fn response_heads_are_bounded() {
    let filler = |len: usize| format!("X: {}", "x".repeat(len));
    let room = 16 * 1024 - with(&["X: "]).len();
    accepts(&with(&[&filler(room)]));
    let too_large = |error: &HandshakeError| matches!(error, HandshakeError::HeadTooLarge);
    refuses(&with(&[&filler(room + 1)]), too_large);
    refuses(&with(&[&filler(1024 * 1024)]), too_large);
    accepts(&with(&["a: b"; 97]));
    refuses(&with(&["a: b"; 98]), |error| {
        matches!(error, HandshakeError::TooManyFields)
    });
}

#[test]
fn eight_interim_responses_are_passed_over_and_no_more() {
    let interim = |n: usize| b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n".repeat(n);
    accepts(&[interim(8), with(&[])].concat());
    accepts(&[b"HTTP/1.1 103 Early Hints\r\n\r\n".to_vec(), with(&[])].concat());
    let too_many =
        |error: &HandshakeError| matches!(error, HandshakeError::TooManyInterimResponses);
    refuses(&[interim(9), with(&[])].concat(), too_many);
    refuses(&interim(1000), too_many);
    assert!(outcome(&interim(8)).is_none());
}

/// Tells whether one flipped bit leaves a valid response valid: in the reason phrase, which means
/// nothing, as long as it is text, and where it changes the case of what has no case.
fn is_harmless(valid: &[u8], position: usize, mask: u8) -> bool {
    let byte = valid[position] ^ mask;
    let line_start = valid[..position]
        .iter()
        .rposition(|&b| b == b'\n')
        .map_or(0, |lf| lf + 1);
    let line = valid[line_start..].split(|&b| b == b'\r').next().unwrap();
    let place = position - line_start;
    if place >= line.len() {
        return false;
    }
    if line_start == 0 {
        // A higher minor version is taken for the one that is known.
        let is_minor = place == "HTTP/1.".len() && (b'2'..=b'9').contains(&byte);
        return is_minor
            || place >= "HTTP/1.1 101 ".len() && (matches!(byte, 9 | b' '..=b'~') || byte >= 0x80);
    }
    let changes_case = mask == 0x20 && byte.is_ascii_alphabetic();
    let in_name = place < line.iter().position(|&b| b == b':').unwrap();
    changes_case && (in_name || !line.starts_with(b"Sec-WebSocket-Accept"))
}

#[test]
fn one_flipped_bit_is_accepted_only_if_it_means_the_same() {
    let valid = with(&[]);
    let mut n_accepted = 0;
    for (position, mask) in (0..valid.len()).flat_map(|at| (0..8).map(move |bit| (at, 1 << bit))) {
        let mut input = valid.clone();
        input[position] ^= mask;
        // A response that goes on for lack of its empty line ends with the stream.
        let accepted = matches!(
            outcome_after(&input, ClientHandshake::handle_eof),
            Some(Ok(_))
        );
        let mutation = input.escape_ascii();
        assert_eq!(accepted, is_harmless(&valid, position, mask), "{mutation}");
        n_accepted += u32::from(accepted);
    }
    assert!(n_accepted > 100);
}

proptest! {
    #[test]
    fn any_bytes_mean_the_same_however_they_are_cut(
        mut input in prop::collection::vec(any::<u8>(), 0..300),
        keep in 0..200_usize,
    ) {
        let mut start = with(&["Sec-WebSocket-Protocol: chat"]);
        start.truncate(keep);
        start.append(&mut input);
        outcome(&start);
    }
}
