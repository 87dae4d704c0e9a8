//! The command line of the comparison, as typed.
//!
//! Only the shape is checked here: which names exist, and what a run without them takes, is for
//! `plan`.

use std::path::PathBuf;

#[derive(Clone, clap::Args)]
#[group(skip)]
pub(super) struct Options {
    /// Under two minutes: fewer scenarios, subjects and rounds, and shorter samples
    #[arg(long)]
    pub(super) quick: bool,
    /// Rounds, in each of which every subject has its turn
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(super) rounds: Option<u32>,
    /// Seconds that a sample measures, after its warm-up
    #[arg(long, value_name = "S", value_parser = seconds)]
    pub(super) secs: Option<f64>,
    /// Only this scenario, by letter or name; may be repeated
    #[arg(long = "scenario", value_name = "NAME")]
    pub(super) scenarios: Vec<String>,
    /// Only this subject, besides extras; may be repeated
    #[arg(long = "subject", value_name = "NAME")]
    pub(super) subjects: Vec<String>,
    /// A server that was built elsewhere: NAME='COMMAND with {port}, {threads}, {deflate}'
    #[arg(long = "extra", value_name = "NAME=COMMAND", value_parser = extra)]
    pub(super) extras: Vec<Extra>,
    /// Where the results go, instead of target/bench/results.json
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// Measure nothing: draw the page from these results; several are put together
    #[arg(long, value_name = "FILE", conflicts_with_all = ["quick", "rounds", "secs", "subjects", "extras", "out"])]
    pub(super) report: Vec<PathBuf>,
    /// Print the tables of docs/benchmarks.md at the end
    #[arg(long)]
    pub(super) markdown: bool,
    /// Say which scenarios and subjects there are, and end
    #[arg(long)]
    pub(super) list: bool,
}

/// A server that is no dependency of ours, by its command.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Extra {
    pub(super) name: String,
    /// For the shell, with placeholders.
    pub(super) command: String,
}

fn extra(text: &str) -> Result<Extra, String> {
    let form = || "as NAME='COMMAND --port {port}'".to_owned();
    let (name, command) = text.split_once('=').ok_or_else(form)?;
    match name.is_empty() || !command.contains("{port}") {
        true => Err(form()),
        false => Ok(Extra {
            name: name.to_owned(),
            command: command.to_owned(),
        }),
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.05..=60.0).contains(&seconds) => Ok(seconds),
        _ => Err("from 0.05 to 60".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extra_has_a_name_and_says_where_the_port_goes() {
        let read = extra("uWebSockets=./uws --port {port} {deflate}").unwrap();
        assert_eq!(read.name, "uWebSockets");
        assert_eq!(read.command, "./uws --port {port} {deflate}");
        assert!(extra("=./uws {port}").is_err());
        assert!(extra("./uws {port}").is_err());
        assert!(extra("uws=./uws").is_err());
    }

    #[test]
    fn a_sample_has_a_length() {
        assert_eq!(seconds("0.5"), Ok(0.5));
        for text in ["0", "-1", "NaN", "inf", "61", "much"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
