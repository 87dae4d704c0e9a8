//! The native suite: not there yet.

use super::Options;
use crate::failure::Failure;
use crate::workspace::Workspace;

/// Says that there is no native suite.
pub(super) fn run(_workspace: &Workspace, _options: &Options) -> Result<(), Failure> {
    Err(Failure::new(
        "there is no native suite yet: `--autobahn` runs the Autobahn suite",
    ))
}
