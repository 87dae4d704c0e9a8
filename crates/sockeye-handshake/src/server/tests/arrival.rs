//! How requests arrive: in pieces, too large, too late, cut off, with more behind them.

use http::Response;
use proptest::prelude::*;

use super::*;
use crate::Acceptance;

/// A valid opening handshake with `n` fields and `len` bytes in all.
fn sized(n: usize, len: usize) -> Vec<u8> {
    let mut fields: Vec<String> = VALID.iter().map(|&field| field.to_owned()).collect();
    fields.resize(n - 1, "a: b".to_owned());
    fields.push("z: ".to_owned());
    let mut input = get(&fields.iter().map(String::as_str).collect::<Vec<_>>());
    let end = input.len() - 4;
    let filling = vec![b'z'; len.saturating_sub(input.len())];
    input.splice(end..end, filling);
    input
}

#[test]
fn heads_at_their_limits_are_accepted_and_one_more_refused() {
    accepts(&sized(6, 16 * 1024));
    refuses(&sized(6, 16 * 1024 + 1), 431);
    accepts(&sized(100, 0));
    refuses(&sized(101, 0), 431);
    refuses(&sized(2000, 0), 431);
    let target = |len: usize| {
        let path = "a".repeat(len - 1);
        format!("GET /{path} HTTP/1.1\r\n{}\r\n\r\n", VALID.join("\r\n")).into_bytes()
    };
    accepts(&target(8 * 1024));
    refuses(&target(8 * 1024 + 1), 414);
    refuses(&target(1024 * 1024), 414);
}

#[test]
fn required_fields_behind_the_hundredth_do_not_count() {
    let mut fields = vec!["a: b"; 100];
    fields.extend(VALID);
    refuses(&get(&fields), 431);
}

#[test]
fn too_much_is_refused_before_its_end() {
    let header = [b"GET / HTTP/1.1\r\nx: ".to_vec(), vec![b'a'; 1024 * 1024]].concat();
    refuses(&header, 431);
    refuses(&header[..16 * 1024 + 1], 431);
    assert!(event(&header[..16 * 1024]).is_none());
    let target = [b"GET /".to_vec(), vec![b'a'; 1024 * 1024]].concat();
    refuses(&target, 414);
    refuses(&target[..4 + 8 * 1024 + 1], 414);
    assert!(event(&target[..4 + 8 * 1024]).is_none());
}

