//! Messages there and back, by one thread at each end.

use sockeye::blocking::connect;
use sockeye::{Bytes, Event, Message, MessageKind, Role};
use sockeye_tests::{RawPeer, frame};

use super::{Serving, bind, connected, in_thread, result_of};

#[tokio::test]
async fn are_echoed_with_their_kind_and_length() {
    let server = Serving::echoing(bind());
    let url = server.url();
    let client = in_thread(move || {
        let mut ws = connect(url).unwrap();
        let lengths = [0, 1, 125, 126, 65_535, 65_536, 300_000, 2 * 1024 * 1024];
        for length in lengths {
            let message = Message::Binary(Bytes::from(vec![0x5a; length]));
            ws.send(message.clone()).unwrap();
            assert!(ws.recv().unwrap() == Some(message), "not {length} bytes");
        }
        ws.send("häppchen").unwrap();
        assert_eq!(ws.recv().unwrap(), Some("häppchen".into()));
    });
    result_of("the client", client).await;
}

#[tokio::test]
async fn that_are_fed_leave_with_the_next_flush() {
    let server = Serving::echoing(bind());
    let url = server.url();
    let client = in_thread(move || {
        let ws = connect(url).unwrap();
        let (sender, receiver) = ws.split();
        for number in 0..100 {
            sender.feed(number.to_string()).unwrap();
        }
        sender.flush().unwrap();
        for (number, message) in (0..100).zip(receiver) {
            assert_eq!(message.unwrap(), number.to_string().into());
        }
    });
    result_of("the client", client).await;
}

#[tokio::test]
async fn pass_in_pieces_both_ways() {
    let server = Serving::start(bind(), |mut ws| {
        let mut n_bytes = 0;
        if let Some(mut message) = ws.recv_streaming()? {
            assert_eq!(message.kind(), MessageKind::Binary);
            while let Some(piece) = message.next()? {
                n_bytes += piece.len();
            }
        }
        ws.send(format!("{n_bytes} bytes"))?;
        ws.recv()?;
        Ok(())
    });
    let url = server.url();
    let client = in_thread(move || {
        let mut ws = connect(url).unwrap();
        let mut message = ws.send_streaming(MessageKind::Binary).unwrap();
        for _ in 0..100 {
            message.write(vec![7; 10_000]).unwrap();
        }
        message.finish().unwrap();
        assert_eq!(ws.recv().unwrap(), Some("1000000 bytes".into()));
    });
    result_of("the client", client).await;
}

#[tokio::test]
async fn pings_are_answered_between_them() {
    let server = Serving::echoing(bind());
    let mut peer = RawPeer::open(server.address).await;
    let bytes = [
        frame(Role::Client, 0x01, b"o"),
        frame(Role::Client, 0x89, b"within a message"),
        frame(Role::Client, 0x80, b"ne"),
    ];
    peer.send(&bytes.concat()).await;
    assert_eq!(peer.frame().await.payload, b"within a message");
    assert_eq!(peer.frame().await.payload, b"one");
}

#[tokio::test]
async fn a_pong_is_an_event_and_tells_the_round_trip_time() {
    let server = Serving::echoing(bind());
    let url = server.url();
    let client = in_thread(move || {
        let mut ws = connect(url).unwrap();
        let reply = ws.ping().unwrap();
        let event = ws.recv_event().unwrap();
        assert!(
            matches!(event, Some(Event::Pong { rtt: Some(_), .. })),
            "{event:?}"
        );
        reply.wait().unwrap();
        assert!(ws.stats().rtt.is_some());
    });
    result_of("the client", client).await;
}

#[tokio::test]
async fn the_transport_comes_out_with_what_was_read_and_not_decoded() {
    let (mut ws, mut peer) = connected(super::Client::new()).await;
    let both = [frame(Role::Server, 0x81, b"one"), b"\x81".to_vec()];
    peer.send(&both.concat()).await;
    let taken = in_thread(move || {
        assert_eq!(ws.recv().unwrap(), Some("one".into()));
        let address = ws.with_transport(|io| io.get_ref().local_addr().unwrap());
        let (io, leftover) = ws.into_inner();
        assert_eq!(io.get_ref().local_addr().unwrap(), address);
        (io, leftover)
    });
    let (_io, leftover) = result_of("the transport", taken).await;
    assert!(leftover.len() <= 1, "{leftover:?}");
    // Nobody else has the socket.
    drop(_io);
    assert!(peer.rest().await.unwrap_or_default().is_empty());
}
