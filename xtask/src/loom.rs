//! `cargo xtask loom`: the halves of a connection in all interleavings of threads.
//!
//! The models are in `crates/sockeye-driver/src/tests/interleavings.rs`. With loom's locks in place of
//! the standard library's the driver is another program, so it is built in a folder of its own.

use std::env;

use crate::failure::Failure;
use crate::process;
use crate::tally::Tally;
use crate::workspace::Workspace;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// How often threads are made to give way in one interleaving, besides where they wait
    #[arg(long, default_value_t = 2)]
    preemptions: u32,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    let args = [
        "test",
        "--package",
        "sockeye-driver",
        "--lib",
        "interleavings",
    ];
    let flags = env::var("RUSTFLAGS").unwrap_or_default();
    let mut command = process::cargo(&workspace.root, &args);
    command
        .env("RUSTFLAGS", format!("{flags} --cfg sockeye_loom"))
        .env("CARGO_TARGET_DIR", workspace.target.join("loom"))
        .env("LOOM_MAX_PREEMPTIONS", options.preemptions.to_string());
    let mut tally = Tally::default();
    process::run_watched(&mut command, |line| tally.see(line))?;
    match tally.passed {
        0 => Err(Failure::new("there was no model to try")),
        _ => Ok(()),
    }
}