#[test]
fn limits_can_be_changed() {
    let limits = HeadLimits {
        max_head_bytes: 200,
        max_target_bytes: 10,
        max_fields: 5,
        ..HeadLimits::default()
    };
    let verdict = |input: &[u8]| {
        let mut server = ServerHandshake::new(limits);
        server.handle_input(input);
        match server.poll() {
            Some(ServerEvent::Upgrade(_)) => 101,
            Some(ServerEvent::Refuse(refusal)) => refusal.status().as_u16(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(verdict(&with(&[])), 101);
    assert_eq!(verdict(&with(&["a: b"])), 431);
    assert_eq!(
        verdict(&with(&[&format!("Host: {}", "a".repeat(100))])),
        431
    );
    assert_eq!(verdict(b"GET /2345678901"), 414);
}

#[test]
fn bytes_behind_the_head_are_kept() {
    let input = [with(&[]), b"\x81\x85abcd".to_vec()].concat();
    let (_, established) = accepts(&input).accept(Acceptance::new()).unwrap();
    assert_eq!(established.leftover, b"\x81\x85abcd");
    let (_, established) = accepts(&with(&[])).accept(Acceptance::new()).unwrap();
    assert_eq!(established.leftover, b"");
}

#[test]
fn a_second_request_is_never_read() {
    let second = b"GET /internal HTTP/1.1\r\nHost: h\r\n\r\n";
    for (first, status) in [
        (with(&["Sec-WebSocket-Key: x"]), 400),
        (with(&["Origin: a", "Origin: b"]), 403),
        (b"POST / HTTP/1.1\r\nHost: h\r\n\r\n".to_vec(), 405),
        (with(&["Sec-WebSocket-Version: 8"]), 426),
        (sized(101, 0), 431),
        (b"GET / HTTP/1.0\r\n\r\n".to_vec(), 505),
    ] {
        let text = refuses(&[&first, &second[..]].concat(), status);
        assert_eq!(text.matches("\r\nConnection: close\r\n").count(), 1);
        assert!(!text.contains("internal"));
    }
    let request = is_plain(&[&get(&["Host: h"]), &second[..]].concat());
    assert_eq!(request.uri(), "/chat");
}

#[test]
fn after_the_event_nothing_is_taken_in() {
    for first in [with(&[]), get(&["Host: h"]), b"\0".to_vec()] {
        let mut server = ServerHandshake::new(HeadLimits::default());
        server.handle_input(&first);
        assert!(server.poll().is_some());
        server.handle_input(&first);
        server.handle_eof();
        server.handle_timeout();
        assert!(server.poll().is_none());
    }
}

#[test]
fn a_request_that_does_not_come_in_time_is_408() {
    for input in [&b""[..], b"GET / HTTP/1.1\r\nHost: x\r\n"] {
        let mut server = ServerHandshake::new(HeadLimits::default());
        server.handle_input(input);
        assert!(server.poll().is_none());
        server.handle_timeout();
        let refused = server.poll();
        assert!(matches!(&refused, Some(ServerEvent::Refuse(it)) if it.status() == 408));
    }
    let mut server = ServerHandshake::new(HeadLimits::default());
    server.handle_input(&with(&[]));
    server.handle_timeout();
    server.handle_eof();
    assert!(matches!(server.poll(), Some(ServerEvent::Upgrade(_))));
}

#[test]
fn a_request_that_is_cut_off_is_400_and_silence_is_nothing() {
    let mut server = ServerHandshake::new(HeadLimits::default());
    server.handle_input(b"GET / HT");
    server.handle_eof();
    let refused = server.poll();
    assert!(matches!(&refused, Some(ServerEvent::Refuse(it)) if it.status() == 400));
    let mut server = ServerHandshake::new(HeadLimits::default());
    server.handle_eof();
    assert!(server.poll().is_none());
    server.handle_input(&with(&[]));
    assert!(server.poll().is_none());
}

#[test]
fn one_flipped_bit_is_never_a_panic() {
    let valid = [
        with(&["Origin: http://a", "Sec-WebSocket-Protocol: a, b"]),
        b"x".to_vec(),
    ]
    .concat();
    for bit in 0..valid.len() * 8 {
        let mut input = valid.clone();
        input[bit / 8] ^= 1 << (bit % 8);
        // Whatever it means now, it means the same however it is cut.
        event(&input);
    }
}

proptest! {
    #[test]
    fn any_bytes_mean_the_same_however_they_are_cut(
        mut input in prop::collection::vec(any::<u8>(), 0..300),
        keep in 0..200_usize,
    ) {
        let mut start = with(&[]);
        start.truncate(keep);
        start.append(&mut input);
        event(&start);
    }

    #[test]
    fn any_refusal_is_one_whole_response(lines in prop::collection::vec("[ -~]{0,20}", 0..8)) {
        let input = lines.iter().map(|line| format!("{line}\r\n")).collect::<String>() + "\r\n";
        if let Some(ServerEvent::Refuse(refusal)) = event(input.as_bytes()) {
            let response: &Response<_> = refusal.response();
            let text = String::from_utf8(refusal.encode()).unwrap();
            let (head, body) = text.split_once("\r\n\r\n").unwrap();
            prop_assert_eq!(body.as_bytes(), response.body().as_ref());
            let length = format!("Content-Length: {}", body.len());
            prop_assert!(head.lines().any(|line| line == length));
        }
    }
}
