//! The command line.
//!
//! What several modes take is a struct of its own here; nothing is checked that the run itself
//! would not show.

use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use sockeye_bench::content::Content;

/// Load for an echo server at 127.0.0.1; prints one JSON object.
#[derive(Parser)]
pub(crate) struct CommandLine {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Have one connection publish, and all get it
    Broadcast(Broadcast),
    /// Send messages and count those that come back
    Echo(Echo),
    /// See how honest connections fare beside one that floods
    Fairness(Fairness),
    /// Connect, upgrade and close, again and again
    Handshake(Handshake),
    /// Hold connections open and see what memory they take
    Idle(Idle),
    /// Send one long message and get it back
    Stream(Stream),
}

/// The server.
#[derive(Args)]
pub(crate) struct Target {
    /// The port it listens on
    #[arg(long)]
    pub(crate) port: u16,
    /// Its process, for CPU time and memory; 0 is none
    #[arg(long, default_value_t = 0)]
    pub(crate) pid: u32,
    /// It knows no WebSocket and sends every byte back: no upgrade
    #[arg(long)]
    pub(crate) raw: bool,
}

/// How long to measure.
#[derive(Args)]
pub(crate) struct Span {
    /// Seconds that are measured
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "2")]
    pub(crate) secs: Duration,
    /// Seconds before that
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "0.5")]
    pub(crate) warmup: Duration,
}

/// What the messages are.
#[derive(Args, Clone)]
pub(crate) struct Traffic {
    /// Bytes of a message; with several sizes, the messages take turns
    #[arg(long = "size", value_delimiter = ',', default_value = "20")]
    pub(crate) sizes: Vec<usize>,
    /// Messages that are under way on each connection
    #[arg(long, default_value_t = 1)]
    pub(crate) depth: usize,
    /// Binary, or a kind of text
    #[arg(long, value_enum, default_value_t = Content::Binary)]
    pub(crate) content: Content,
    /// Bytes of a fragment; 0 is one frame for each message
    #[arg(long = "frag", default_value_t = 0)]
    pub(crate) fragment_bytes: usize,
    /// Offer permessage-deflate and compress
    #[arg(long)]
    pub(crate) deflate: bool,
}

#[derive(Args)]
pub(crate) struct Echo {
    #[command(flatten)]
    pub(crate) target: Target,
    #[command(flatten)]
    pub(crate) span: Span,
    #[command(flatten)]
    pub(crate) traffic: Traffic,
    /// Connections
    #[arg(long, default_value_t = 1)]
    pub(crate) conns: usize,
    /// Messages per second, over all connections, whether the server keeps up or not; 0 is as many
    /// as the depth lets through
    #[arg(long, default_value_t = 0, conflicts_with_all = ["count", "depth"])]
    pub(crate) rate: u64,
    /// Ask for events without ever waiting for them
    #[arg(long)]
    pub(crate) spin: bool,
    /// End after so many messages instead of after a time
    #[arg(long, default_value_t = 0)]
    pub(crate) count: u64,
}

#[derive(Args)]
pub(crate) struct Handshake {
    #[command(flatten)]
    pub(crate) target: Target,
    #[command(flatten)]
    pub(crate) span: Span,
    /// Handshakes at a time
    #[arg(long, default_value_t = 1)]
    pub(crate) conns: usize,
}

#[derive(Args)]
pub(crate) struct Idle {
    #[command(flatten)]
    pub(crate) target: Target,
    /// Connections
    #[arg(long, default_value_t = 1)]
    pub(crate) conns: usize,
}

#[derive(Args)]
pub(crate) struct Broadcast {
    #[command(flatten)]
    pub(crate) target: Target,
    #[command(flatten)]
    pub(crate) span: Span,
    /// Connections
    #[arg(long, default_value_t = 10_000)]
    pub(crate) conns: usize,
    /// Bytes of a message, 8 at least
    #[arg(long, default_value_t = 1024)]
    pub(crate) size: usize,
    /// Messages that are under way to everybody
    #[arg(long, default_value_t = 1)]
    pub(crate) depth: usize,
}

#[derive(Args)]
pub(crate) struct Fairness {
    #[command(flatten)]
    pub(crate) target: Target,
    #[command(flatten)]
    pub(crate) span: Span,
    /// Bytes of a message of the flood
    #[arg(long, default_value_t = 16 * 1024)]
    pub(crate) flood_size: usize,
    /// Messages of the flood that are under way
    #[arg(long, default_value_t = 64)]
    pub(crate) flood_depth: usize,
    /// Honest connections
    #[arg(long, default_value_t = 1)]
    pub(crate) honest: usize,
    /// Messages per second on each of them
    #[arg(long, default_value_t = 1000)]
    pub(crate) rate: u64,
    /// Bytes of such a message
    #[arg(long, default_value_t = 20)]
    pub(crate) size: usize,
}

#[derive(Args)]
pub(crate) struct Stream {
    #[command(flatten)]
    pub(crate) target: Target,
    /// Bytes of the message
    #[arg(long, default_value_t = 1 << 30)]
    pub(crate) bytes: u64,
    /// Bytes of a fragment, a multiple of 4; 0 is one frame
    #[arg(long = "frag", default_value_t = 0, value_parser = multiple_of_four)]
    pub(crate) fragment_bytes: u64,
}

fn multiple_of_four(word: &str) -> Result<u64, String> {
    let number: u64 = word.parse().map_err(|_| "not a number".to_owned())?;
    match number % 4 {
        0 => Ok(number),
        _ => Err("not a multiple of 4, the length of a masking key".to_owned()),
    }
}

fn seconds(word: &str) -> Result<Duration, String> {
    let seconds = word.parse().map_err(|_| "not a number".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn seconds_may_be_fractions_and_not_negative() {
        assert_eq!(seconds("0.25"), Ok(Duration::from_millis(250)));
        assert!(seconds("-1").is_err());
        assert!(seconds("soon").is_err());
    }
}
