//! Halves that are used as sinks: what one keeps until it can be queued, and when that is lost.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use futures_sink::Sink;
use sockeye_connection::{Message, MessageKind, State};
use sockeye_frame::CloseCode;

use super::pair;
use crate::testing::{Manners, MemoryTransport, VirtualClock, block_on, both, poll_and_drop, run};
use crate::{Error, Sender, Transport, WebSocket};

async fn ready<T: Transport>(sink: &mut Sender<T>) -> Result<(), Error> {
    poll_fn(|cx| Pin::new(&mut *sink).poll_ready(cx)).await
}

async fn flush<T: Transport>(sink: &mut Sender<T>) -> Result<(), Error> {
    poll_fn(|cx| Pin::new(&mut *sink).poll_flush(cx)).await
}

async fn close<T: Transport>(sink: &mut Sender<T>) -> Result<(), Error> {
    poll_fn(|cx| Pin::new(&mut *sink).poll_close(cx)).await
}

/// How long a message is, and the one behind it.
async fn large_and_next<T: Transport>(receiver: &mut WebSocket<T>) -> (usize, Option<Message>) {
    let first = receiver.recv().await.unwrap().unwrap();
    (first.len(), receiver.recv().await.unwrap())
}

fn start_send<T: Transport>(sink: &mut Sender<T>, message: &str) -> Result<(), Error> {
    Pin::new(sink).start_send(message.into())
}

#[test]
fn a_sink_that_was_ready_keeps_its_message_until_a_streamed_one_is_finished() {
    let clock = VirtualClock::default();
    let (client, mut server) = pair(&clock, 1000, Manners::default());
    let (sender, _receiver) = client.split();
    let (mut flushed, mut readied, mut closed) = (sender.clone(), sender.clone(), sender.clone());
    block_on(&clock, async {
        for sink in [&mut flushed, &mut readied, &mut closed] {
            ready(sink).await.unwrap();
        }
        let mut writer = sender.send_streaming(MessageKind::Text).await.unwrap();
        writer.write("a").await.unwrap();
        for (sink, message) in [(&mut flushed, "f"), (&mut readied, "r"), (&mut closed, "c")] {
            start_send(sink, message).unwrap();
            // One message and no more.
            assert!(poll_and_drop(ready(sink), 2).is_none());
            assert!(matches!(start_send(sink, "x"), Err(Error::Misuse(_))));
            assert!(poll_and_drop(flush(sink), 2).is_none());
            assert!(poll_and_drop(close(sink), 2).is_none());
        }
        // Whoever has something else to send is not kept, nor is the peer told of an end.
        writer.write("b").await.unwrap();
        writer.finish().await.unwrap();
        flush(&mut flushed).await.unwrap();
        ready(&mut readied).await.unwrap();
        assert!(poll_and_drop(close(&mut closed), 2).is_none());
        for expected in ["ab", "f", "r", "c"] {
            assert_eq!(server.recv().await.unwrap(), Some(expected.into()));
        }
        assert_eq!(server.recv().await.unwrap(), None);
    });
}

#[test]
fn a_sink_that_waits_for_the_end_of_a_streamed_message_is_woken() {
    let clock = VirtualClock::default();
    let (client, mut server) = pair(&clock, 64, Manners::default());
    let (sender, _receiver) = client.split();
    let mut sink = sender.clone();
    block_on(&clock, ready(&mut sink)).unwrap();
    let begun = sender.send_streaming(MessageKind::Binary);
    let mut writer = block_on(&clock, begun).unwrap();
    start_send(&mut sink, "apart").unwrap();
    run(
        &clock,
        [
            Box::pin(async { flush(&mut sink).await.unwrap() })
                as Pin<Box<dyn Future<Output = ()>>>,
            Box::pin(async move {
                for _ in 0..10 {
                    writer.write(vec![1; 1000]).await.unwrap();
                }
                writer.finish().await.unwrap();
            }),
            Box::pin(async {
                let first = server.recv().await.unwrap();
                assert_eq!(first, Some(vec![1; 10_000].into()));
                assert_eq!(server.recv().await.unwrap(), Some("apart".into()));
            }),
        ],
    );
    assert_eq!(clock.elapsed(), Duration::ZERO);
}

