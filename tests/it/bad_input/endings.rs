//! Connections that end without a Close frame, in order or by a reset, at every kind of place.
//!
//! Each is a typed error and code 1006 (RFC 6455 §7.1.5); what was whole was delivered, what was
//! not is lost, and nothing panics or lingers.

use std::io;

use sockeye::{CloseCode, Error, HandshakeError, Message, Role, Stage};
use sockeye_tests::{RawFrame, RawPeer, Seen, WatchedServer, frame, header, request, within};
use tokio::net::TcpListener;

/// How a peer goes without a word.
#[derive(Clone, Copy, Debug)]
enum Cut {
    HalfClose,
    Drop,
    Reset,
}

const CUTS: [Cut; 3] = [Cut::HalfClose, Cut::Drop, Cut::Reset];

/// Where a stream of frames is cut: the bytes before, and the messages that are whole in them.
fn places(sender: Role) -> Vec<(Vec<u8>, Vec<Message>)> {
    let text = frame(sender, 0x81, b"whole");
    let long_header = header(sender, 0x82, 126, &300_u16.to_be_bytes());
    let begun = [&long_header[..], &[7; 100]].concat();
    let fragment = frame(sender, 0x01, b"first");
    let ping = frame(sender, 0x8a, b"unsolicited");
    let mut places = vec![
        (Vec::new(), vec![]),
        (text[..1].to_vec(), vec![]),
        (long_header[..3].to_vec(), vec![]),
        (long_header.clone(), vec![]),
        (begun.clone(), vec![]),
        (fragment.clone(), vec![]),
        (
            [&fragment[..], &frame(sender, 0x00, b"second")].concat(),
            vec![],
        ),
        (ping[..ping.len() - 1].to_vec(), vec![]),
        ([&fragment[..], &ping].concat(), vec![]),
        (frame(sender, 0x88, b"\x03\xe8")[..3].to_vec(), vec![]),
    ];
    let whole: Vec<_> = places
        .iter()
        .map(|(bytes, _)| ([&text[..], bytes].concat(), vec!["whole".into()]))
        .collect();
    places.extend(whole);
    places
}

