//! `cargo xtask sim`: connections' lives in simulated worlds (`tests/src/simulation`).
//!
//! The program is `sim` of the tests' package, built with optimizations; here is its command line.

use crate::failure::Failure;
use crate::program;
use crate::workspace::Workspace;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// How many worlds, of one to eight clients each
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    seeds: u64,
    /// The first seed
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Only the world of this seed, telling what happens
    #[arg(long, conflicts_with_all = ["seeds", "from"])]
    seed: Option<u64>,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    if options.from.checked_add(options.seeds - 1).is_none() {
        let last = u64::MAX;
        return Err(Failure::new(format!("no seed is larger than {last}")));
    }
    let [seeds, from] = [options.seeds, options.from].map(|number| number.to_string());
    let seed = options.seed.map(|seed| seed.to_string());
    let args = match &seed {
        Some(seed) => vec!["--seed", seed],
        None => vec!["--seeds", &seeds, "--from", &from],
    };
    program::run(workspace, "sim", &args)
}