#[test]
fn a_sink_that_was_ready_keeps_its_message_until_there_is_room_again() {
    let clock = VirtualClock::default();
    let (client, mut server) = pair(&clock, 1000, Manners::default());
    let (sender, _receiver) = client.split();
    let mut sink = sender.clone();
    block_on(&clock, async {
        ready(&mut sink).await.unwrap();
        sender.feed(vec![1; 100_000]).await.unwrap();
    });
    start_send(&mut sink, "apart").unwrap();
    let (flushed, received) = both(&clock, flush(&mut sink), large_and_next(&mut server));
    flushed.unwrap();
    assert_eq!(received, (100_000, Some("apart".into())));
}

#[test]
fn a_sink_learns_that_its_message_cannot_be_sent_any_more() {
    let clock = VirtualClock::default();
    let (client, _server) = pair(&clock, 1000, Manners::default());
    let (sender, _receiver) = client.split();
    let mut sink = sender.clone();
    block_on(&clock, async {
        ready(&mut sink).await.unwrap();
        let mut writer = sender.send_streaming(MessageKind::Text).await.unwrap();
        writer.write("a").await.unwrap();
        start_send(&mut sink, "b").unwrap();
        // Not finished, so the connection closes with 1011.
        drop(writer);
        assert!(matches!(flush(&mut sink).await, Err(Error::Closed)));
    });
}

#[test]
fn a_sink_that_was_ready_keeps_nobody_waiting() {
    #[track_caller]
    fn check(leave: impl FnOnce(Sender<MemoryTransport>), expected: &[&str]) {
        let clock = VirtualClock::default();
        let (client, mut server) = pair(&clock, 1000, Manners::default());
        let (sender, _receiver) = client.split();
        let mut sink = sender.clone();
        block_on(&clock, async {
            ready(&mut sink).await.unwrap();
            let mut writer = sender.send_streaming(MessageKind::Text).await.unwrap();
            writer.write("a").await.unwrap();
            leave(sink);
            writer.finish().await.unwrap();
            sender.send("b").await.unwrap();
            for expected in expected {
                assert_eq!(server.recv().await.unwrap(), Some((*expected).into()));
            }
        });
    }
    check(drop, &["a", "b"]);
    // What was not flushed is lost with the half that has it.
    let start = |mut sink| start_send(&mut sink, "lost").unwrap();
    check(start, &["a", "b"]);
}

#[test]
fn a_sink_that_is_dropped_leaves_what_can_be_queued() {
    let clock = VirtualClock::default();
    let (client, mut server) = pair(&clock, 1000, Manners::default());
    let (sender, receiver) = client.split();
    let mut sink = sender.clone();
    block_on(&clock, async {
        ready(&mut sink).await.unwrap();
        let writer = sender.send_streaming(MessageKind::Text).await.unwrap();
        start_send(&mut sink, "kept").unwrap();
        drop(writer);
    });
    drop(sender);
    let mut client = receiver.unsplit(sink).map_err(drop).unwrap();
    let (flushed, received) = both(&clock, client.flush(), server.recv());
    flushed.unwrap();
    assert_eq!(received.unwrap(), Some("kept".into()));
}

#[test]
fn a_sink_flushed_or_closed_by_method_waits_for_the_message_that_it_keeps() {
    let clock = VirtualClock::default();
    let (client, mut server) = pair(&clock, 1000, Manners::default());
    let (sender, receiver) = client.split();
    drop(receiver);
    let (mut flushed, mut closed) = (sender.clone(), sender.clone());
    let mut writer = block_on(&clock, sender.send_streaming(MessageKind::Text)).unwrap();
    block_on(&clock, writer.write("a")).unwrap();
    start_send(&mut flushed, "f").unwrap();
    start_send(&mut closed, "c").unwrap();
    assert!(poll_and_drop(flushed.flush(), 2).is_none());
    assert!(poll_and_drop(closed.close(CloseCode::NormalClosure, ""), 2).is_none());
    assert_eq!(sender.state(), State::Open);
    // A half that keeps nothing has flushed all that was queued.
    block_on(&clock, sender.flush()).unwrap();
    block_on(&clock, writer.finish()).unwrap();
    block_on(&clock, flushed.flush()).unwrap();
    let (outcome, received) = both(
        &clock,
        closed.close(CloseCode::GoingAway, "enough"),
        async {
            let mut received = Vec::new();
            while let Some(message) = server.recv().await.unwrap() {
                received.push(message);
            }
            received
        },
    );
    let outcome = outcome.unwrap();
    assert_eq!(received, ["a".into(), "f".into(), "c".into()]);
    assert!(outcome.clean, "{outcome:?}");
    assert_eq!(server.close_outcome().unwrap().reason(), "enough");
}

