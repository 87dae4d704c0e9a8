//! The command line, and what follows from it: the payload.

use std::error::Error;

#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) library: String,
    pub(crate) port: u16,
    pub(crate) n_connections: usize,
    /// Messages in flight on each connection.
    pub(crate) depth: usize,
    pub(crate) seconds: f64,
    pub(crate) warm_up_seconds: f64,
    pub(crate) is_text: bool,
    /// Messages to receive in all, instead of a time.
    pub(crate) count: Option<u64>,
    /// What is sent, and what comes back: ASCII.
    pub(crate) payload: String,
}

impl Options {
    pub(crate) fn parse(
        args: impl Iterator<Item = String>,
    ) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let mut args = args;
        let mut options = Self {
            library: args.next().ok_or("the first argument is a library")?,
            port: 0,
            n_connections: 1,
            depth: 1,
            seconds: 3.0,
            warm_up_seconds: 1.0,
            is_text: false,
            count: None,
            payload: String::new(),
        };
        while let Some(name) = args.next() {
            if name == "--text" {
                options.is_text = true;
                continue;
            }
            let value = args.next().ok_or_else(|| format!("{name} has no value"))?;
            match name.as_str() {
                "--port" => options.port = value.parse()?,
                "--conns" => options.n_connections = value.parse()?,
                "--depth" => options.depth = value.parse()?,
                "--secs" => options.seconds = value.parse()?,
                "--warmup" => options.warm_up_seconds = value.parse()?,
                "--count" => options.count = Some(value.parse()?),
                "--size" => {
                    let payload = ('a'..='z').cycle().take(value.parse()?);
                    options.payload = payload.collect();
                }
                _ => return Err(format!("no option is called {name}").into()),
            }
        }
        Ok(options)
    }

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

    fn parse(line: &str) -> Result<Options, Box<dyn Error + Send + Sync>> {
        Options::parse(line.split_whitespace().map(str::to_owned))
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
