//! Named, timed parts of a command, and the table of how they went.
//!
//! A step that fails does not stop the next one: one run shows all that is wrong.

use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::say::say;

/// The steps of one command so far.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    done: Vec<Step>,
}

#[derive(Debug)]
struct Step {
    name: String,
    outcome: Outcome,
    took: Duration,
}

#[derive(Debug)]
enum Outcome {
    Passed,
    Failed(Failure),
    LeftOut(String),
}

impl Steps {
    /// Does one step and remembers how it went and how long it took.
    pub(crate) fn run(&mut self, name: &str, step: impl FnOnce() -> Result<(), Failure>) {
        say(format_args!("\n== {name}"));
        let start = Instant::now();
        let outcome = match step() {
            Ok(()) => Outcome::Passed,
            Err(failure) => Outcome::Failed(failure),
        };
        if let Outcome::Failed(failure) = &outcome {
            say(format_args!("FAILED: {failure}"));
        }
        self.done.push(Step {
            name: name.to_owned(),
            outcome,
            took: start.elapsed(),
        });
    }

    /// Remembers a step that cannot be done here, and why.
    pub(crate) fn leave_out(&mut self, name: &str, reason: impl Into<String>) {
        let outcome = Outcome::LeftOut(reason.into());
        self.done.push(Step {
            name: name.to_owned(),
            outcome,
            took: Duration::ZERO,
        });
    }

    /// Prints the table; fails when a step did.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        say("");
        self.table().iter().for_each(say);
        let is_failed = |step: &&Step| matches!(step.outcome, Outcome::Failed(_));
        match self.done.iter().filter(is_failed).count() {
            0 => Ok(()),
            1 => Err(Failure::new("one step failed")),
            n_failed => Err(Failure::new(format!("{n_failed} steps failed"))),
        }
    }

    fn table(&self) -> Vec<String> {
        let width = self
            .done
            .iter()
            .map(|step| step.name.chars().count())
            .max()
            .unwrap_or(0);
        let row = |Step {
                       name,
                       outcome,
                       took,
                   }: &Step| {
            let seconds = took.as_secs_f64();
            match outcome {
                Outcome::Passed => format!("{name:width$}  {seconds:7.1} s  ok"),
                Outcome::Failed(_) => format!("{name:width$}  {seconds:7.1} s  FAILED"),
                Outcome::LeftOut(reason) => format!("{name:width$}          -  left out: {reason}"),
            }
        };
        self.done.iter().map(row).collect()
    }
}

#[cfg(test)]
mod tests;
