//! A world from its beginning to its end, and whether it was right.
//!
//! Always: nothing altered, doubled or out of order; nothing lost before a clean end, nor what had
//! left where the link did not break, nor what was answered, nor anything without a reason ([`Loss`]);
//! both sides agree on a clean end; no error that says one of our ends broke a rule; every buffer
//! within its bound; every stall ended by its time limit; nothing left behind.
//! In a calm world also: every connection opens, unless the server leaves while clients come, and each
//! that has opened ends cleanly.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::Request;
use sockeye_connection::{CloseOutcome, Config, ProtocolViolation};
use sockeye_driver::{Client, DrainReport, Error, ErrorKind, Server, WebSocket};
use tokio::sync::oneshot;

use super::actor::{give_up, live};
use super::clock::sleep;
use super::ledger::{Ledger, Sent};
use super::life::{Climate, Fared, Part, Prepared, Record, config, deflate, prepare, random};
use super::loss::{Loss, Losses};
use super::network::{PipeId, Side};
use super::runtime::Simulated;
use super::world::{LIFETIME, Remains, Trace, run, tell};
use super::{stalled, tasks};

/// What did not hold in the world of a seed.
#[derive(Debug)]
pub struct Failure {
    /// The seed; the same again gives the same failure.
    pub seed: u64,
    what: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seed {}: {}", self.seed, self.what)
    }
}

impl std::error::Error for Failure {}

/// The failure of a world that has panicked itself.
pub(super) fn panicked(seed: u64) -> Failure {
    Failure {
        seed,
        what: "the world panicked".to_owned(),
    }
}

/// How much was lived.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lived {
    /// Connections that were begun.
    pub connections: u64,
    /// Those of them that opened on both sides.
    pub opened: u64,
    /// Those that ended with a closing handshake.
    pub clean: u64,
    /// Those of which a side ended what it sent without a Close frame.
    pub half_closed: u64,
    /// Opening handshakes that a client gave up.
    pub given_up: u64,
    /// Messages that were taken to be sent.
    pub sent: u64,
    /// Messages that were refused.
    pub refused: u64,
    /// Messages whose sending was given up or failed: they may have been taken.
    pub unsure: u64,
    /// Messages whose sending was given up with a part of them perhaps sent.
    pub halved: u64,
    /// Messages that arrived, of those that were sent or unsure.
    pub received: u64,
    /// Messages of which the receiver dropped the rest.
    pub cut: u64,
    /// Messages that were sent and did not arrive.
    pub lost: Losses,
    /// Worlds whose server wanted for descriptors for several attempts to accept.
    pub starved: u64,
    /// The world's time.
    pub time: Duration,
    /// Stands for all that was done on the network, and when; of one seed always the same.
    pub digest: u64,
}

impl std::ops::AddAssign for Lived {
    fn add_assign(&mut self, other: Self) {
        self.connections += other.connections;
        self.opened += other.opened;
        self.clean += other.clean;
        self.half_closed += other.half_closed;
        self.given_up += other.given_up;
        self.sent += other.sent;
        self.refused += other.refused;
        self.unsure += other.unsure;
        self.halved += other.halved;
        self.received += other.received;
        self.cut += other.cut;
        self.lost += other.lost;
        self.starved += other.starved;
        self.time += other.time;
        self.digest ^= other.digest;
    }
}

type Records = Arc<Mutex<BTreeMap<usize, Arc<Mutex<Record>>>>>;

pub(super) fn judge(seed: u64, trace: Trace) -> Result<Lived, Failure> {
    let climate = Climate::of(seed);
    let records = Records::default();
    let report = Arc::new(Mutex::new(None));
    let mut stalled = None;
    let remains = {
        let (records, report) = (Arc::clone(&records), Arc::clone(&report));
        run(seed, climate, trace, || {
            tasks::spawn(world(climate, records, report));
            stalled = Some(stalled::begin(seed));
        })
    };
    let report = report.lock().expect("nobody panicked").take();
    let records = records.lock().expect("nobody panicked");
    let fail = |what: String| Failure { seed, what };
    stalled.iter().try_for_each(stalled::judge).map_err(fail)?;
    check_end(&remains, report, climate).map_err(fail)?;
    let mut lived = Lived {
        time: remains.at,
        starved: u64::from(remains.most_starved >= SEVERAL),
        digest: remains.digest,
        ..Lived::default()
    };
    for (number, record) in &*records {
        let record = record.lock().expect("nobody panicked");
        check(&record, climate, &remains.resets)
            .map_err(|what| fail(format!("connection {number}: {what}")))?;
        lived += count(&record, &remains.resets);
    }
    Ok(lived)
}

