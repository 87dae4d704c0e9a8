//! `cargo xtask bench deflate`: the comparison, in the scenarios of compression by itself.
//!
//! The options are those of the comparison, and whoever names scenarios gets those. A file of its
//! own for the results lets those of another run be.

use super::cli::Options;
use super::subject::Family;
use super::{comparison, scenarios};
use crate::failure::Failure;
use crate::workspace::Workspace;

pub(super) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    let mut options = options.clone();
    if options.scenarios.is_empty() {
        let of_family = scenarios::all().filter(|scenario| scenario.family == Family::Deflate);
        options.scenarios = of_family.map(|scenario| scenario.name.to_owned()).collect();
    }
    let out = || workspace.target.join("bench").join("deflate.json");
    options.out.get_or_insert_with(out);
    comparison::run(workspace, &options)
}
