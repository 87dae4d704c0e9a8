//! A process of clients, each of which has one life after the other.
//!
//! Orders come by standard input: `stop` begins no more lives and answers with how many dishonest
//! ones go on, `report` waits for the honest ones and answers with what came of all. When orders end,
//! so does the process.

use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use sockeye::tokio::{Client, WebSocket};
use sockeye::{Error, PermessageDeflate};
use sockeye_tests::Random;
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::life::{Kind, LIVES_IN_PROCESS, Life};
use crate::record::Record;
use crate::summary::Summary;
use crate::{Result, faulty, honest};

/// What a process of clients is told on its command line.
#[derive(Clone, Debug)]
pub(crate) struct Orders {
    /// The server.
    pub(crate) address: SocketAddr,
    /// Where they connect from: each address has its own ports.
    pub(crate) source: IpAddr,
    /// The first client's number, and how many there are.
    pub(crate) first: u32,
    pub(crate) n_clients: u32,
    /// How many processes had these clients before.
    pub(crate) incarnation: u32,
    pub(crate) seed: u64,
    /// The longest silence between two bursts of messages.
    pub(crate) pace: Duration,
    /// Only honest lives.
    pub(crate) is_honest: bool,
    /// Where the acknowledged messages are written down.
    pub(crate) record: PathBuf,
}

impl Orders {
    pub(crate) fn to_args(&self) -> Vec<String> {
        vec![
            "clients".to_owned(),
            self.address.to_string(),
            self.source.to_string(),
            self.first.to_string(),
            self.n_clients.to_string(),
            self.incarnation.to_string(),
            self.seed.to_string(),
            self.pace.as_millis().to_string(),
            self.is_honest.to_string(),
            self.record.display().to_string(),
        ]
    }

    fn from_args(args: &[String]) -> Result<Self> {
        let [
            address,
            source,
            first,
            n_clients,
            incarnation,
            seed,
            pace,
            is_honest,
            record,
        ] = args
        else {
            return Err("these are no orders".into());
        };
        Ok(Self {
            address: address.parse()?,
            source: source.parse()?,
            first: first.parse()?,
            n_clients: n_clients.parse()?,
            incarnation: incarnation.parse()?,
            seed: seed.parse()?,
            pace: Duration::from_millis(pace.parse()?),
            is_honest: is_honest.parse()?,
            record: record.into(),
        })
    }
}

/// What the clients of a process share.
pub(crate) struct Ground {
    pub(crate) orders: Orders,
    pub(crate) acknowledged: Record,
    summary: Mutex<Summary>,
    stopping: watch::Sender<bool>,
    /// How many of each kind live now.
    n_dishonest: watch::Sender<u64>,
    plain: Client,
    compressing: Client,
}

impl Ground {
    pub(crate) fn note(&self, change: impl FnOnce(&mut Summary)) {
        change(&mut self.summary.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(crate) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Sleeps, or is woken by the order to stop.
    async fn rest(&self, time: Duration) {
        let mut stopping = self.stopping.subscribe();
        let _ = timeout(time, stopping.wait_for(|stopping| *stopping)).await;
    }

    /// A socket that is connected to the server.
    pub(crate) async fn dial(&self) -> io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::new(self.orders.source, 0))?;
        let stream = socket.connect(self.orders.address).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    /// Opens the WebSocket of a life; one in ten compresses.
    pub(crate) async fn open(
        &self,
        life: Life,
        stream: TcpStream,
    ) -> std::result::Result<WebSocket<TcpStream>, Error> {
        let client = match life.client % 10 {
            0 => &self.compressing,
            _ => &self.plain,
        };
        let uri = format!("ws://{}{}", self.orders.address, life.path());
        let (ws, _) = client.connect_on(uri, stream).await?;
        Ok(ws)
    }
}

/// Lives until there are no more orders.
pub(crate) fn live(args: &[String]) -> Result<()> {
    let orders = Orders::from_args(args)?;
    let ground = Arc::new(Ground {
        acknowledged: Record::open(&orders.record)?,
        orders,
        summary: Mutex::default(),
        stopping: watch::Sender::new(false),
        n_dishonest: watch::Sender::new(0),
        plain: Client::new(),
        compressing: Client::new().extension(Arc::new(PermessageDeflate::default())),
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut clients = JoinSet::new();
    let all = ground.orders.first..ground.orders.first + ground.orders.n_clients;
    for client in all {
        let ground = Arc::clone(&ground);
        clients.spawn_on(have_lives(client, ground), runtime.handle());
    }
    runtime.block_on(async {
        loop {
            let order = tokio::task::spawn_blocking(|| io::stdin().lines().next().transpose());
            let answer = match order.await??.as_deref() {
                Some("stop") => {
                    ground.stopping.send_replace(true);
                    ground.n_dishonest.borrow().to_string()
                }
                Some("report") => {
                    let honest = async { while clients.join_next().await.is_some() {} };
                    let _ = timeout(faulty::GIVEN_UP_AFTER, honest).await;
                    let mut summary = Summary::default();
                    ground.note(|all| summary = all.clone());
                    summary.to_line()
                }
                Some(other) => return Err(format!("{other:?} is no order").into()),
                None => return Ok(()),
            };
            writeln!(io::stdout(), "{answer}")?;
        }
    })
}

/// One life after the other.
async fn have_lives(client: u32, ground: Arc<Ground>) {
    let orders = &ground.orders;
    let first = orders.incarnation * LIVES_IN_PROCESS;
    let mut random = Random::new(orders.seed ^ (u64::from(client) << 20 | u64::from(first)));
    // Not all at once: what is looked for here is not how fast a server can accept.
    ground.rest(some_of(ALL_THERE_AFTER, &mut random)).await;
    for number in first..first + LIVES_IN_PROCESS {
        if ground.is_stopping() {
            return;
        }
        let life = Life { client, number };
        let kind = match orders.is_honest {
            true => Kind::Honest,
            false => Kind::choose(&mut random),
        };
        let is_dishonest = u64::from(kind != Kind::Honest);
        ground.n_dishonest.send_modify(|n| *n += is_dishonest);
        let lived = match kind {
            Kind::Honest => honest::live(life, &ground, &mut random).await,
            Kind::Resets => faulty::reset(life, &ground, &mut random).await,
            Kind::Stalls => faulty::stall(life, &ground, &mut random).await,
            Kind::ReadsSlowly => honest::read_slowly(life, &ground).await,
            Kind::Breaks => faulty::break_rules(&ground, &mut random).await,
        };
        ground.n_dishonest.send_modify(|n| *n -= is_dishonest);
        ground.note(|summary| match lived {
            Ok(end) => summary.add(format!("{kind:?}: {end}"), 1),
            Err(error) => summary.fail(format!("{kind:?} {life:?}: {error}")),
        });
        ground.rest(some_of(orders.pace / 4, &mut random)).await;
    }
}

/// A time by chance, no longer than `most`.
pub(crate) fn some_of(most: Duration, random: &mut Random) -> Duration {
    let millis = usize::try_from(most.as_millis()).unwrap_or(usize::MAX);
    Duration::from_millis(u64::try_from(random.below(millis)).unwrap_or_default())
}

/// When the last client has begun its first life.
const ALL_THERE_AFTER: Duration = Duration::from_secs(5);