/// One server, its clients, and the server's leaving.
async fn world(climate: Climate, records: Records, report: Arc<Mutex<Option<DrainReport>>>) {
    let server = Server::<Simulated>::bind("127.0.0.1:80").await;
    let limits = config(&mut random());
    let mut server = server.expect("nobody else listens").config(limits);
    if let Some(deflate) = deflate(&mut random()) {
        server = server.extension(Arc::new(deflate));
    }
    let handle = server.handle();
    let prepared = prepare(&mut random());
    let serving = {
        let (records, prepared) = (Arc::clone(&records), Arc::clone(&prepared));
        server.serve_requests(move |ws: WebSocket<_>, request: Request<()>| {
            let number = request.uri().path()[1..].parse().expect("a number");
            let mut part = part(&records, number, Side::Server, climate.is_calm, &prepared);
            part.config = limits;
            async move {
                live(ws, part).await;
                Ok(())
            }
        })
    };
    let (served, is_served) = oneshot::channel();
    tasks::spawn(async move {
        serving.await.expect("it listens");
        let _ = served.send(());
    });
    let (gone, mut all_gone) = tokio::sync::mpsc::channel::<()>(1);
    for number in 0..climate.n_clients {
        let part = part(&records, number, Side::Client, climate.is_calm, &prepared);
        let gone = gone.clone();
        tasks::spawn(async move {
            connect(number, part).await;
            drop(gone);
        });
    }
    drop(gone);
    match climate.drains_at {
        Some(at) => sleep(at).await,
        None => {
            let _ = all_gone.recv().await;
        }
    }
    tell(|| "the server leaves".to_owned());
    let drained = handle.drain(Duration::from_secs(60)).await;
    tell(|| format!("the server has left: {drained:?}"));
    *report.lock().expect("nobody panicked") = Some(drained);
    let _ = is_served.await;
}

async fn connect(number: usize, mut part: Part) {
    let pause = part.pause(3000);
    sleep(pause).await;
    part.config = config(&mut part.random);
    let mut client = Client::<Simulated>::new().config(part.config);
    if let Some(deflate) = deflate(&mut part.random) {
        client = client.extension(Arc::new(deflate));
    }
    let n_polls = match part.random.below(8) {
        0 if !part.is_calm => 1 + part.random.below(12),
        _ => usize::MAX,
    };
    let connecting = client.connect(format!("ws://server.test/{number}"));
    let opened = give_up((n_polls, LIFETIME), connecting).await;
    part.tell(|| match &opened {
        Some(opened) => format!("opened: {:?}", opened.as_ref().err()),
        None => "gives up opening".to_owned(),
    });
    match opened {
        Some(Ok((ws, _))) => live(ws, part).await,
        None => part.note(|fared| {
            fared.has_given_up = true;
            fared.has_left = true;
            fared.is_over = true;
        }),
        Some(Err(error)) => part.note(|fared| {
            fared.errors.push(error);
            fared.is_over = true;
        }),
    }
}

fn part(records: &Records, number: usize, side: Side, is_calm: bool, prepared: &Prepared) -> Part {
    let mut records = records.lock().expect("nobody panicked");
    Part {
        number,
        record: Arc::clone(records.entry(number).or_default()),
        side,
        is_calm,
        config: Config::default(),
        random: random(),
        prepared: Arc::clone(prepared),
    }
}

fn check_end(
    remains: &Remains,
    report: Option<DrainReport>,
    climate: Climate,
) -> Result<(), String> {
    if remains.at > LIFETIME {
        return Err(format!("it took {:?}", remains.at));
    }
    if let Some(breach) = &remains.breach {
        return Err(breach.clone());
    }
    if remains.n_panics > 0 {
        return Err(format!("{} tasks panicked", remains.n_panics));
    }
    if remains.n_tasks > 0 {
        return Err(format!("{} tasks wait for nothing", remains.n_tasks));
    }
    if remains.n_transports > 0 || remains.n_alarms > 0 {
        return Err(format!("left behind: {remains:?}"));
    }
    match report {
        None => Err("the server never left".to_owned()),
        Some(report) if climate.is_calm && report.aborted > 0 => {
            Err(format!("the server left by force: {report:?}"))
        }
        Some(_) => Ok(()),
    }
}

