//! How the run of a target went, as libFuzzer tells it at its end.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

#[derive(Debug)]
pub(super) struct Outcome {
    name: String,
    pub(super) n_executions: u64,
    per_second: u64,
    peak_mib: u64,
    slowest_seconds: u64,
    pub(super) finding: Option<Finding>,
}

/// An input that a promise was broken on.
#[derive(Debug)]
pub(super) struct Finding {
    /// `crash`, `timeout`, `oom`: how libFuzzer calls it.
    kind: String,
    path: Option<PathBuf>,
    /// The end of what the target said.
    said: String,
}

impl Outcome {
    /// Reads what a target wrote; `artifact` is the input that it left.
    ///
    /// # Errors
    ///
    /// When it did not run at all.
    pub(super) fn new(
        name: &str,
        log: &str,
        succeeded: bool,
        artifact: Option<PathBuf>,
    ) -> Result<Self, Failure> {
        let number = |of: &str| {
            let mut lines = log.lines().rev();
            let number = lines.find_map(|line| line.strip_prefix("stat::")?.strip_prefix(of));
            number.and_then(|number| number.trim_start_matches(':').trim().parse().ok())
        };
        let finding = (!succeeded || artifact.is_some()).then(|| Finding::new(log, artifact));
        let n_executions = match number("number_of_executed_units") {
            Some(number) => number,
            // One that died by a signal has no last words.
            None if finding.is_some() => 0,
            None => return Err(Failure::new(format!("{name} told no figures"))),
        };
        Ok(Self {
            name: name.to_owned(),
            n_executions,
            per_second: number("average_exec_per_sec").unwrap_or(0),
            peak_mib: number("peak_rss_mb").unwrap_or(0),
            slowest_seconds: number("slowest_unit_time_sec").unwrap_or(0),
            finding,
        })
    }
}

impl Finding {
    fn new(log: &str, path: Option<PathBuf>) -> Self {
        let name = path.as_deref().and_then(Path::file_name);
        let name = name.map(|name| name.to_string_lossy().into_owned());
        let kind = name.as_deref().and_then(|name| name.split('-').next());
        let lines: Vec<_> = log.lines().collect();
        // The panic, if it was one; what follows it is a trace of calls.
        let start = lines.iter().position(|line| line.contains("panicked at"));
        let start = start.unwrap_or_else(|| lines.len().saturating_sub(LINES_SHOWN));
        let said: Vec<_> = lines[start..].iter().take(LINES_SHOWN).copied().collect();
        Self {
            kind: kind.unwrap_or("failure").to_owned(),
            path,
            said: said.join("\n    "),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            n_executions,
            per_second,
            peak_mib,
            slowest_seconds,
            finding,
        } = self;
        write!(
            f,
            "{name:12} {n_executions:>11} executions, {per_second:>8}/s, {peak_mib:>4} MiB, \
             slowest {slowest_seconds} s, "
        )?;
        match finding {
            None => f.write_str("no findings"),
            Some(finding) => finding.fmt(f),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:\n    {}", self.kind.to_uppercase(), self.said)?;
        let input = self.path.as_deref().and_then(|path| fs::read(path).ok());
        match input {
            Some(input) => {
                let seed = input.escape_ascii().to_string();
                // Written as it is, it would be a note.
                let seed = match seed.strip_prefix('#') {
                    Some(rest) => format!("\\x23{rest}"),
                    None => seed,
                };
                write!(f, "\n    on this seed: {seed}")
            }
            None => Ok(()),
        }
    }
}

/// Enough of a message and its trace.
const LINES_SHOWN: usize = 12;
