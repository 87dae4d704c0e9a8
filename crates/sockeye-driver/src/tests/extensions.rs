//! What extensions learn of messages, and messages prepared for many connections.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sockeye_connection::{
    ApiMisuse, Compress, Config, MessageKind, PreparedMessage, SendOptions, State,
};
use sockeye_extensions::Chain;
use sockeye_frame::{CloseCode, Role};

use super::pair;
use crate::testing::{Manners, Marking, MemoryTransport, VirtualClock, block_on, both, link};
use crate::timer::Alarm;
use crate::web_socket::Agreement;
use crate::{Burst, Error, TrySendError, WebSocket};

type Asked = Arc<Mutex<Vec<String>>>;

pub(super) fn open(
    clock: &VirtualClock,
    transport: MemoryTransport,
    role: Role,
    extensions: Chain,
) -> WebSocket<MemoryTransport> {
    let agreement = Agreement {
        role,
        config: Arc::new(Config::default()),
        extensions,
        subprotocol: None,
        leftover: &[],
        drain: None,
    };
    WebSocket::new(transport, Alarm::new(clock.timer()), agreement)
}

/// Two WebSockets that agreed on [`Marking`], and what the client's was asked.
fn marking_pair(
    clock: &VirtualClock,
) -> (
    WebSocket<MemoryTransport>,
    WebSocket<MemoryTransport>,
    Asked,
) {
    let (client, server) = link(1 << 20, Manners::default());
    let (chain, asked) = Marking::chain();
    (
        open(clock, client, Role::Client, chain),
        open(clock, server, Role::Server, Marking::chain().0),
        asked,
    )
}

fn take(asked: &Asked) -> Vec<String> {
    std::mem::take(&mut *asked.lock().unwrap())
}

const SECRET: SendOptions = SendOptions {
    compress: Compress::Never,
    secret: true,
};

#[test]
fn their_names_can_be_read() {
    let clock = VirtualClock::default();
    let (client, _server, _) = marking_pair(&clock);
    assert_eq!(client.extensions().collect::<Vec<_>>(), ["x-marking"]);
    let (sender, receiver) = client.split();
    assert_eq!(sender.extensions().collect::<Vec<_>>(), ["x-marking"]);
    assert_eq!(receiver.extensions().collect::<Vec<_>>(), ["x-marking"]);
    // Also when the connection has let them go.
    sender.abort();
    let client = receiver.unsplit(sender).map_err(drop).unwrap();
    assert_eq!(client.state(), State::Closed);
    assert_eq!(client.extensions().collect::<Vec<_>>(), ["x-marking"]);
    let (plain, _peer) = pair(&clock, 100, Manners::default());
    assert_eq!(plain.extensions().count(), 0);
    let (sender, receiver) = plain.split();
    assert_eq!(sender.extensions().chain(receiver.extensions()).count(), 0);
}

#[test]
fn they_learn_what_the_application_says_of_a_message() {
    let clock = VirtualClock::default();
    let (mut client, mut server, asked) = marking_pair(&clock);
    block_on(&clock, async {
        client.send("plain").await.unwrap();
        client.send_with("key", SECRET).await.unwrap();
        client.feed_with("fed", SECRET).await.unwrap();
        client.try_send_with("tried", SECRET).unwrap();
        let kind = MessageKind::Text;
        let mut writer = client.send_streaming_with(kind, SECRET).await.unwrap();
        writer.write("a ").await.unwrap();
        writer.write("longer").await.unwrap();
        writer.finish().await.unwrap();
        let (sender, _receiver) = client.split();
        sender.send_with("sent", SECRET).await.unwrap();
        sender.feed_with("fed", SECRET).await.unwrap();
        sender.try_send_with("last", SECRET).unwrap();
        for expected in [
            "plain", "key", "fed", "tried", "a longer", "sent", "fed", "last",
        ] {
            assert_eq!(server.recv().await.unwrap(), Some(expected.into()));
        }
    });
    let mut expected = vec!["Auto false"];
    expected.extend(["Never true"; 9]);
    assert_eq!(take(&asked), expected);
}

