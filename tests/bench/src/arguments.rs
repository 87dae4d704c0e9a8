//! The command line that all servers have in common.
//!
//! A server with switches of its own flattens this into its own struct. Switches that a library
//! has no use for are taken and do nothing, so that one command line fits all.

use std::net::SocketAddr;

use clap::Parser;

/// What every server takes.
#[derive(Clone, Debug, Parser)]
pub struct Arguments {
    /// The port to listen on, at 127.0.0.1
    #[arg(long)]
    pub port: u16,
    /// Worker threads; one means a current-thread runtime
    #[arg(long, default_value_t = 1)]
    pub threads: usize,
    /// Accept permessage-deflate, without context takeover
    #[arg(long)]
    pub deflate: bool,
    /// Await a message, then await its sending, as the libraries' own examples do
    #[arg(long)]
    pub naive: bool,
}

impl Arguments {
    /// Where to listen.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }
}
