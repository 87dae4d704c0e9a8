//! One sample: a server started anew, if there is one, one run, and the numbers that were printed.
//!
//! Which programs those are is for `commands`; here they are started, waited for and read.
//! A sample that fails is a sentence, not an error: the run goes on, and the report says so.

use std::path::Path;
use std::process::{Child, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::commands;
use super::figure::Figures;
use super::plan::Pace;
use super::quiet;
use super::scenario::Scenario;
use super::server::Server;
use super::subject::Subject;

/// How one sample went.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Sample {
    Taken(Figures),
    /// Why there are no figures, as a sentence without a full stop.
    Failed(String),
}

impl Sample {
    pub(super) fn figures(&self) -> Option<&Figures> {
        match self {
            Self::Taken(figures) => Some(figures),
            Self::Failed(_) => None,
        }
    }

    pub(super) fn failure(&self) -> Option<&str> {
        match self {
            Self::Taken(_) => None,
            Self::Failed(reason) => Some(reason),
        }
    }
}

/// Where the programs are that samples need, and where their words go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places<'a> {
    pub(super) programs: &'a Path,
    pub(super) logs: &'a Path,
}

/// Takes one sample.
pub(super) fn take(scenario: &Scenario, subject: &Subject, pace: Pace, at: Places<'_>) -> Sample {
    quiet::wait(pace.quiet);
    match measure(scenario, subject, pace, at) {
        Ok(figures) => Sample::Taken(figures),
        Err(reason) => Sample::Failed(reason),
    }
}

fn measure(
    scenario: &Scenario,
    subject: &Subject,
    pace: Pace,
    at: Places<'_>,
) -> Result<Figures, String> {
    let server = commands::server(scenario, subject, at.programs)
        .map(|command| Server::start(command, at.logs))
        .transpose()?;
    let at_server = server.as_ref().map_or((0, 0), |s| (s.port, s.id()));
    let mut command = commands::client(scenario, subject, at_server, pace, at.programs);
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("the generator cannot be started: {error}"))?;
    let Output {
        status,
        stdout,
        stderr,
    } = wait(child)?;
    match status.success() {
        true => parse(&String::from_utf8_lossy(&stdout)),
        false => Err(reason(&String::from_utf8_lossy(&stderr))),
    }
}

/// Waits for the generator's end, for so long.
fn wait(mut child: Child) -> Result<Output, String> {
    let deadline = Instant::now() + LIMIT;
    loop {
        match child.try_wait().map_err(|error| error.to_string())? {
            Some(_) => return child.wait_with_output().map_err(|error| error.to_string()),
            None if Instant::now() >= deadline => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("took more than {} s", LIMIT.as_secs()));
            }
            None => thread::sleep(PAUSE),
        }
    }
}

/// The numbers of the one JSON object that the generator prints; what is no number is left out.
fn parse(printed: &str) -> Result<Figures, String> {
    let value: Value = serde_json::from_str(printed.trim())
        .map_err(|error| format!("the generator printed no JSON: {error}"))?;
    let Value::Object(fields) = value else {
        return Err("the generator printed no JSON object".to_owned());
    };
    let numbers = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_f64()?)));
    Ok(numbers.collect())
}

/// Why the generator gave up: of a panic, the sentence below the place.
fn reason(complaint: &str) -> String {
    let lines = complaint.lines().map(str::trim);
    let mut lines = lines.filter(|line| !line.is_empty() && !line.starts_with("note: "));
    let first = lines.next().unwrap_or("the generator failed silently");
    let sentence = match first.contains("panicked at") {
        true => lines.next().unwrap_or(first),
        false => first,
    };
    sentence.chars().take(REASON_CHARS).collect()
}

/// A sample takes seconds; the longest, with 10 000 connections, half a minute.
const LIMIT: Duration = Duration::from_secs(120);

const PAUSE: Duration = Duration::from_millis(20);

/// A complaint may quote what it read.
const REASON_CHARS: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_the_generator_are_taken() {
        let printed = r#"{"mode":"echo","messages":12,"p50_us":1.5,"server_cpu_s":0.25}"#;
        let figures = parse(printed).unwrap();
        assert_eq!(figures.len(), 3);
        assert_eq!(figures["messages"], 12.0);
        assert_eq!(figures["p50_us"], 1.5);
    }

    #[test]
    fn what_is_no_object_is_said() {
        assert!(parse("").unwrap_err().contains("no JSON"));
        assert!(parse("[1]").unwrap_err().contains("no JSON object"));
        assert!(parse("{\"a\":1} {\"a\":2}").is_err());
    }

    #[test]
    fn the_reason_is_the_sentence() {
        let panic = "\nthread 'main' panicked at src/main.rs:9:5:\nthe server closed\nnote: run with more\n";
        assert_eq!(reason(panic), "the server closed");
        assert_eq!(reason("error: no answer\n"), "error: no answer");
        assert_eq!(reason(""), "the generator failed silently");
    }

    #[test]
    fn samples_survive_json() {
        let taken = Sample::Taken(parse(r#"{"a":1.5}"#).unwrap());
        for sample in [taken, Sample::Failed("it ended".to_owned())] {
            let json = serde_json::to_string(&sample).unwrap();
            assert_eq!(serde_json::from_str::<Sample>(&json).unwrap(), sample);
        }
    }
}
