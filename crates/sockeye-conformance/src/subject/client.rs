//! All cases against clients, which come by themselves and ask for one case after another.
//!
//! The protocol is that of Autobahn's fuzzing server, so that any client written for it can be
//! tested: `/getCaseCount`, then `/runCase?case=N&agent=NAME` for each, then
//! `/updateReports?agent=NAME`.

use std::collections::BTreeMap;
use std::fmt;
use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::RwLock;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::memory::{Memory, watched};
use super::{Done, Program, ProgramError, Results, Tls};
use crate::run::{Meeting, Stream, Visitor, printable};
use crate::{Case, CaseResult};

/// Where clients under test connect to.
#[derive(Debug)]
pub struct Listener {
    listener: TcpListener,
    tls: Option<Tls>,
}

/// Why clients cannot be tested.
#[derive(Debug)]
#[non_exhaustive]
pub enum ClientError {
    /// There is nowhere to listen.
    Listen(io::Error),
    /// The program cannot be started.
    Program(ProgramError),
    /// The program has ended, or was given time, and has never connected.
    NeverCame(String),
}

impl Listener {
    /// Listens at an address, for clients with TLS where there is `tls`; port 0 lets the system
    /// choose.
    ///
    /// # Errors
    ///
    /// [`ClientError::Listen`] if it cannot.
    pub async fn bind(address: SocketAddr, tls: Option<&Tls>) -> Result<Self, ClientError> {
        let listener = TcpListener::bind(address)
            .await
            .map_err(ClientError::Listen)?;
        let tls = tls.cloned();
        Ok(Self { listener, tls })
    }

    /// The address that clients go to.
    ///
    /// # Errors
    ///
    /// [`ClientError::Listen`] if the system does not say.
    pub fn url(&self) -> Result<String, ClientError> {
        let address = self.listener.local_addr().map_err(ClientError::Listen)?;
        Ok(match self.tls {
            Some(_) => format!("wss://{address}"),
            None => format!("ws://{address}"),
        })
    }

    /// Serves cases until a client has asked for `/updateReports`, and fills `results`, by agent.
    ///
    /// # Cancel safety
    ///
    /// Dropped early, it leaves in `results` what has ended.
    pub async fn serve(
        &self,
        cases: &[Case],
        results: &mut BTreeMap<String, Results>,
        done: Done<'_>,
    ) {
        let never = pending();
        self.serve_until(never, None, cases, None, results, done)
            .await;
    }

    /// The same until `end` at the latest, or until nobody has been here for `patience`, with the
    /// memory of the one client that comes, where it is known; false if none has come.
    async fn serve_until(
        &self,
        end: impl Future<Output = ()>,
        patience: Option<Duration>,
        cases: &[Case],
        memory: Option<Memory>,
        results: &mut BTreeMap<String, Results>,
        done: Done<'_>,
    ) -> bool {
        let mut end = pin!(end);
        let mut has_come = false;
        let cases: Arc<[Case]> = cases.into();
        // Read by cases that run.
        let running = Arc::new(RwLock::with_max_readers((), MAX_AT_ONCE));
        let mut visits = JoinSet::new();
        let mut is_finished = false;
        while !is_finished || !visits.is_empty() {
            let patience = match has_come {
                true => patience,
                false => patience.map(|patience| patience.max(START_PATIENCE)),
            };
            tokio::select! {
                accepted = self.listener.accept(), if !is_finished => match accepted {
                    Ok((stream, _)) => {
                        has_come = true;
                        let (tls, cases) = (self.tls.clone(), cases.clone());
                        let running = running.clone();
                        visits.spawn(async move {
                            let stream = match tls {
                                None => Ok(stream.into()),
                                Some(tls) => tls.accept(stream).await,
                            };
                            match stream {
                                Ok(stream) => visit(stream, cases, memory, running).await,
                                Err(_) => Visit::Other,
                            }
                        });
                    }
                    // Out of descriptors for the moment, or a client that has gone already.
                    Err(_) => sleep(Duration::from_millis(50)).await,
                },
                () = &mut end, if !is_finished => is_finished = true,
                () = idle(patience), if !is_finished && visits.is_empty() => is_finished = true,
                Some(visited) = visits.join_next() => match visited {
                    Ok(Visit::Case { agent, index, result }) => {
                        done(&cases[index], &result);
                        let id = cases[index].id.clone();
                        results.entry(agent).or_default().insert(id, *result);
                    }
                    Ok(Visit::Finished) => is_finished = true,
                    // A case of ours that panicked has no result, and that shows.
                    Ok(Visit::Other) | Err(_) => {}
                },
            }
        }
        has_come
    }
}

