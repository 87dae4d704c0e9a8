//! Very many connections beside and after each other on a few threads, each with a mark of its own in
//! all that it sends: none ever sees the mark of another.
//!
//! Their buffers, and the states that compress, come from the pools of their thread and go back
//! there, whatever the connections are in the middle of when they end.

use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, thread};

use sockeye_connection::{Message, MessageKind};
use sockeye_extensions::Chain;
use sockeye_frame::fuzzing::Random;
use sockeye_frame::{CloseCode, Role};

use super::extensions::open;
use crate::testing::{
    Manners, MemoryTransport, VirtualClock, deflate_chains, drop_after, link, run,
};
use crate::{Burst, Error, WebSocket};

type Ws = WebSocket<MemoryTransport>;
type Task = Pin<Box<dyn Future<Output = ()>>>;

#[test]
fn messages_reach_nobody_but_their_own_peer() {
    let n_connections = env::var("SOCKEYE_CONNECTIONS");
    let n_connections: u32 = n_connections.map_or(DEFAULT, |n| n.parse().expect("a number"));
    let threads = (0..N_THREADS).map(|first| {
        thread::spawn(move || {
            for mark in (first..n_connections / 3).step_by(N_THREADS as usize) {
                live(mark);
            }
        })
    });
    let threads: Vec<_> = threads.collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let n_checked = N_CHECKED.load(Ordering::Relaxed);
    assert!(
        n_checked > n_connections,
        "{n_checked} messages in {n_connections} connections"
    );
}

/// Three connections at the same time, the first of them with this mark.
fn live(mark: u32) {
    let clock = VirtualClock::default();
    let marks = [mark, mark | 1 << 30, mark | 1 << 31];
    let tasks = marks.into_iter().flat_map(|mark| connection(&clock, mark));
    run(&clock, tasks);
}

/// The two ends of a connection, which do what its mark makes of chance.
fn connection(clock: &VirtualClock, mark: u32) -> [Task; 2] {
    let mut chance = Random::new(u64::from(mark + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let manners = Manners {
        max_step: [usize::MAX, 1000, 37][chance.below(3)],
        hesitates: chance.below(4) == 0,
    };
    let (client, server) = link([1 << 20, 300][chance.below(2)], manners);
    let [ours, theirs] = match chance.below(2) {
        0 => deflate_chains(),
        _ => [Chain::default(), Chain::default()],
    };
    let client = open(clock, client, Role::Client, ours);
    let server = open(clock, server, Role::Server, theirs);
    let way = chance.below(3);
    [
        Box::pin(drive_client(client, mark, chance)),
        Box::pin(async move {
            // However the client leaves.
            let _ = match way {
                0 => echo(server, mark).await,
                1 => echo_bursts(server, mark).await,
                _ => echo_pieces(server, mark).await,
            };
        }),
    ]
}

async fn drive_client(mut ws: Ws, mark: u32, mut chance: Random) {
    let n_messages = chance.below(5);
    for _ in 0..n_messages {
        let len = [0, 3, 100, 2047, 5000][chance.below(5)];
        if ws.feed(marked(mark, len)).await.is_err() {
            return;
        }
    }
    if chance.below(4) > 0 {
        let _ = ws.flush().await;
    }
    for _ in 0..chance.below(n_messages + 1) {
        match ws.recv().await {
            Ok(Some(message)) => check(message.as_bytes(), mark),
            Ok(None) | Err(_) => return,
        }
    }
    let n_polls = 1 + chance.below(4);
    match chance.below(4) {
        0 => drop(ws.close(CloseCode::NormalClosure, "").await),
        1 => ws.abort(),
        // In the middle of receiving, or of sending.
        2 => drop(drop_after(n_polls, ws.recv()).await),
        _ => drop(drop_after(n_polls, ws.send(marked(mark, 3000))).await),
    }
}

async fn echo(mut ws: Ws, mark: u32) -> Result<(), Error> {
    while let Some(message) = ws.recv().await? {
        check(message.as_bytes(), mark);
        ws.send(message).await?;
    }
    Ok(())
}

async fn echo_bursts(mut ws: Ws, mark: u32) -> Result<(), Error> {
    let echo = |burst: &mut Burst<'_>| {
        while let Some(message) = burst.next_message() {
            check(message.as_bytes(), mark);
            let _ = burst.send(&message);
        }
    };
    while ws.burst(echo).await? {}
    Ok(())
}

async fn echo_pieces(mut ws: Ws, mark: u32) -> Result<(), Error> {
    loop {
        let Some(whole) = whole(&mut ws).await? else {
            return Ok(());
        };
        check(&whole, mark);
        let mut writer = ws.send_streaming(MessageKind::Binary).await?;
        for piece in whole.chunks(700) {
            writer.write(piece.to_vec()).await?;
        }
        writer.finish().await?;
    }
}

/// The next message, received in pieces.
async fn whole(ws: &mut Ws) -> Result<Option<Vec<u8>>, Error> {
    let Some(mut reader) = ws.recv_streaming().await? else {
        return Ok(None);
    };
    let mut whole = Vec::new();
    while let Some(piece) = reader.next().await? {
        whole.extend_from_slice(&piece);
    }
    Ok(Some(whole))
}

fn marked(mark: u32, len: usize) -> Message {
    let bytes = mark.to_be_bytes().into_iter().cycle().take(len);
    Message::from(bytes.collect::<Vec<_>>())
}

#[track_caller]
fn check(bytes: &[u8], mark: u32) {
    N_CHECKED.fetch_add(u32::from(!bytes.is_empty()), Ordering::Relaxed);
    let is_ours = |part: &[u8]| mark.to_be_bytes().starts_with(part);
    assert!(
        bytes.chunks(4).all(is_ours),
        "{mark:08x} saw {}",
        bytes.escape_ascii()
    );
}

const DEFAULT: u32 = 6000;

const N_THREADS: u32 = 4;

/// How many messages came that have a mark in them.
static N_CHECKED: AtomicU32 = AtomicU32::new(0);
