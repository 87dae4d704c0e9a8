//! All cases against a server: many at once, and those that watch its memory by themselves.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::memory::{Memory, watched};
use super::target::{self, UrlError};
use super::{Done, Program, ProgramError, Results, Tls};
use crate::Case;
use crate::run::{Meeting, Target};

/// Runs `cases` against the server at a `ws://` address, with `tls` also `wss://`, `n_parallel` of
/// them at once.
///
/// # Errors
///
/// The address is malformed or unknown. A server that cannot be reached is a verdict.
pub async fn test_server(
    url: &str,
    tls: Option<&Tls>,
    cases: &[Case],
    n_parallel: usize,
    done: Done<'_>,
) -> Result<Results, UrlError> {
    let target = target::parse(url, tls).await?;
    Ok(run_all(&target, None, cases, n_parallel, done).await)
}

impl Program {
    /// Runs `cases` against this program as a server, `n_parallel` of them at once. With `tls`, the
    /// program is told by `{certificate}` and `{key}` in its command line, and says a `wss://`
    /// address.
    ///
    /// # Errors
    ///
    /// It cannot be started, or says no address.
    pub async fn test_server(
        &self,
        tls: Option<&Tls>,
        cases: &[Case],
        n_parallel: usize,
        done: Done<'_>,
    ) -> Result<Results, ProgramError> {
        let (running, url) = self.told(tls).serve().await?;
        let target = target::parse(&url, tls)
            .await
            .map_err(|error| ProgramError::Address(self.to_string(), error))?;
        Ok(run_all(&target, running.memory(), cases, n_parallel, done).await)
    }
}

async fn run_all(
    target: &Target,
    memory: Option<Memory>,
    cases: &[Case],
    n_parallel: usize,
    done: Done<'_>,
) -> Results {
    let mut results = Results::new();
    let (alone, together): (Vec<_>, Vec<_>) = cases.iter().partition(|case| case.runs_alone());
    let turns = Arc::new(Semaphore::new(n_parallel.clamp(1, Semaphore::MAX_PERMITS)));
    let mut running = JoinSet::new();
    for case in together {
        let (case, target, turns) = (case.clone(), target.clone(), turns.clone());
        running.spawn(async move {
            let _turn = turns.acquire_owned().await;
            let result = Meeting::Server(target).run(&case).await;
            (case, result)
        });
    }
    while let Some(ended) = running.join_next().await {
        // A case of ours that panicked has no result, and that shows.
        if let Ok((case, result)) = ended {
            done(&case, &result);
            results.insert(case.id, result);
        }
    }
    for case in alone {
        let running = Meeting::Server(target.clone()).run(case);
        let result = watched(memory, case, running).await;
        done(case, &result);
        results.insert(case.id.clone(), result);
    }
    results
}
