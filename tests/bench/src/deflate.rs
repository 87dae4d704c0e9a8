//! What the programs of the compression bench share: messages, a link in memory, and the clock.
//!
//! A program is an [`Endpoint`]: one library as a server, over a link that never waits, in one
//! thread. It compresses (RFC 7692 §7.2) what it sends, decompresses what it gets, and echoes;
//! the same messages for all, in the same batches. No socket and no other process takes part.

mod check;
mod link;
mod measure;
mod memory;
mod messages;

use std::time::Duration;

use bytes::Bytes;
use clap::Parser;
use tokio::runtime::Builder;

pub use link::Link;
pub use messages::REQUEST;

/// The command line that all of them have in common.
#[derive(Clone, Debug, Parser)]
pub struct Options {
    /// Bytes of a message before it is compressed
    #[arg(long, default_value_t = 1024)]
    pub size: usize,
    /// Keep the context from message to message, in both directions
    #[arg(long)]
    pub takeover: bool,
    /// The level of compression, for all
    #[arg(long, default_value_t = 1)]
    pub level: u32,
    /// Seconds that each kind of work is measured
    #[arg(long, value_name = "SECONDS", default_value_t = 1.0)]
    secs: f64,
    /// Seconds before that
    #[arg(long, value_name = "SECONDS", default_value_t = 0.3)]
    warmup: f64,
    /// Measure the memory of so many connections instead, each after one echo
    #[arg(long, default_value_t = 0)]
    conns: usize,
}

/// One connection of a library, in the server's role.
pub trait Endpoint: Sized {
    /// What it sends, so that making one is not measured.
    type Message: Clone;

    /// A text message. Clones of it should share its bytes.
    fn message(text: &Bytes) -> Self::Message;

    /// Opens a connection that has permessage-deflate in use.
    fn open(link: Link, options: &Options) -> impl Future<Output = Self>;

    /// Sends these messages, and returns when the link has them all.
    fn send(&mut self, messages: &[Self::Message]) -> impl Future<Output = ()>;

    /// Receives as many messages, and gives how many bytes they have.
    fn receive(&mut self, n_messages: usize) -> impl Future<Output = usize>;

    /// Receives as many messages and sends each back.
    fn echo(&mut self, n_messages: usize) -> impl Future<Output = ()>;
}

/// Does the work that the command line asks for, and prints one JSON object.
pub fn run<E: Endpoint>(options: &Options) {
    let runtime = Builder::new_current_thread().enable_time().build();
    let report = runtime.expect("a runtime").block_on(async {
        match options.conns {
            0 => measure::run::<E>(options).await,
            n_connections => memory::run::<E>(options, n_connections).await,
        }
    });
    println!("{report}");
}

impl Options {
    fn seconds(&self) -> Duration {
        Duration::from_secs_f64(self.secs)
    }

    fn warmup(&self) -> Duration {
        Duration::from_secs_f64(self.warmup)
    }
}
