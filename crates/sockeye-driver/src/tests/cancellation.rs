//! Each future is dropped at every poll, and nothing is lost, torn or doubled.

use sockeye_connection::Message;
use sockeye_frame::CloseCode;

use super::pair;
use crate::testing::{Manners, VirtualClock, both, poll_and_drop};

/// A link on which every byte takes two polls in each direction.
const SLOW: Manners = Manners {
    max_step: 1,
    hesitates: true,
};

/// The same in larger steps, for messages above the high-water mark.
const STEPS: Manners = Manners {
    max_step: 1000,
    hesitates: true,
};

fn messages() -> Vec<Message> {
    vec!["one".into(), vec![2; 130].into(), "drei".into(), "".into()]
}

#[test]
fn recv_dropped_at_every_poll_loses_nothing() {
    for n_polls in 0..80 {
        let clock = VirtualClock::default();
        let (mut client, mut server) = pair(&clock, 64, SLOW);
        let ((), received) = both(
            &clock,
            async {
                for message in messages() {
                    client.send(message).await.unwrap();
                }
                client.close(CloseCode::NormalClosure, "").await.unwrap();
            },
            async {
                let mut received = Vec::new();
                loop {
                    let next = match poll_and_drop(server.recv(), n_polls) {
                        Some(next) => next,
                        None => server.recv().await,
                    };
                    match next.unwrap() {
                        Some(message) => received.push(message),
                        None => return received,
                    }
                }
            },
        );
        assert_eq!(received, messages(), "dropped after {n_polls} polls");
    }
}

#[test]
fn a_message_whose_send_is_dropped_arrives_whole_or_not_at_all() {
    for n_polls in 0..12 {
        let clock = VirtualClock::default();
        let (mut client, mut server) = pair(&clock, 2000, STEPS);
        let (was_sent, received) = both(
            &clock,
            async {
                // Above the high-water mark, so that the next one has to wait.
                client.send(vec![1; 70_000]).await.unwrap();
                let was_sent = poll_and_drop(client.send("maybe"), n_polls).is_some();
                client.send("last").await.unwrap();
                client.close(CloseCode::NormalClosure, "").await.unwrap();
                was_sent
            },
            async {
                let mut received = Vec::new();
                while let Some(message) = server.recv().await.unwrap() {
                    received.push(message);
                }
                received
            },
        );
        let mut expected: Vec<Message> = vec![vec![1; 70_000].into()];
        if was_sent {
            expected.push("maybe".into());
        }
        expected.push("last".into());
        assert_eq!(received, expected, "dropped after {n_polls} polls");
    }
}

#[test]
fn flush_ping_and_close_dropped_at_every_poll_leave_the_stream_intact() {
    for n_polls in 0..60 {
        let clock = VirtualClock::default();
        let (mut client, mut server) = pair(&clock, 16, SLOW);
        let (outcome, received) = both(
            &clock,
            async {
                client.feed("first").await.unwrap();
                let _ = poll_and_drop(client.flush(), n_polls);
                let _ = poll_and_drop(client.ping(), n_polls);
                client.feed("second").await.unwrap();
                let _ = poll_and_drop(client.close(CloseCode::GoingAway, "done"), n_polls);
                client.close(CloseCode::GoingAway, "done").await.unwrap()
            },
            async {
                let mut received = Vec::new();
                while let Some(message) = server.recv().await.unwrap() {
                    received.push(message);
                }
                received
            },
        );
        assert_eq!(
            received,
            ["first".into(), "second".into()],
            "dropped after {n_polls} polls"
        );
        assert!(outcome.clean);
        assert_eq!(outcome.sent.unwrap().reason, "done");
    }
}

#[test]
fn recv_streaming_dropped_at_every_poll_loses_no_piece() {
    for n_polls in 0..60 {
        let clock = VirtualClock::default();
        let (mut client, mut server) = pair(&clock, 16, SLOW);
        let ((), received) = both(
            &clock,
            async {
                client.send("streamed message").await.unwrap();
                client.send("whole message").await.unwrap();
                client.flush().await.unwrap();
            },
            async {
                let _ = poll_and_drop(server.recv_event(), 0);
                if let Some(reader) = poll_and_drop(server.recv_streaming(), n_polls) {
                    let mut reader = reader.unwrap().unwrap();
                    let mut whole = Vec::new();
                    loop {
                        let next = match poll_and_drop(reader.next(), n_polls) {
                            Some(next) => next,
                            None => reader.next().await,
                        };
                        match next.unwrap() {
                            Some(piece) => whole.extend_from_slice(&piece),
                            None => break,
                        }
                    }
                    assert_eq!(whole, b"streamed message");
                } else {
                    assert_eq!(
                        server.recv().await.unwrap(),
                        Some("streamed message".into())
                    );
                }
                server.recv().await.unwrap()
            },
        );
        assert_eq!(
            received,
            Some("whole message".into()),
            "dropped after {n_polls} polls"
        );
    }
}