#[test]
fn a_sink_closed_by_method_closes_and_tells_that_its_message_was_lost() {
    let clock = VirtualClock::default();
    let (client, mut server) = pair(&clock, 1000, Manners::default());
    let (sender, receiver) = client.split();
    drop(receiver);
    let mut sink = sender.clone();
    let mut writer = block_on(&clock, sender.send_streaming(MessageKind::Text)).unwrap();
    block_on(&clock, writer.write("a")).unwrap();
    start_send(&mut sink, "lost").unwrap();
    // Not finished, so the connection closes with 1011.
    drop(writer);
    let (end, received) = both(
        &clock,
        sink.close(CloseCode::NormalClosure, ""),
        server.recv(),
    );
    assert!(matches!(end, Err(Error::Closed)), "{end:?}");
    assert_eq!(received.unwrap(), None);
    let outcome = sink.close_outcome().unwrap();
    assert_eq!(outcome.code(), CloseCode::InternalError);
    // It is said once.
    block_on(&clock, sink.close(CloseCode::NormalClosure, "")).unwrap();
}

#[test]
fn a_sink_that_starts_to_close_sends_its_message_if_there_is_room() {
    #[track_caller]
    fn check(is_finished: bool, expected: &[&str]) {
        let clock = VirtualClock::default();
        let (client, mut server) = pair(&clock, 1000, Manners::default());
        let (sender, _receiver) = client.split();
        let mut sink = sender.clone();
        let begun = sender.send_streaming(MessageKind::Text);
        let writer = block_on(&clock, begun).unwrap();
        start_send(&mut sink, "kept").unwrap();
        if is_finished {
            block_on(&clock, writer.finish()).unwrap();
            sink.start_close(CloseCode::NormalClosure, "").unwrap();
            block_on(&clock, sink.flush()).unwrap();
        } else {
            sink.start_close(CloseCode::NormalClosure, "").unwrap();
            let end = block_on(&clock, sink.flush());
            assert!(matches!(end, Err(Error::Closed)), "{end:?}");
            drop(writer);
        }
        for expected in expected {
            let received = block_on(&clock, server.recv()).unwrap();
            assert_eq!(received, Some((*expected).into()));
        }
        assert_eq!(block_on(&clock, server.recv()).unwrap(), None);
    }
    check(true, &["", "kept"]);
    check(false, &[]);
}

#[test]
fn a_sink_that_is_dropped_when_there_is_room_again_leaves_its_message() {
    let clock = VirtualClock::default();
    let (client, mut server) = pair(&clock, 1000, Manners::default());
    let (sender, _receiver) = client.split();
    let mut sink = sender.clone();
    let writer = block_on(&clock, sender.send_streaming(MessageKind::Text)).unwrap();
    start_send(&mut sink, "kept").unwrap();
    drop(writer);
    drop(sink);
    block_on(&clock, sender.flush()).unwrap();
    let received = block_on(&clock, server.recv()).unwrap();
    assert_eq!(received, Some("kept".into()));
}

#[test]
fn sinks_that_are_dropped_do_not_fill_the_queue() {
    let clock = VirtualClock::default();
    let (client, mut server) = pair(&clock, 1000, Manners::default());
    let (sender, _receiver) = client.split();
    let mut sinks = vec![sender.clone(); 100];
    block_on(&clock, sender.feed(vec![1; 100_000])).unwrap();
    for sink in &mut sinks {
        start_send(sink, "lost").unwrap();
    }
    drop(sinks);
    let sending = async {
        sender.send("later").await?;
        sender.flush().await
    };
    let (sent, received) = both(&clock, sending, large_and_next(&mut server));
    sent.unwrap();
    assert_eq!(received, (100_000, Some("later".into())));
}

#[test]
fn unsplit_keeps_the_message_of_a_sink_for_which_there_is_no_room() {
    let clock = VirtualClock::default();
    let (client, mut server) = pair(&clock, 1000, Manners::default());
    let (mut sink, receiver) = client.split();
    block_on(&clock, sink.feed(vec![1; 100_000])).unwrap();
    start_send(&mut sink, "kept").unwrap();
    let mut client = receiver.unsplit(sink).map_err(drop).unwrap();
    let (flushed, received) = both(&clock, client.flush(), large_and_next(&mut server));
    flushed.unwrap();
    assert_eq!(received, (100_000, Some("kept".into())));
}