fn check(record: &Record, climate: Climate, resets: &BTreeSet<PipeId>) -> Result<(), String> {
    let Record {
        client,
        server,
        from_client,
        from_server,
    } = record;
    for (name, fared) in [("client", client), ("server", server)] {
        if let Some(nonsense) = &fared.nonsense {
            return Err(format!("the {name} got what it could not get: {nonsense}"));
        }
        if let Some(excess) = fared.unread_excess {
            return Err(format!("the {name} kept {excess} bytes unread too many"));
        }
        if let Some(error) = fared.errors.iter().find(|error| is_a_fault(error, climate)) {
            return Err(format!("the {name} had {error:?}"));
        }
    }
    for (from, to, ledger) in [(client, server, from_client), (server, client, from_server)] {
        if ledger.n_missing() > 0 && Loss::of(from, to, resets).is_none() {
            return Err(format!("lost for no reason: {ledger:?} {from:?} {to:?}"));
        }
        let listened = to.has_heard_all && !to.has_left;
        if is_clean(from) && is_clean(to) && listened && !ledger.is_complete() {
            return Err(format!("lost before a clean end: {ledger:?}"));
        }
        if !ledger.has_answered_come() {
            return Err(format!("lost after an answer: {ledger:?}"));
        }
        let has_heard_the_end = listened && !to.errors.iter().any(ends_early);
        let is_broken = from.writes.is_some_and(|pipe| resets.contains(&pipe));
        if has_heard_the_end && !is_broken && !ledger.has_flushed_come() {
            return Err(format!("lost after it had left: {ledger:?}"));
        }
        if from.has_half_closed && !is_broken {
            let is_clean = to
                .outcome
                .as_ref()
                .is_some_and(|it| it.clean || it.received.is_some());
            let is_told = |error: &Error| matches!(error, Error::ConnectionLost);
            if is_clean || (has_heard_the_end && !to.errors.iter().any(is_told)) {
                return Err(format!("no end without a Close frame: {to:?}"));
            }
        }
        if is_clean(from)
            && let (Some(ours), Some(theirs)) = (&from.outcome, &to.outcome)
            && (ours.received != theirs.sent || (theirs.clean && ours.sent != theirs.received))
        {
            return Err(format!("{ours:?} does not go with {theirs:?}"));
        }
    }
    if climate.is_calm && (client.has_opened || climate.drains_at.is_none()) {
        for fared in [client, server] {
            if !(fared.has_opened && fared.is_over && is_clean(fared)) {
                return Err(format!("calm, and not clean: {client:?} {server:?}"));
            }
        }
    }
    Ok(())
}

/// Whether an end may come to nothing of what is still on its way.
fn ends_early(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Timeout | ErrorKind::Protocol | ErrorKind::Io => true,
        ErrorKind::Handshake | ErrorKind::Misuse | ErrorKind::Closed => false,
        _ => true,
    }
}

fn is_clean(fared: &Fared) -> bool {
    let outcome: Option<&CloseOutcome> = fared.outcome.as_ref();
    outcome.is_some_and(|outcome| outcome.clean)
}

/// Whether an error cannot be where both ends are ours.
fn is_a_fault(error: &Error, climate: Climate) -> bool {
    match error.kind() {
        // A message that takes longer than a minute is failed, and links may be as slow as that.
        _ if matches!(error, Error::Protocol(ProtocolViolation::AssemblyTimeout)) => {
            climate.is_calm
        }
        ErrorKind::Protocol | ErrorKind::Misuse => true,
        ErrorKind::Closed => false,
        ErrorKind::Timeout => climate.is_calm,
        // Refusals among them: only where the server leaves while clients come.
        _ => climate.is_calm && climate.drains_at.is_none(),
    }
}

fn count(record: &Record, resets: &BTreeSet<PipeId>) -> Lived {
    let Record {
        client,
        server,
        from_client,
        from_server,
    } = record;
    let sum = |of: &dyn Fn(&Ledger) -> usize| number(of(from_client) + of(from_server));
    let mut lost = Losses::default();
    for (from, to, ledger) in [(client, server, from_client), (server, client, from_server)] {
        if let Some(loss) = Loss::of(from, to, resets) {
            lost.add(loss, number(ledger.n_missing()));
        }
    }
    Lived {
        connections: 1,
        opened: u64::from(client.has_opened && server.has_opened),
        clean: u64::from(is_clean(client) && is_clean(server)),
        half_closed: u64::from(client.has_half_closed || server.has_half_closed),
        given_up: u64::from(client.has_given_up),
        sent: sum(&|ledger| ledger.count(Sent::Surely)),
        refused: sum(&|ledger| ledger.count(Sent::Never)),
        unsure: sum(&|ledger| ledger.count(Sent::Perhaps)),
        halved: sum(&|ledger| ledger.count(Sent::InPart)),
        received: sum(&Ledger::n_received),
        cut: sum(&Ledger::n_cut),
        lost,
        ..Lived::default()
    }
}

fn number(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// So many attempts to accept in vain are seconds without a descriptor.
const SEVERAL: usize = 5;
