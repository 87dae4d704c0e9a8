//! Our end of a connection whose peer stalls, and whether the right time limit ended it in time.
//!
//! It has a server or a listener of its own in each world, apart from the others: the server does
//! not leave before it is over, and its link does not break or stall by itself.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sockeye_connection::{Config, ProtocolViolation, TimeoutKind, Timeouts};
use sockeye_driver::{Client, Error, FailureCause, Listen, Runtime, Server, WebSocket};
use sockeye_frame::{CloseCode, Role};
use tokio::sync::oneshot;

use super::life::random;
use super::network::{Fate, Manners, PipeId, SimulatedListener, SimulatedTransport};
use super::runtime::Simulated;
use super::stalling::{Stage, stall};
use super::tasks;
use super::world::{tell, with};
use crate::Random;

/// Where those listen that stall, or are stalled.
pub(super) const PORT: u16 = 81;

/// What a link to that port is like.
pub(super) fn manners(random: &mut Random) -> Manners {
    Manners {
        capacity: random.pick(&[4096, 65_536]),
        latency: Duration::from_millis(1 + super::life::below(random, 50)),
        moods: random.pick(&[0, 100]),
        resets_discard: false,
        client: Fate::default(),
        server: Fate::default(),
    }
}

/// A moment, and what the clock had leapt before it.
#[derive(Clone, Copy, Debug)]
struct Moment {
    at: Duration,
    n_leaps: u32,
    leapt: Duration,
}

impl Moment {
    fn now() -> Self {
        with(|world| {
            let (n_leaps, leapt) = world.leapt();
            Self {
                at: world.now,
                n_leaps,
                leapt,
            }
        })
    }
}

/// One connection that is stalled, from its beginning to its end.
#[derive(Debug)]
pub(super) struct Stalled {
    stage: Stage,
    /// Our end.
    role: Role,
    limit: Duration,
    begun: Option<Moment>,
    ended: Option<(Moment, Error)>,
    /// How what the peer got begins.
    seen: String,
}

type Shared = Arc<Mutex<Stalled>>;

/// Lets a peer stall; gives what will have come of it when the world has ended.
///
/// Ten seeds in a row have every stage, on both sides.
pub(super) fn begin(seed: u64) -> Shared {
    let mut random = random();
    let role = match seed % 2 {
        0 => Role::Client,
        _ => Role::Server,
    };
    let stage = match seed % 5 {
        0 => Stage::Handshake,
        1 => Stage::Open,
        2 => Stage::Message,
        3 => Stage::Reading,
        _ => Stage::Close,
    };
    let config = config(&mut random, stage);
    let handshake = random.pick(&[Duration::from_secs(10), Duration::from_secs(2)]);
    let limit = match (stage, role) {
        (Stage::Handshake, Role::Server) => handshake + AFTER_REFUSAL,
        _ => stage.limit(handshake, &config.timeouts),
    };
    let shared = Arc::new(Mutex::new(Stalled {
        stage,
        role,
        limit,
        begun: None,
        ended: None,
        seen: String::new(),
    }));
    tell(|| format!("{shared:?}"));
    let ours = Arc::clone(&shared);
    tasks::spawn(async move {
        match role {
            Role::Client => as_client(ours, stage, config, handshake).await,
            Role::Server => as_server(ours, stage, config, handshake).await,
        }
    });
    shared
}

fn config(random: &mut Random, stage: Stage) -> Config {
    let seconds = Duration::from_secs;
    let timeouts = Timeouts {
        assembly: random.pick(&[Some(seconds(60)), Some(seconds(7))]),
        close: random.pick(&[seconds(5), seconds(1)]),
        write_stall: random.pick(&[Some(seconds(30)), Some(seconds(3))]),
        // Otherwise silence would be the first thing to be noticed.
        ping_interval: match stage {
            Stage::Open => random.pick(&[Some(seconds(20)), Some(seconds(1))]),
            Stage::Handshake | Stage::Message | Stage::Reading | Stage::Close => None,
        },
        pong: random.pick(&[Some(seconds(20)), Some(seconds(4))]),
        ..Timeouts::default()
    };
    Config {
        timeouts,
        ..Config::default()
    }
}

async fn as_client(shared: Shared, stage: Stage, config: Config, handshake: Duration) {
    let listener = SimulatedListener::at(PORT).expect("nobody else listens");
    let (over, is_over) = oneshot::channel();
    let peer = Arc::clone(&shared);
    tasks::spawn(async move {
        let transport = loop {
            if let Ok(transport) = Simulated::accept(&listener).await {
                break transport;
            }
        };
        let seen = stall(transport, Role::Server, stage, is_over).await;
        lock(&peer).seen = beginning(&seen);
    });
    lock(&shared).begun = Some(Moment::now());
    let client = Client::<Simulated>::new().config(config);
    let client = client.handshake_timeout(handshake);
    match client.connect(format!("ws://server.test:{PORT}/")).await {
        Ok((ws, _)) => live(ws, &shared).await,
        Err(error) => end(&shared, error),
    }
    let _ = over.send(());
}

