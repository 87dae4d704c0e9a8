//! The suite's own subject: a small WebSocket echo server and client, right but for corners of HTTP,
//! and broken in one way on request.
//!
//! A suite that passes everything proves nothing. The tests run it against every fault here, and
//! each must be caught. Blocking threads and whole frames: made to be read, not to be used.
//!
//! ```text
//! cargo run -p sockeye-conformance --example reference -- server --fault no-pong
//! cargo run -p sockeye-conformance --example reference -- client ws://127.0.0.1:9001
//! ```

#![expect(clippy::print_stdout, reason = "the address is this program's output")]

mod client;
mod deflate;
mod fault;
mod frames;
mod server;
mod session;

use std::io;

use clap::{Parser, Subcommand};

use fault::Fault;

/// A WebSocket echo peer that can be broken in one way.
#[derive(Debug, Parser)]
struct Options {
    #[command(subcommand)]
    part: Part,
    /// Break it in this way
    #[arg(long, global = true, value_enum)]
    fault: Option<Fault>,
}

#[derive(Debug, Subcommand)]
enum Part {
    /// Serve on a free port of 127.0.0.1, and print the address
    Server,
    /// Run all cases of the suite that listens at an address
    Client {
        /// The suite's address
        url: String,
    },
}

fn main() -> io::Result<()> {
    let options = Options::parse();
    match options.part {
        Part::Server => server::serve(options.fault),
        Part::Client { url } => client::run(&url, options.fault),
    }
}
