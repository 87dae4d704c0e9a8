//! Messages of every shape, there and back.

use sockeye::connection::ApiMisuse;
use sockeye::{Burst, Bytes, Error, Event, Message, MessageKind, Role};
use sockeye_tests::{
    AsyncShell, RawPeer, ReceiverCalls, RunningServer, SenderCalls, Shell, WebSocketCalls, bind,
    frame, spawn, within,
};

use super::opening::connect;

/// The server echoes `message` as it is.
async fn check<S: Shell>(server: &RunningServer<S>, messages: impl IntoIterator<Item = Message>) {
    let mut ws = connect::<S>(&server.url("")).await.unwrap();
    for message in messages {
        let sending = async {
            ws.send(message.clone()).await?;
            ws.flush().await?;
            ws.recv().await
        };
        let echo = within("an echo", sending).await.expect("it is open");
        // Not `assert_eq`, which would print megabytes.
        assert!(
            echo.as_ref() == Some(&message),
            "not {} bytes",
            message.len()
        );
    }
}

pub(super) async fn are_echoed_with_their_kind<S: Shell>() {
    let server = RunningServer::<S>::echoing(bind::<S>().await);
    let binary = Bytes::from(vec![0xff; 300_000]);
    let messages = ["text".into(), binary.into(), "".into(), Vec::new().into()];
    check(&server, messages).await;
}

pub(super) async fn of_every_length_around_the_steps_of_the_header<S: Shell>() {
    let server = RunningServer::<S>::echoing(bind::<S>().await);
    let steps = [
        0,
        125,
        126,
        127,
        1024,
        4096,
        16 * 1024,
        65_535,
        65_536,
        65_537,
    ];
    let lengths = steps.into_iter().flat_map(|step: usize| [step, step + 1]);
    check(&server, lengths.map(|length| vec![0x5a; length].into())).await;
}

pub(super) async fn in_fragments_arrive_whole<S: Shell>() {
    let server = RunningServer::<S>::echoing(bind::<S>().await);
    let mut ws = connect::<S>(&server.url("")).await.unwrap();
    for n_fragments in [1, 2, 100] {
        let fragments = vec!["häppchen ".into(); n_fragments];
        let sending = ws.send_fragments(MessageKind::Text, fragments);
        within("a message", sending).await.unwrap();
        let echo = within("an echo", ws.recv()).await.expect("it is open");
        assert_eq!(echo, Some("häppchen ".repeat(n_fragments).into()));
    }
}

pub(super) async fn whole_arrive_in_pieces<S: Shell>() {
    let server = RunningServer::<S>::start(bind::<S>().await, |mut ws, _request| async move {
        let pieces = ws.recv_pieces().await?.unwrap_or_default();
        assert!(pieces.len() > 1, "it came whole");
        let n_bytes: usize = pieces.iter().map(Bytes::len).sum();
        ws.send(format!("{n_bytes} bytes")).await?;
        ws.recv().await?;
        Ok(())
    });
    let mut ws = connect::<S>(&server.url("")).await.unwrap();
    ws.send(vec![7; 1_000_000]).await.unwrap();
    let (flushed, answer) = (ws.flush().await, within("an answer", ws.recv()).await);
    flushed.unwrap();
    assert_eq!(answer.unwrap(), Some("1000000 bytes".into()));
}

pub(super) async fn of_the_largest_size_pass_both_ways<S: Shell>() {
    let server = RunningServer::<S>::echoing(bind::<S>().await);
    // The default limits: docs/defaults.md.
    let text = "é".repeat(2 * 1024 * 1024);
    check(&server, [text.into(), vec![1; 2 * 1024 * 1024].into()]).await;
}

pub(super) async fn that_are_fed_leave_with_the_next_flush<S: Shell>() {
    let server = RunningServer::<S>::echoing(bind::<S>().await);
    let mut ws = connect::<S>(&server.url("")).await.unwrap();
    for round in 0..10 {
        for number in 0..50 {
            ws.feed(format!("{round}.{number}")).await.unwrap();
        }
        ws.flush().await.unwrap();
        for number in 0..50 {
            let echo = within("an echo", ws.recv()).await.unwrap();
            assert_eq!(echo, Some(format!("{round}.{number}").into()));
        }
    }
}

