//! The client: plays all cases of a fuzzing server, in the protocol of the Autobahn test suite.
//!
//! `/getCaseCount` tells how many there are, `/runCase?case=N&agent=NAME` plays one, and
//! `/updateReports?agent=NAME` says that all were played. The verdicts are the server's.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::time::timeout;

use crate::library::{Library, Outcome};

/// Where the cases are and how to play them.
#[derive(Debug, PartialEq)]
pub(crate) struct Options {
    /// The fuzzing server, without a path.
    pub(crate) url: String,
    /// The name to be reported under.
    pub(crate) agent: String,
    /// How many cases may be in play at once.
    pub(crate) parallel: usize,
}

/// Plays all cases. One that fails, hangs or panics ends alone.
pub(crate) async fn run(library: impl Library, options: &Options) -> Outcome {
    let Options {
        url,
        agent,
        parallel,
    } = options;
    let url = url.trim_end_matches('/');
    let count = timeout(CASE_LIMIT, library.ask(format!("{url}/getCaseCount"))).await??;
    let count: usize = count.trim().parse()?;
    stream::iter(1..=count)
        .map(|case| {
            let url = format!("{url}/runCase?case={case}&agent={agent}");
            tokio::spawn(timeout(CASE_LIMIT, library.echo(url)))
        })
        .buffer_unordered(*parallel)
        .for_each(async |_| ())
        .await;
    let visit = library.visit(format!("{url}/updateReports?agent={agent}"));
    timeout(CASE_LIMIT, visit).await?
}

/// Longer than any case takes that makes progress at all.
const CASE_LIMIT: Duration = Duration::from_secs(60);
