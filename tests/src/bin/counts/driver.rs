//! Through `WebSocket`: receiving by `recv`, and echoes by the burst, `recv` and `feed`, `recv` and
//! `send`.
//!
//! One task is polled by hand over a transport in memory. A pass brings some messages in one read
//! and ends when all have been answered and the task waits again; copying the read into the
//! driver's buffer is in it, as a system call would do it.

use std::hint::black_box;
use std::pin::Pin;
use std::task::{Context, Waker};

use sockeye_connection::Config;
use sockeye_driver::{Burst, Error, WebSocket};
use sockeye_frame::{Opcode, Role};

use crate::frames;
use crate::link::{Link, Peer};
use crate::subject::Subject;

pub(crate) fn subjects() -> Vec<Subject> {
    let rounds = [
        (Opcode::Binary, 20, 64),
        (Opcode::Binary, 20, 1),
        (Opcode::Text, 120, 32),
        (Opcode::Binary, 1024, 16),
        (Opcode::Binary, 16 * 1024, 4),
    ];
    let of_all = rounds.into_iter().flat_map(|round| {
        [
            serve("echo-burst", round, |ws| Box::pin(by_burst(ws))),
            serve("echo-feed", round, |ws| Box::pin(by_feed(ws))),
        ]
    });
    let received = [&rounds[..4], &[(Opcode::Binary, 16 * 1024, 3)]].concat();
    let received = received
        .into_iter()
        .map(|round| serve("recv", round, |ws| Box::pin(without_answer(ws))));
    let sends = [(Opcode::Binary, 20, 1), (Opcode::Binary, 20, 64)];
    let sends = sends.map(|round| serve("echo-send", round, |ws| Box::pin(by_send(ws))));
    // A read for `recv` takes at most 64 KiB, and so cuts the last of four.
    let cut = (Opcode::Binary, 16 * 1024, 4);
    let cut = serve("recv-cut", cut, |ws| Box::pin(without_answer(ws)));
    of_all.chain(received).chain(sends).chain([cut]).collect()
}

async fn by_burst(mut ws: WebSocket<Link>) -> Result<(), Error> {
    let answer = |burst: &mut Burst<'_>| {
        while let Some(message) = burst.next_message() {
            if burst.send(&message).is_err() {
                return;
            }
        }
    };
    while ws.burst(answer).await? {}
    Ok(())
}

/// What was fed leaves when `recv` has to wait.
async fn by_feed(mut ws: WebSocket<Link>) -> Result<(), Error> {
    while let Some(message) = ws.recv().await? {
        ws.feed(message).await?;
    }
    Ok(())
}

async fn by_send(mut ws: WebSocket<Link>) -> Result<(), Error> {
    while let Some(message) = ws.recv().await? {
        ws.send(message).await?;
    }
    Ok(())
}

async fn without_answer(mut ws: WebSocket<Link>) -> Result<(), Error> {
    while let Some(message) = ws.recv().await? {
        black_box(message.as_bytes());
    }
    Ok(())
}

type Task = Pin<Box<dyn Future<Output = Result<(), Error>>>>;

fn serve(
    how: &str,
    (opcode, len, n_messages): (Opcode, usize, usize),
    server: fn(WebSocket<Link>) -> Task,
) -> Subject {
    let (kind, size) = (frames::word(opcode), frames::size(len));
    let name = format!("{how}-{kind}-{n_messages}x{size}");
    let answers = how.starts_with("echo");
    Subject::new(name, n_messages, move || {
        let payload = frames::ascii(len);
        let wire = frames::messages(Role::Client, opcode, &payload, n_messages);
        let n_answered = match answers {
            true => frames::messages(Role::Server, opcode, &payload, n_messages).len(),
            false => 0,
        };
        let n_asked = wire.len();
        let peer = Peer::default();
        let link = Link {
            wire,
            peer: peer.clone(),
        };
        let timer = Box::new(peer.clone());
        let ws = WebSocket::from_upgraded(link, timer, &[], Role::Server, Config::default());
        let mut task = server(ws);
        move || {
            peer.send(n_asked);
            let mut cx = Context::from_waker(Waker::noop());
            assert!(task.as_mut().poll(&mut cx).is_pending());
            let mut n_received = peer.received();
            if n_received < n_answered {
                // After many messages in a row it has let others run.
                assert!(task.as_mut().poll(&mut cx).is_pending());
                n_received += peer.received();
            }
            assert_eq!(n_received, n_answered);
        }
    })
}