fn echo_burst(burst: &mut Burst<'_>) -> Result<(), ApiMisuse> {
    while let Some(message) = burst.next_message() {
        burst.send(&message)?;
    }
    Ok(())
}

pub(super) async fn in_a_burst_are_answered_together<S: AsyncShell>() {
    let server = RunningServer::<S>::start(bind::<S>().await, |mut ws, _request| async move {
        let mut answered = Ok(());
        while ws.burst(|burst| answered = echo_burst(burst)).await? {
            answered?;
        }
        Ok(())
    });
    let lengths = [1, 100, 10_000, 100_000, 1_000_000];
    check(&server, lengths.map(|length| vec![3; length].into())).await;
    let mut ws = connect::<S>(&server.url("")).await.unwrap();
    for number in 0..500 {
        ws.feed(number.to_string()).await.unwrap();
    }
    ws.flush().await.unwrap();
    for number in 0..500 {
        let echo = within("an echo", ws.recv()).await.unwrap();
        assert_eq!(echo, Some(number.to_string().into()));
    }
}

pub(super) async fn pings_are_answered_between_them<S: Shell>() {
    let server = RunningServer::<S>::echoing(bind::<S>().await);
    let mut peer = RawPeer::open(&server).await;
    let bytes = [
        frame(Role::Client, 0x01, b"o"),
        frame(Role::Client, 0x89, b"within a message"),
        frame(Role::Client, 0x80, b"ne"),
    ];
    peer.send(&bytes.concat()).await;
    let pong = peer.frame().await;
    assert_eq!(pong.payload, b"within a message", "{pong:?}");
    assert_eq!(peer.frame().await.payload, b"one");

    let mut ws = connect::<S>(&server.url("")).await.unwrap();
    let reply = ws.ping().await.unwrap();
    let event = within("a pong", ws.recv_event()).await.unwrap();
    assert!(
        matches!(event, Some(Event::Pong { rtt: Some(_), .. })),
        "{event:?}"
    );
    within("the time of a round trip", reply).await.unwrap();
}

pub(super) async fn pass_both_ways_from_two_tasks<S: Shell>() {
    const N_MESSAGES: usize = 2000;
    let server = RunningServer::<S>::echoing(bind::<S>().await);
    let ws = connect::<S>(&server.url("")).await.unwrap();
    let (sender, mut receiver) = ws.split();
    let sending = spawn::<S, _>(async move {
        for number in 0..N_MESSAGES {
            sender.send(number.to_string()).await?;
        }
        Ok::<_, Error>(sender)
    });
    let receiving = spawn::<S, _>(async move {
        for number in 0..N_MESSAGES {
            let echo = receiver.recv().await?;
            assert_eq!(echo, Some(number.to_string().into()));
        }
        Ok::<_, Error>(receiver)
    });
    let sender = within("the end of sending", sending).await;
    let receiver = within("the end of receiving", receiving).await;
    let (sender, receiver) = (sender.expect("no panic"), receiver.expect("no panic"));
    let whole = receiver.unwrap().unsplit(sender.unwrap());
    assert!(whole.is_ok(), "halves of one connection");
}

pub(super) async fn of_many_senders_arrive_whole_and_in_order<S: Shell>() {
    const N_SENDERS: usize = 8;
    const N_MESSAGES: usize = 200;
    let server = RunningServer::<S>::echoing(bind::<S>().await);
    let ws = connect::<S>(&server.url("")).await.unwrap();
    let (sender, mut receiver) = ws.split();
    for number in 0..N_SENDERS {
        let sender = sender.clone();
        drop(spawn::<S, _>(async move {
            for count in 0..N_MESSAGES {
                let text = format!("{number} {count} {}", "x".repeat(count * 10));
                sender.send(text).await.expect("it is open");
            }
        }));
    }
    let mut next = [0; N_SENDERS];
    for _ in 0..N_SENDERS * N_MESSAGES {
        let echo = within("an echo", receiver.recv()).await.unwrap();
        let Some(Message::Text(echo)) = echo else {
            panic!("{echo:?}")
        };
        let words: Vec<_> = echo.as_str().split(' ').collect();
        let (number, count): (usize, usize) =
            (words[0].parse().unwrap(), words[1].parse().unwrap());
        assert_eq!(count, next[number], "of sender {number}");
        assert_eq!(words[2].len(), count * 10);
        next[number] += 1;
    }
}