async fn as_server(shared: Shared, stage: Stage, config: Config, handshake: Duration) {
    let server = Server::<Simulated>::bind(format!("127.0.0.1:{PORT}")).await;
    let (over, is_over) = oneshot::channel();
    let over = Arc::new(Mutex::new(Some(over)));
    let (refused, on_refusal) = (Arc::clone(&shared), Arc::clone(&over));
    let server = server
        .expect("nobody else listens")
        .config(config)
        .handshake_timeout(handshake)
        .on_failure(move |failure| {
            if let FailureCause::Handshake(error) = failure.cause {
                end(&refused, error);
                tell_over(&on_refusal);
            }
        });
    let handle = server.handle();
    let lives = Arc::clone(&shared);
    let serving = server.serve(move |ws: WebSocket<_>| {
        let (shared, over) = (Arc::clone(&lives), Arc::clone(&over));
        async move {
            live(ws, &shared).await;
            tell_over(&over);
            Ok(())
        }
    });
    tasks::spawn(async move {
        serving.await.expect("it listens");
    });
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], PORT));
    let transport = Simulated::connect(address).await.expect("it listens");
    lock(&shared).begun = Some(Moment::now());
    let seen = stall(transport, Role::Client, stage, is_over).await;
    lock(&shared).seen = beginning(&seen);
    handle.drain(Duration::from_secs(1)).await;
}

/// Does what shows the stall, until it ends.
async fn live(ws: WebSocket<SimulatedTransport>, shared: &Shared) {
    let stage = lock(shared).stage;
    let pipe = ws.get_ref().writes();
    let (sender, mut receiver) = ws.split();
    lock(shared).begun = Some(Moment::now());
    let ended = match stage {
        Stage::Handshake => return,
        Stage::Open | Stage::Message => receiver.recv().await.map(drop),
        Stage::Reading => {
            while sender.send(vec![0; 10_000]).await.is_ok() {}
            // Why it is closed, the receiving call is told.
            receiver.recv().await.map(drop)
        }
        Stage::Close => {
            let started = sender.start_close(CloseCode::NormalClosure, "");
            started.expect("the code can be sent");
            receiver.recv().await.map(drop)
        }
    };
    if stage == Stage::Reading {
        begin_at_last_byte(shared, pipe);
    }
    if let Err(error) = ended {
        end(shared, error);
    }
}

/// Nothing has left since the last byte did.
fn begin_at_last_byte(shared: &Shared, pipe: PipeId) {
    let written_at = with(|world| world.written_at(pipe));
    if let Some(begun) = &mut lock(shared).begun {
        begun.at = written_at;
    }
}

fn beginning(bytes: &[u8]) -> String {
    bytes[..bytes.len().min(40)].escape_ascii().to_string()
}

fn end(shared: &Shared, error: Error) {
    lock(shared).ended = Some((Moment::now(), error));
}

fn tell_over(over: &Mutex<Option<oneshot::Sender<()>>>) {
    let over = over.lock().expect("nobody panics while telling").take();
    let _ = over.map(|over| over.send(()));
}

fn lock(shared: &Shared) -> std::sync::MutexGuard<'_, Stalled> {
    shared.lock().expect("nobody panics while writing")
}

/// Whether the time limit of the stage ended it, when it should have.
pub(super) fn judge(shared: &Shared) -> Result<(), String> {
    let stalled = lock(shared);
    let (Some(begun), Some((ended, error))) = (&stalled.begun, &stalled.ended) else {
        return Err(format!("a stall never ended: {stalled:?}"));
    };
    let n_leaps = ended.n_leaps - begun.n_leaps;
    if n_leaps > 0 && error.is_timeout() && error.stage().is_some() {
        // It came no further than the opening handshake, which time leapt over.
        return Ok(());
    }
    let is_right = match (stalled.stage, error) {
        (Stage::Handshake, Error::HandshakeTimeout) => stalled.role == Role::Client,
        (Stage::Handshake, Error::Refused(status)) => {
            stalled.role == Role::Server
                && *status == http::StatusCode::REQUEST_TIMEOUT
                && stalled.seen.starts_with("HTTP/1.1 408")
        }
        (Stage::Open, Error::Timeout(kind)) => *kind == TimeoutKind::Keepalive,
        (Stage::Reading, Error::Timeout(kind)) => *kind == TimeoutKind::WriteStall,
        (Stage::Close, Error::Timeout(kind)) => *kind == TimeoutKind::Close,
        (Stage::Message, Error::Protocol(ProtocolViolation::AssemblyTimeout)) => true,
        _ => false,
    };
    if !is_right {
        return Err(format!("the wrong end of a stall: {stalled:?}"));
    }
    let took = ended.at.saturating_sub(begun.at);
    let mut late = ended.leapt - begun.leapt;
    if stalled.stage == Stage::Message {
        // Whoever was away for so long gives the message its time anew.
        late += stalled.limit * n_leaps;
    }
    if took + EARLY < stalled.limit || took > stalled.limit + late + LATE {
        return Err(format!("a stall that took {took:?}: {stalled:?}"));
    }
    Ok(())
}

/// For as long, what a client still sends is read behind the response that refuses it.
const AFTER_REFUSAL: Duration = Duration::from_secs(1);

/// How much earlier than we look a limit may begin: what is done in between takes no longer.
const EARLY: Duration = Duration::from_millis(1);

/// What is on its way, and a pause in accepting.
const LATE: Duration = Duration::from_millis(250);
