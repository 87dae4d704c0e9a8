//! The process that is watched: it has the server, lets the clients come and go, and judges.

use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::thread::sleep;
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use sockeye::tokio::DrainReport;
use sockeye_tests::Worker;

use crate::Result;
use crate::clients::Orders;
use crate::groups::{Groups, answer};
use crate::held::Held;
use crate::record::Record;
use crate::server::{DRAIN_DEADLINE, Watched};
use crate::summary::{FAILURES, Summary};

pub(crate) struct Plan {
    pub(crate) n_connections: u32,
    /// How long the clients are left to live.
    pub(crate) time: Duration,
    pub(crate) seed: u64,
}

/// Runs the plan, prints what came of it, and fails if something was wrong.
pub(crate) fn run(plan: &Plan) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let [acknowledged, received] =
        ["acknowledged", "received"].map(|name| folder.path().join(name));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let server = runtime.block_on(Watched::start(&received))?;
    let orders = Orders {
        address: server.address,
        source: Ipv4Addr::LOCALHOST.into(),
        first: plan.n_connections,
        n_clients: WARM_UP_CLIENTS,
        incarnation: 0,
        seed: plan.seed,
        pace: Duration::from_millis(100),
        is_honest: true,
        record: acknowledged.clone(),
    };
    let mut summary = warm_up(&orders)?;
    while server.handle.connections() > 0 {
        sleep(Duration::from_millis(10));
    }
    let before = Held::now(runtime.handle());
    PeakAlloc.reset_peak_usage();

    let mut groups = Groups::start(plan.n_connections, &orders)?;
    for _ in 0..N_KILLS {
        sleep(plan.time / (N_KILLS + 1));
        groups.kill_one()?;
    }
    sleep(plan.time / (N_KILLS + 1));
    let n_dishonest = groups.stop()?;
    let draining = Instant::now();
    let drained = runtime.block_on(server.handle.drain(DRAIN_DEADLINE));
    let drain_time = draining.elapsed();
    summary += groups.report()?;
    let peak = PeakAlloc.peak_usage();
    let served = runtime.block_on(server.serving)?;
    let after = Held::now(runtime.handle());

    if let Err(error) = served {
        summary.fail(format!("the server failed: {error}"));
    }
    summary += server.books.summary();
    judge_drain(drained, drain_time, n_dishonest, &mut summary);
    after.compare(&before, &mut summary);
    let acknowledged = Record::open(&acknowledged)?;
    compare(plan, &acknowledged, &server.books.received, &mut summary)?;

    let mut out = io::stdout().lock();
    for (name, n) in &summary.counts {
        writeln!(out, "{n:>9}  {name}")?;
    }
    let DrainReport { closed, aborted } = drained;
    let (drain_millis, deadline) = (drain_time.as_millis(), DRAIN_DEADLINE.as_secs());
    writeln!(
        out,
        "the drain: {closed} closed and {aborted} cut off in {drain_millis} ms of {deadline} s; \
         {n_dishonest} were not honest"
    )?;
    writeln!(
        out,
        "held before: {before}; after: {after}; the heap's peak: {peak} bytes"
    )?;
    match summary.count(FAILURES) {
        0 => Ok(writeln!(out, "nothing was lost and nothing is left")?),
        n => Err(format!("{n} failures; the first ones: {:#?}", summary.failures).into()),
    }
}

/// Whether the server went in time, and honest clients with 1001.
fn judge_drain(drained: DrainReport, time: Duration, n_dishonest: u64, summary: &mut Summary) {
    if drained.closed + drained.aborted == 0 {
        summary.fail("nobody was there when the server went");
    }
    if u64::try_from(drained.aborted).is_ok_and(|n| n > n_dishonest) {
        summary.fail("honest connections were cut off at the deadline");
    }
    if time > DRAIN_DEADLINE + DRAIN_ALLOWANCE {
        summary.fail(format!(
            "the drain took {time:?}: more than {DRAIN_ALLOWANCE:?} beyond its deadline"
        ));
    }
}

/// Some clients that come, live and go: what a server allocates once is there then.
fn warm_up(orders: &Orders) -> Result<Summary> {
    let mut clients = Worker::start(orders.to_args())?;
    sleep(Duration::from_secs(6));
    answer(&mut clients, "stop")?;
    Summary::from_line(&answer(&mut clients, "report")?)
}

/// Whether the server has received all that was acknowledged.
fn compare(
    plan: &Plan,
    acknowledged: &Record,
    received: &Record,
    summary: &mut Summary,
) -> Result<()> {
    for client in 0..plan.n_connections {
        let lives = acknowledged
            .of_client(client)?
            .into_iter()
            .zip(received.of_client(client)?);
        for (number, (acknowledged, received)) in lives.enumerate() {
            summary.add("messages acknowledged", u64::from(acknowledged));
            if acknowledged > received {
                summary.fail(format!(
                    "client {client}, life {number}: {acknowledged} messages acknowledged, {received} received"
                ));
            }
        }
    }
    Ok(())
}

/// How much later than its deadline a drain may end.
///
/// At the deadline the tasks that are left are aborted, on a machine that thousands of clients use as
/// well: they are dropped when their threads come to it.
const DRAIN_ALLOWANCE: Duration = Duration::from_secs(5);

/// How often a process of clients is killed.
const N_KILLS: u32 = 4;

const WARM_UP_CLIENTS: u32 = 64;
