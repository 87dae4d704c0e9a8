//! Programs that run beside this one: each with a log, a time limit, and a certain end.
//!
//! What runs here writes to a file, so that nothing fills a pipe that nobody reads. A program is
//! ended by its own handle when the value goes, however the command went.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::Failure;

/// A program that was started, and that ends with this value at the latest.
#[derive(Debug)]
pub(crate) struct Background {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

impl Background {
    /// Starts a program; `name` is what people are told, and the name of its log in `logs`.
    pub(crate) fn start(
        name: &'static str,
        command: &mut Command,
        logs: &Path,
    ) -> Result<Self, Failure> {
        let failed = |error| Failure::new(format!("cannot start {name}: {error}"));
        let log = logs.join(format!("{name}.log"));
        let output = File::create(&log).map_err(failed)?;
        let errors = output.try_clone().map_err(failed)?;
        let child = command
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .spawn()
            .map_err(failed)?;
        Ok(Self { name, child, log })
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for a line of output that starts with `start`, and gives what follows on it.
    ///
    /// # Errors
    ///
    /// When the program ends first, or `deadline` passes.
    pub(crate) fn wait_for_line(
        &mut self,
        start: &str,
        deadline: Instant,
    ) -> Result<String, Failure> {
        let name = self.name;
        self.wait_until(deadline, &format!("{name} did not get ready"), |log| {
            // Only a line that is whole has all that follows.
            let mut lines = log
                .split_inclusive('\n')
                .filter(|line| line.ends_with('\n'));
            lines.find_map(|line| Some(line.strip_prefix(start)?.trim_end().to_owned()))
        })
    }

    /// Waits until `is_ready` has something to give; it sees all output so far.
    ///
    /// # Errors
    ///
    /// When the program ends first, or `deadline` passes; `complaint` then says what is missing.
    pub(crate) fn wait_until<T>(
        &mut self,
        deadline: Instant,
        complaint: &str,
        mut is_ready: impl FnMut(&str) -> Option<T>,
    ) -> Result<T, Failure> {
        loop {
            let ended = self.try_wait()?;
            if let Some(ready) = is_ready(&self.output()) {
                return Ok(ready);
            }
            if let Some(status) = ended {
                return Err(self.failure(&format!("{complaint} and ended: {status}")));
            }
            if Instant::now() >= deadline {
                return Err(self.failure(&format!("{complaint} in time")));
            }
            thread::sleep(PAUSE);
        }
    }

    /// Waits for the program to end by itself, and successfully.
    ///
    /// # Errors
    ///
    /// When it fails, or `deadline` passes.
    pub(crate) fn wait(&mut self, deadline: Instant) -> Result<(), Failure> {
        loop {
            match self.try_wait()? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => {
                    return Err(self.failure(&format!("{} failed: {status}", self.name)));
                }
                None if Instant::now() >= deadline => {
                    return Err(self.failure(&format!("{} took too long", self.name)));
                }
                None => thread::sleep(PAUSE),
            }
        }
    }

    /// Fails when the program has ended, which it was not to do yet.
    pub(crate) fn check_running(&mut self) -> Result<(), Failure> {
        match self.try_wait()? {
            None => Ok(()),
            Some(status) => Err(self.failure(&format!("{} ended early: {status}", self.name))),
        }
    }

    fn try_wait(&mut self) -> Result<Option<ExitStatus>, Failure> {
        let name = self.name;
        let failed = |error| Failure::new(format!("cannot see how {name} is: {error}"));
        self.child.try_wait().map_err(failed)
    }

    /// What the program wrote so far, to both outputs.
    fn output(&self) -> String {
        let bytes = fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// `sentence`, and the last lines the program wrote.
    fn failure(&self, sentence: &str) -> Failure {
        let output = self.output();
        let lines: Vec<_> = output.lines().collect();
        let last = &lines[lines.len().saturating_sub(LINES_SHOWN)..];
        let shown = last.iter().map(|line| format!("\n    {line}"));
        Failure::new(format!("{sentence}{}", shown.collect::<String>()))
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // It may have ended already, which is all that can go wrong here.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How often a program is looked at: short beside what any of them takes.
const PAUSE: Duration = Duration::from_millis(20);

/// How much of a failed program's output is worth a screen.
const LINES_SHOWN: usize = 12;

#[cfg(all(test, unix))]
mod tests;
