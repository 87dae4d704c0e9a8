//! `cargo xtask conformance`: whole suites of protocol cases against both ends.
//!
//! Two suites, each in a module of its own: the native one is the crate `sockeye-conformance` and
//! needs nothing else; the Autobahn suite is other people's, and is fetched. Both write reports in
//! the same form, so that they can be compared. Nothing here knows WebSocket.

mod autobahn;
mod certificates;
mod native;
mod subjects;

use crate::failure::Failure;
use crate::workspace::Workspace;

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    native: native::Options,
    /// Run the Autobahn suite instead of the native one; fetched on first use
    #[arg(long, conflicts_with_all = ["server", "client", "peers", "cases", "without", "junit", "thorough", "list"])]
    autobahn: bool,
    /// Without the long cases of the Autobahn suite: groups 9, 12 and 13
    #[arg(long, requires = "autobahn", conflicts_with = "all")]
    quick: bool,
    /// All cases of the Autobahn suite, long messages in groups 12 and 13 too: ten minutes
    #[arg(long, requires = "autobahn")]
    all: bool,
    /// Python 2.7, 3.11 or 3.12 for the Autobahn suite, instead of the first one found
    #[arg(long, value_name = "PROGRAM", requires = "autobahn")]
    python: Option<String>,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    match options.autobahn {
        true => autobahn::run(workspace, options),
        false => native::run(workspace, &options.native),
    }
}