impl Program {
    /// Runs `cases` with this program as a client. Each that watches memory has a process of its
    /// own. With `tls`, the program goes to a `wss://` address, and is told whom to trust by
    /// `{authority}` in its command line. A program that ends early or hangs is started again for the rest, as long as that gets
    /// on; what it did not run is missing.
    ///
    /// # Errors
    ///
    /// It cannot be started, or there is nowhere to listen.
    pub async fn test_client(
        &self,
        tls: Option<&Tls>,
        cases: &[Case],
        done: Done<'_>,
    ) -> Result<Results, ClientError> {
        let (alone, mut left): (Vec<_>, Vec<_>) = cases.iter().cloned().partition(Case::runs_alone);
        let mut results = Results::new();
        while !left.is_empty() {
            let round = match self.round(tls, &left, done).await {
                Err(_) if !results.is_empty() => break,
                round => round?,
            };
            if round.is_empty() {
                break;
            }
            results.extend(round);
            left.retain(|case| !results.contains_key(&case.id));
        }
        for case in &alone {
            let came = self.round(tls, std::slice::from_ref(case), done).await;
            // It has come before: then it is about this case, and the case is missing.
            let is_missing = matches!(came, Err(ClientError::NeverCame(_)));
            if !is_missing || results.is_empty() {
                results.extend(came?);
            }
        }
        Ok(results)
    }

    /// One process and the cases it runs.
    async fn round(
        &self,
        tls: Option<&Tls>,
        cases: &[Case],
        done: Done<'_>,
    ) -> Result<Results, ClientError> {
        let listener = Listener::bind(([127, 0, 0, 1], 0).into(), tls).await?;
        let visiting = self.told(tls).visit(&listener.url()?);
        let mut running = visiting.map_err(ClientError::Program)?;
        let memory = running.memory();
        let mut by_agent = BTreeMap::new();
        // What a program has run when it ends counts; its connections are gone by then.
        let end = running.ended();
        let patience = Some(IDLE_PATIENCE);
        let serving = listener.serve_until(end, patience, cases, memory, &mut by_agent, done);
        if !serving.await {
            return Err(ClientError::NeverCame(self.to_string()));
        }
        Ok(by_agent.into_values().flatten().collect())
    }
}

/// What a connection was about.
enum Visit {
    Case {
        agent: String,
        index: usize,
        result: Box<CaseResult>,
    },
    Finished,
    Other,
}

async fn visit(
    stream: Stream,
    cases: Arc<[Case]>,
    memory: Option<Memory>,
    running: Arc<RwLock<()>>,
) -> Visit {
    let Some(visitor) = Visitor::greet(stream).await else {
        return Visit::Other;
    };
    let target = visitor.request.target().unwrap_or_default().to_owned();
    let target = origin_form(&target);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let value = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    };
    match path {
        "/getCaseCount" => {
            visitor.tell(&cases.len().to_string()).await;
            Visit::Other
        }
        "/updateReports" => {
            // The program may end at once, and its memory cannot be looked at any more.
            let _idle = running.write().await;
            visitor.tell("").await;
            Visit::Finished
        }
        "/runCase" => {
            let number = value("case").and_then(|number| number.parse::<usize>().ok());
            let case = number
                .and_then(|number| number.checked_sub(1))
                .and_then(|index| Some((index, cases.get(index)?)));
            let Some((index, case)) = case else {
                return Visit::Other;
            };
            // What a program takes until it has come is not the case's doing.
            let _running = running.read().await;
            let result = watched(memory, case, Meeting::Client(visitor).run(case)).await;
            Visit::Case {
                agent: printable(value("agent").unwrap_or("client")),
                index,
                result: Box::new(result),
            }
        }
        _ => Visit::Other,
    }
}

/// The path and query of a request's target.
fn origin_form(target: &str) -> &str {
    // RFC 9112 §3.2.2: a server MUST accept the absolute form.
    let parts = target.split_once("://");
    let absolute = parts.filter(|(scheme, _)| !scheme.contains('/'));
    absolute.map_or(target, |(_, rest)| {
        &rest[rest.find('/').unwrap_or(rest.len())..]
    })
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen(error) => write!(f, "cannot listen: {error}"),
            Self::Program(error) => error.fmt(f),
            Self::NeverCame(program) => write!(f, "`{program}` has never connected"),
        }
    }
}

impl std::error::Error for ClientError {}

/// Waits so long, or for ever.
async fn idle(patience: Option<Duration>) {
    match patience {
        Some(patience) => sleep(patience).await,
        None => pending().await,
    }
}

/// How long a program may be without any connection here: its cases have ended by then.
const IDLE_PATIENCE: Duration = Duration::from_secs(30);

/// How long a program may take until it comes for the first time: some are built first.
const START_PATIENCE: Duration = Duration::from_secs(120);

/// Cases that run at once, however many a client asks for: some take tens of megabytes.
const MAX_AT_ONCE: u32 = 32;

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::{Role, Scale, cases};

    #[test]
    fn addresses_in_queries_are_not_the_absolute_form() {
        for target in [
            "/runCase?agent=http://x/y",
            "ws://a:1/runCase?agent=http://x/y",
        ] {
            assert_eq!(origin_form(target), "/runCase?agent=http://x/y");
        }
        assert_eq!(origin_form("ws://a"), "");
    }

    #[tokio::test]
    async fn a_program_that_never_comes_is_an_error_at_once() {
        let cases = cases(Role::Client, Scale::Quick);
        let program = Program::parse("true").unwrap();
        let tested = program.test_client(None, &cases[..2], &|_, _| {}).await;
        let error = tested.unwrap_err().to_string();
        assert_eq!(error, "`true` has never connected");
    }
}
