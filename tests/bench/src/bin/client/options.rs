//! The command line, and what follows from it: the payload.

use std::num::ParseIntError;

use clap::Parser;

#[derive(Debug, Parser)]
pub(crate) struct Options {
    pub(crate) library: String,
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    #[arg(long = "conns", default_value_t = 1)]
    pub(crate) n_connections: usize,
    /// Messages in flight on each connection
    #[arg(long, default_value_t = 1)]
    pub(crate) depth: usize,
    #[arg(long = "secs", default_value_t = 3.0)]
    pub(crate) seconds: f64,
    #[arg(long = "warmup", default_value_t = 1.0)]
    pub(crate) warm_up_seconds: f64,
    #[arg(long = "text")]
    pub(crate) is_text: bool,
    /// Messages to receive in all, instead of a time
    #[arg(long)]
    pub(crate) count: Option<u64>,
    /// Bytes of what is sent, and what comes back: ASCII
    #[arg(long = "size", default_value = "0", value_parser = payload)]
    pub(crate) payload: String,
}

fn payload(n_bytes: &str) -> Result<String, ParseIntError> {
    Ok(('a'..='z').cycle().take(n_bytes.parse()?).collect())
}

impl Options {
    pub(crate) fn address(&self) -> (&'static str, u16) {
        ("127.0.0.1", self.port)
    }

    pub(crate) fn url(&self) -> String {
        format!("ws://127.0.0.1:{}/", self.port)
    }

    /// Messages that one connection receives before it ends.
    pub(crate) fn count_of_connection(&self) -> u64 {
        match self.count {
            Some(count) => count / self.n_connections as u64,
            None => u64::MAX,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, clap::Error> {
        Options::try_parse_from(["client"].into_iter().chain(line.split_whitespace()))
    }

    #[test]
    fn options_are_read_and_others_refused() {
        let options = parse("sockeye --port 9 --conns 4 --size 30 --text --count 100").unwrap();
        assert_eq!(options.library, "sockeye");
        assert_eq!(options.url(), "ws://127.0.0.1:9/");
        assert_eq!(options.payload, "abcdefghijklmnopqrstuvwxyzabcd");
        assert_eq!(options.count_of_connection(), 25);
        for line in ["", "sockeye --port", "sockeye --port x", "sockeye --prot 1"] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