#[tokio::test]
async fn of_clients_are_1006_and_lose_nothing_that_was_whole() {
    let mut server = WatchedServer::receiving(|server| server).await;
    for cut in CUTS {
        for (bytes, delivered) in places(Role::Client) {
            let mut peer = RawPeer::open(server.address).await;
            peer.send(&bytes).await;
            end(peer, cut).await;
            check(&server.seen().await, cut, &bytes, &delivered);
        }
    }
    // The last task ends a moment after its report.
    within("the end of all tasks", async {
        while server.handle.connections() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn of_servers_are_1006_and_lose_nothing_that_was_whole() {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback can be bound");
    let address = listener.local_addr().expect("a listener has an address");
    for cut in CUTS {
        for (bytes, delivered) in places(Role::Server) {
            let seen = tokio::spawn(async move {
                let ws = sockeye::tokio::connect(format!("ws://{address}/")).await;
                Seen::receive(&mut ws.expect("the raw peer accepts")).await
            });
            let mut peer = RawPeer::accept(&listener).await;
            // A reset may overtake the 101, which would be another test.
            peer.send(&frame(Role::Server, 0x89, b"there?")).await;
            assert_eq!(peer.frame().await.payload, b"there?");
            peer.send(&bytes).await;
            end(peer, cut).await;
            let seen = within("the client's end", seen).await.expect("no panic");
            check(&seen, cut, &bytes, &delivered);
        }
    }
}

async fn end(mut peer: RawPeer, cut: Cut) {
    match cut {
        Cut::HalfClose => {
            peer.half_close().await;
            let rest = peer.rest().await.expect("an orderly end, not a reset");
            let frames = RawFrame::read_all(&rest);
            assert!(frames.is_empty(), "there is nothing to be said: {frames:?}");
        }
        Cut::Drop => drop(peer),
        Cut::Reset => peer.reset(),
    }
}

fn check(seen: &Seen, cut: Cut, bytes: &[u8], delivered: &[Message]) {
    let what = format!("{cut:?} behind {bytes:02x?}: {seen:?}");
    match (cut, &seen.end) {
        (Cut::HalfClose | Cut::Drop, Err(Error::ConnectionLost)) => {
            assert_eq!(seen.messages, delivered, "{what}");
        }
        // What the system had not handed over is gone with a reset.
        (Cut::Reset, Err(Error::Io(error))) => {
            assert_eq!(error.kind(), io::ErrorKind::ConnectionReset, "{what}");
            assert!(delivered.starts_with(&seen.messages), "{what}");
        }
        _ => panic!("{what}"),
    }
    let error = seen.end.as_ref().expect_err("matched above");
    assert_eq!(
        error.close_code(),
        Some(CloseCode::AbnormalClosure),
        "{what}"
    );
    assert_eq!(seen.outcome.code(), CloseCode::AbnormalClosure, "{what}");
    assert_eq!(seen.outcome.received, None, "{what}");
    assert!(!seen.outcome.clean, "{what}");
}

#[tokio::test]
async fn within_a_request_are_a_400_or_silence_and_never_reach_the_handler() {
    let server = WatchedServer::receiving(|server| server).await;
    let request = request("");
    for len in [0, 1, 16, 40, request.len() - 1] {
        for cut in CUTS {
            let mut peer = RawPeer::connect(server.address).await;
            peer.send(&request.as_bytes()[..len]).await;
            if let Cut::HalfClose = cut {
                peer.half_close().await;
                let answer = peer.rest().await.expect("an orderly end, not a reset");
                let answer = String::from_utf8(answer).expect("a response is text");
                match len {
                    0 => assert_eq!(answer, ""),
                    _ => assert!(answer.starts_with("HTTP/1.1 400 "), "{len}: {answer}"),
                }
            } else {
                end(peer, cut).await;
            }
        }
    }
    within("the end of all tasks", async {
        while server.handle.connections() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    // Nobody was served, and the next one is.
    let mut ws = sockeye::tokio::connect(server.url())
        .await
        .expect("it serves on");
    ws.close(CloseCode::NormalClosure, "")
        .await
        .expect("1000 may be sent");
    let mut server = server;
    assert_eq!(server.seen().await.outcome.code(), CloseCode::NormalClosure);
}

#[tokio::test]
async fn within_a_response_fail_the_client() {
    let response = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n";
    for len in [0, 1, 9, response.len()] {
        for cut in CUTS {
            let listener = TcpListener::bind("127.0.0.1:0")
                .await
                .expect("loopback can be bound");
            let address = listener.local_addr().expect("a listener has an address");
            let connecting = tokio::spawn(sockeye::tokio::connect(format!("ws://{address}/")));
            let mut peer = RawPeer::accept_silently(&listener).await;
            peer.head().await;
            peer.send(&response[..len]).await;
            match cut {
                Cut::HalfClose => {
                    peer.half_close().await;
                    peer.rest().await.expect("an orderly end, not a reset");
                }
                Cut::Drop | Cut::Reset => end(peer, cut).await,
            }
            let connected = within("the client's end", connecting)
                .await
                .expect("no panic");
            match (cut, connected.expect_err("there was no 101")) {
                (Cut::HalfClose | Cut::Drop, Error::Handshake(HandshakeError::UnexpectedEof)) => {}
                (Cut::Reset, Error::Connect { stage, source }) => {
                    assert_eq!(stage, Stage::Handshake);
                    assert_eq!(source.kind(), io::ErrorKind::ConnectionReset);
                }
                (_, error) => panic!("{cut:?} after {len} bytes: {error:?}"),
            }
        }
    }
}

#[tokio::test]
async fn by_a_peer_that_is_being_sent_to_are_an_error_of_send() {
    for cut in [Cut::Drop, Cut::Reset] {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("loopback can be bound");
        let address = listener.local_addr().expect("a listener has an address");
        let sending = tokio::spawn(async move {
            let ws = sockeye::tokio::connect(format!("ws://{address}/")).await;
            let mut ws = ws.expect("the raw peer accepts");
            let error = loop {
                if let Err(error) = ws.send(vec![0; 4096]).await {
                    break error;
                }
            };
            (error, Seen::receive(&mut ws).await)
        });
        let mut peer = RawPeer::accept(&listener).await;
        assert_eq!(peer.frame().await.payload.len(), 4096);
        end(peer, cut).await;
        let (error, seen) = within("the client's end", sending).await.expect("no panic");
        assert!(
            matches!(error, Error::Io(_) | Error::Closed),
            "{cut:?}: {error:?}"
        );
        assert!(
            matches!(seen.end, Err(Error::Io(_) | Error::ConnectionLost)),
            "{cut:?}: {:?}",
            seen.end
        );
        assert_eq!(seen.outcome.code(), CloseCode::AbnormalClosure);
    }
}