#[test]
fn they_learn_it_of_what_a_burst_sends_too() {
    let clock = VirtualClock::default();
    let prepared = PreparedMessage::new("to all");
    let (mut client, mut server, asked) = marking_pair(&clock);
    block_on(&clock, async {
        server.send("for you").await.unwrap();
        let answer = |burst: &mut Burst<'_>| {
            let message = burst.next_message().unwrap();
            burst.send(&message).unwrap();
            burst.send_with(message.into_message(), SECRET).unwrap();
            burst.send_prepared(&prepared).unwrap();
        };
        assert!(client.burst(answer).await.unwrap());
        for expected in ["for you", "for you", "to all"] {
            assert_eq!(server.recv().await.unwrap(), Some(expected.into()));
        }
    });
    assert_eq!(take(&asked), ["Auto false", "Never true", "Auto true"]);
}

#[test]
fn a_prepared_message_goes_out_by_every_call_and_half() {
    let clock = VirtualClock::default();
    let prepared = PreparedMessage::new("to all");
    let (mut client, mut server, asked) = marking_pair(&clock);
    block_on(&clock, async {
        client.send_prepared(&prepared).await.unwrap();
        client.feed_prepared(&prepared).await.unwrap();
        client.try_send_prepared(&prepared).unwrap();
        let (sender, _receiver) = client.split();
        sender.send_prepared(&prepared).await.unwrap();
        sender.feed_prepared(&prepared).await.unwrap();
        sender.try_send_prepared(&prepared).unwrap();
        for _ in 0..6 {
            assert_eq!(server.recv().await.unwrap(), Some("to all".into()));
        }
        // The other end and ends without extensions send the same message.
        server.send_prepared(&prepared).await.unwrap();
    });
    let mut expected = vec!["Auto true"];
    expected.extend(["passed"; 5]);
    assert_eq!(take(&asked), expected);

    let (mut plain, mut peer) = pair(&clock, 100, Manners::default());
    block_on(&clock, async {
        plain.send_prepared(&prepared).await.unwrap();
        assert_eq!(peer.recv().await.unwrap(), Some("to all".into()));
    });
}

#[test]
fn a_full_queue_gives_messages_back() {
    let clock = VirtualClock::default();
    let (_client, mut server) = pair(&clock, 1000, Manners::default());
    let prepared = PreparedMessage::new(vec![5; 10_000]);
    let n_sent = (0..100)
        .take_while(|_| match server.try_send_prepared(&prepared) {
            Ok(()) => true,
            Err(TrySendError::Full(message)) => {
                assert_eq!(message, *prepared.as_message());
                false
            }
            Err(TrySendError::Failed(error)) => panic!("{error}"),
        })
        .count();
    assert_eq!(n_sent, 7, "up to 64 KiB wait, and one message more");
    let error = server.try_send_with("one more", SECRET).unwrap_err();
    assert!(matches!(error, TrySendError::Full(message) if message == "one more".into()));
}

#[test]
fn they_release_memory_once_after_a_minute_without_messages() {
    let clock = VirtualClock::default();
    let (mut client, mut server, asked) = marking_pair(&clock);
    both(
        &clock,
        async {
            client.send("busy").await.unwrap();
            while client.recv().await.unwrap().is_some() {}
        },
        async {
            while clock.elapsed() < Duration::from_secs(40) {
                server.recv_event().await.unwrap();
            }
            assert_eq!(take(&asked), ["Auto false"]);
            while clock.elapsed() < Duration::from_secs(600) {
                server.recv_event().await.unwrap();
            }
            assert_eq!(take(&asked), ["released"]);
            server.close(CloseCode::NormalClosure, "").await.unwrap();
        },
    );
}

/// The time of what is queued behind something else is taken from what happened before, which may
/// be long ago; the time to close in must not be counted from there.
#[test]
fn one_that_fails_leaves_time_to_close() {
    let clock = VirtualClock::default();
    // The Close frame cannot leave before the peer reads.
    let (client, server) = link(4, Manners::default());
    let mut client = open(&clock, client, Role::Client, Marking::chain().0);
    let mut server = open(&clock, server, Role::Server, Marking::chain().0);
    block_on(&clock, async {
        client.feed("before").await.unwrap();
        clock.advance(Duration::from_secs(15));
        let error = client.feed("! cannot be encoded").await.unwrap_err();
        assert!(matches!(error, Error::Misuse(ApiMisuse::ExtensionFailed)));
    });
    both(
        &clock,
        // Nothing that the server sends is looked at any more, its Close included.
        async { assert!(client.recv().await.is_err()) },
        async {
            assert_eq!(server.recv().await.unwrap(), Some("before".into()));
            assert_eq!(server.recv().await.unwrap(), None);
            let outcome = server.close_outcome().unwrap();
            assert_eq!(outcome.code(), CloseCode::InternalError);
        },
    );
}
