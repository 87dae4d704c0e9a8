//! The project's own commands: `cargo xtask test`, `ci`, `tidy`, `conformance`, `demo`, `bench`, `sim`,
//! `soak`, `fuzz`, `loom`, `mutants`, `deny`, `spec`, `api`.
//!
//! One file per command; this one only reads the command line. What the commands share is in
//! `workspace` (where things are), `process` (running programs) and `steps` (named, timed parts).
//! Nothing here is published, and nothing here knows WebSocket.

extern crate alloc;

mod api;
mod background;
mod bench;
mod ci;
mod conformance;
mod demo;
mod deny;
mod descriptors;
mod failure;
mod features;
mod fuzz;
mod loom;
mod mutants;
mod peers;
mod powerset;
mod process;
mod program;
mod say;
mod sim;
mod soak;
mod spec;
mod steps;
mod tally;
mod test;
mod tidy;
mod tool;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Failure;
use crate::workspace::Workspace;

/// The project's own commands.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List what users can name, and see that a change leaves it alone
    Api(api::Options),
    /// Measure Sockeye beside its peers, or count what a message costs
    Bench(bench::Options),
    /// Run every check that a change must pass
    Ci(ci::Options),
    /// Run a suite of protocol cases against server and client
    Conformance(conformance::Options),
    /// Serve a chat to open in a browser
    Demo(demo::Options),
    /// Check licences, versions and places of dependencies, and look for faults that are known
    Deny,
    /// Check each crate with every two of its features together
    FeaturePairs,
    /// Run the fuzz targets, each for a while
    Fuzz(fuzz::Options),
    /// Change the code of the protocol, and see that a test fails
    Mutants(mutants::Options),
    /// Try all interleavings of the threads that halves of a connection are on
    Loom(loom::Options),
    /// Let connections live in simulated worlds, and see that nothing is lost
    Sim(sim::Options),
    /// Serve thousands of connections on real sockets, and see that faults stay their own
    Soak(soak::Options),
    /// List what the RFCs require with its code and tests, and write docs/compliance.md
    Spec(spec::Options),
    /// Run all tests, after fetching the peers they talk to (Python, npm, Chromium)
    Test(test::Options),
    /// Check what the compiler does not: layers, dependencies, file sizes, conventions
    Tidy,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command) -> Result<(), Failure> {
    let workspace = Workspace::load()?;
    match command {
        Command::Api(options) => api::run(&workspace, options),
        Command::Bench(options) => bench::run(&workspace, options),
        Command::Ci(options) => ci::run(&workspace, options),
        Command::Conformance(options) => conformance::run(&workspace, options),
        Command::Demo(options) => demo::run(&workspace, options),
        Command::Deny => deny::run(&workspace),
        Command::FeaturePairs => powerset::check_pairs(&workspace),
        Command::Fuzz(options) => fuzz::run(&workspace, options),
        Command::Mutants(options) => mutants::run(&workspace, options),
        Command::Loom(options) => loom::run(&workspace, options),
        Command::Sim(options) => sim::run(&workspace, options),
        Command::Soak(options) => soak::run(&workspace, options),
        Command::Spec(options) => spec::run(&workspace, options),
        Command::Test(options) => test::run(&workspace, options),
        Command::Tidy => tidy::run(&workspace),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_makes_sense() {
        Cli::command().debug_assert();
    }
}
