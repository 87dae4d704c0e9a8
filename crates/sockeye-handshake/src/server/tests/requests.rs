//! Which requests are accepted, plain or refused, one rule at a time.

use super::*;

/// A valid opening handshake with another start line.
fn start(line: &str) -> Vec<u8> {
    format!("{line}\r\n{}\r\n\r\n", VALID.join("\r\n")).into_bytes()
}

#[test]
fn the_example_of_the_rfc_is_accepted() {
    // RFC 6455 §1.2
    let upgrade = accepts(
        b"GET /chat HTTP/1.1\r\n\
        Host: server.example.com\r\n\
        Upgrade: websocket\r\n\
        Connection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
        Origin: http://example.com\r\n\
        Sec-WebSocket-Protocol: chat, superchat\r\n\
        Sec-WebSocket-Version: 13\r\n\r\n",
    );
    assert_eq!(upgrade.request().uri(), "/chat");
    assert_eq!(upgrade.host(), "server.example.com");
    assert_eq!(upgrade.origin(), Some("http://example.com"));
    assert_eq!(upgrade.subprotocols(), ["chat", "superchat"]);
    assert_eq!(upgrade.accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    assert!(upgrade.offers().is_empty());
}

#[test]
fn names_and_tokens_are_compared_without_case() {
    accepts(&with(&[]));
    accepts(
        &String::from_utf8(with(&[]))
            .unwrap()
            .replace("Sec-WebSocket", "SEC-Websocket")
            .into_bytes(),
    );
    accepts(&with(&[
        "host: h",
        "upgrade: WebSocket",
        "connection: upgrade",
    ]));
    accepts(&with(&[
        "Upgrade:websocket\t",
        "Connection: \tkeep-alive ,\tUPGRADE ",
    ]));
}

#[test]
fn connection_and_upgrade_are_lists() {
    accepts(&with(&["Connection: keep-alive, Upgrade"]));
    accepts(&with(&["Connection: keep-alive", "Connection: Upgrade"]));
    accepts(&with(&["Upgrade: h2c, websocket"]));
    accepts(&with(&["Upgrade: h2c", "Upgrade: websocket"]));
    is_plain(&with(&["Connection: notupgrade"]));
    is_plain(&with(&["Connection: keep-alive"]));
    is_plain(&with(&["Connection: close"]));
    is_plain(&with(&["Connection:"]));
    is_plain(&without("Connection"));
    is_plain(&with(&["Upgrade: websocketx"]));
    is_plain(&with(&["Upgrade: h2c"]));
    is_plain(&with(&["Upgrade:"]));
    is_plain(&without("Upgrade"));
}

#[test]
fn plain_requests_are_get_and_head() {
    let request = is_plain(b"GET /health?x HTTP/1.1\r\nHost: h\r\nCookie: c\r\n\r\n");
    assert_eq!(request.uri(), "/health?x");
    assert_eq!(request.headers()["cookie"], "c");
    is_plain(b"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
    is_plain(b"GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n");
    is_plain(b"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
}

#[test]
fn other_methods_are_405() {
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "X", "get"] {
        let text = refuses(&start(&format!("{method} / HTTP/1.1")), 405);
        assert!(text.contains("\r\nallow: GET\r\n"), "{text}");
        refuses(
            format!("{method} / HTTP/1.1\r\nHost: h\r\n\r\n").as_bytes(),
            405,
        );
    }
    refuses(
        b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
        405,
    );
    let text = refuses(&start("HEAD / HTTP/1.1"), 405);
    assert!(text.ends_with("\r\n\r\n"), "no body for HEAD: {text}");
}

#[test]
fn other_versions_of_http_are_505() {
    refuses(&start("GET /chat HTTP/1.0"), 505);
    refuses(&start("GET /chat HTTP/2.0"), 505);
    refuses(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
    refuses(&start("GET /chat"), 400);
    refuses(&start("GET /chat FTP/1.1"), 400);
}

#[test]
fn targets_are_paths_or_addresses() {
    accepts(&start("GET /a/b?c=d HTTP/1.1"));
    let upgrade = accepts(&start("GET ws://other.example:81/chat HTTP/1.1"));
    assert_eq!(upgrade.host(), "other.example:81");
    refuses(&start("GET ws://other.example:99999/ HTTP/1.1"), 400);
    refuses(&start("GET * HTTP/1.1"), 400);
    refuses(&start("GET chat HTTP/1.1"), 400);
    refuses(&start("GET /a#b HTTP/1.1"), 400);
    refuses(&start("GET /\u{e9} HTTP/1.1"), 400);
    refuses(&start("GET  /chat HTTP/1.1"), 400);
}

#[test]
fn there_is_one_valid_host() {
    accepts(&with(&["Host: [::1]:9001"]));
    refuses(&without("Host"), 400);
    refuses(b"GET / HTTP/1.1\r\n\r\n", 400);
    for host in [
        "", "a b", "a/b", "user@a", "a:b", "a:99999", "a\u{e9}", "http://a",
    ] {
        refuses(&with(&[&format!("Host: {host}")]), 400);
        refuses(&get(&[&format!("Host: {host}")]), 400);
    }
    refuses(&with(&["Host: a", "Host: a"]), 400);
    refuses(&with(&["Host: a", "Host: b"]), 400);
    refuses(&with(&["Host: a", "HOST: a"]), 400);
}

#[test]
fn there_is_no_body() {
    accepts(&with(&["Content-Length: 0"]));
    refuses(&with(&["Content-Length: 5"]), 400);
    refuses(&with(&["Transfer-Encoding: chunked"]), 400);
    refuses(&with(&["Transfer-Encoding: identity"]), 400);
    refuses(
        &with(&["Content-Length: 0", "Transfer-Encoding: chunked"]),
        400,
    );
    refuses(&with(&["Content-Length: 0", "Content-Length: 1"]), 400);
    refuses(&with(&["Content-Length: x"]), 400);
    refuses(&get(&["Host: h", "Content-Length: 5"]), 400);
    refuses(&get(&["Host: h", "Transfer-Encoding: chunked"]), 400);
    let both = "Content-Length: 5\r\nTransfer-Encoding: chunked";
    refuses(
        format!("POST / HTTP/1.1\r\nHost: h\r\n{both}\r\n\r\n").as_bytes(),
        400,
    );
}

#[test]
fn there_is_one_version_and_it_is_13() {
    for version in ["99", "12", "8", "013", "13, 8", "1 3", "", "\u{e9}"] {
        let text = refuses(&with(&[&format!("Sec-WebSocket-Version: {version}")]), 426);
        assert!(text.contains("\r\nsec-websocket-version: 13\r\n"), "{text}");
        assert!(text.contains("\r\nupgrade: websocket\r\n"), "{text}");
    }
    refuses(&without("Sec-WebSocket-Version"), 400);
    refuses(
        &with(&["Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 13"]),
        400,
    );
    refuses(
        &with(&["Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8"]),
        400,
    );
}

#[test]
fn there_is_one_key_of_16_bytes() {
    for key in [
        "AAAAAAA=",
        "dGhlIHNhbXBsZSBub25jZQ",
        "dGhlIHNhbXBsZSBub25jZR==",
        "dGhlIHNhbXBsZSBub25jZWU=",
        "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ==",
        "",
        "\u{e9}\u{e9}",
    ] {
        refuses(&with(&[&format!("Sec-WebSocket-Key: {key}")]), 400);
    }
    refuses(&without("Sec-WebSocket-Key"), 400);
    refuses(&with(&[VALID[3], VALID[3]]), 400);
    refuses(
        &with(&[VALID[3], "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA=="]),
        400,
    );
}

#[test]
fn offers_must_be_readable() {
    let upgrade = accepts(&with(&[
        "Sec-WebSocket-Extensions: x-a; b=1",
        "Sec-WebSocket-Extensions: x-c",
        "Sec-WebSocket-Protocol: v1",
        "Sec-WebSocket-Protocol: v2",
    ]));
    let offers: Vec<&str> = upgrade.offers().iter().map(|offer| offer.name()).collect();
    assert_eq!(offers, ["x-a", "x-c"]);
    assert_eq!(upgrade.subprotocols(), ["v1", "v2"]);
    refuses(&with(&["Sec-WebSocket-Extensions: a b"]), 400);
    refuses(&with(&["Sec-WebSocket-Extensions: \u{e9}"]), 400);
    refuses(&with(&["Sec-WebSocket-Protocol: a b"]), 400);
    refuses(&with(&["Sec-WebSocket-Protocol: a, a"]), 400);
    refuses(&with(&["Sec-WebSocket-Protocol: \u{e9}"]), 400);
}

#[test]
fn lists_made_to_be_slow_are_read_or_refused() {
    // Each took other servers seconds or more; tests of the lists themselves count steps.
    let spaces = " ".repeat(15_000);
    refuses(
        &with(&[&format!("Sec-WebSocket-Protocol: b{spaces}x")]),
        400,
    );
    let backslashes = "\\".repeat(6000);
    refuses(
        &with(&[&format!("Sec-WebSocket-Extensions: x; y=\"{backslashes}")]),
        400,
    );
    let commas = ",".repeat(5000);
    refuses(&with(&[&format!("Sec-WebSocket-Protocol: {commas}")]), 400);
    refuses(
        &with(&[&format!("Sec-WebSocket-Extensions: {commas}")]),
        400,
    );
    accepts(&with(&[&format!("Sec-WebSocket-Extensions: {commas}a")]));
    let offers = "permessage-deflate, ".repeat(180);
    assert_eq!(
        accepts(&with(&[&format!("Sec-WebSocket-Extensions: {offers}")]))
            .offers()
            .len(),
        180
    );
}

#[test]
fn an_origin_is_one_line_of_text() {
    assert_eq!(accepts(&with(&["Origin: null"])).origin(), Some("null"));
    assert_eq!(
        accepts(&with(&["Origin: http://a:b"])).origin(),
        Some("http://a:b")
    );
    assert_eq!(accepts(&with(&[])).origin(), None);
    refuses(&with(&["Origin: http://a", "Origin: http://a"]), 403);
    refuses(&with(&["Origin: http://a", "Origin: http://b"]), 403);
    refuses(&with(&["Origin: http://\u{e9}"]), 403);
}

#[test]
fn http_that_readers_disagree_on_is_refused() {
    let valid = String::from_utf8(with(&[])).unwrap();
    let changed = |from: &str, to: &str| valid.replacen(from, to, 1).into_bytes();
    refuses(&changed("Host", " Host"), 400);
    refuses(&changed("Upgrade: websocket", " Upgrade: websocket"), 400);
    refuses(
        &changed("Upgrade: websocket", "Upgrade:\r\n websocket"),
        400,
    );
    refuses(&changed("Upgrade: websocket", "Upgrade : websocket"), 400);
    refuses(&changed("Upgrade: websocket", "Upgrade: web\0socket"), 400);
    refuses(&changed("Upgrade: websocket", "Upgrade"), 400);
    refuses(&changed("Upgrade: websocket", "Up grade: websocket"), 400);
    refuses(&changed("Upgrade: websocket", ": websocket"), 400);
    refuses(&changed("websocket\r\n", "websocket\n"), 400);
    refuses(&changed("websocket\r\n", "websocket\r"), 400);
    refuses(&changed("\r\n\r\n", "\r\n\n"), 400);
    refuses(&changed("GET", "\r\n\r\nGET"), 400);
    accepts(&changed("GET", "\r\nGET"));
    accepts(&changed("HTTP/1.1", "HTTP/1.2"));
    refuses(valid.replace("\r\n", "\n").as_bytes(), 400);
}

#[test]
fn header_values_are_bytes_and_never_a_panic() {
    let others = [
        "Cookie",
        "Sec-WebSocket-Protocol",
        "Sec-WebSocket-Extensions",
        "Origin",
    ];
    let names = VALID
        .iter()
        .map(|field| field.split(':').next().unwrap())
        .chain(others);
    for name in names {
        for byte in 0x80..=0xff_u8 {
            let mut input = with(&[&format!("{name}: \u{1}")]);
            let position = input.iter().position(|&byte| byte == 1).unwrap();
            input[position] = byte;
            let verdict = match event(&input) {
                Some(ServerEvent::Upgrade(_)) => 101,
                Some(ServerEvent::Plain(_)) => 200,
                Some(ServerEvent::Refuse(refusal)) => refusal.status().as_u16(),
                None => 0,
            };
            let expected = match name {
                "Cookie" => 101,
                "Upgrade" | "Connection" => 200,
                "Sec-WebSocket-Version" => 426,
                "Origin" => 403,
                _ => 400,
            };
            assert_eq!(verdict, expected, "{name}: {byte:#x}");
        }
    }
}
