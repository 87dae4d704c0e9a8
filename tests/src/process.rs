//! A peer program under guard: killed on drop, heard line by line, quoted when it fails.
//!
//! Killing happens in `drop`, so also while a failed test unwinds. A test run that is itself killed
//! closes the standard input of its programs, at which the peers in `tests/peers` end.

use std::fmt::Display;
use std::process::{ExitStatus, Stdio};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::sync::watch;

use crate::within;

/// A running program that prints JSON, one value a line.
#[derive(Debug)]
pub struct Process {
    name: &'static str,
    child: Child,
    stdout: Lines<BufReader<ChildStdout>>,
    complaints: watch::Receiver<Vec<String>>,
    _stdin: ChildStdin,
}

impl Process {
    /// Starts `command`; `name` stands for it in failure messages.
    ///
    /// # Panics
    ///
    /// If the program cannot be started.
    #[must_use]
    pub fn start(name: &'static str, mut command: Command) -> Self {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.kill_on_drop(true);
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) => panic!("cannot start {name} ({command:?}): {error}"),
        };
        let stdin = child.stdin.take().expect("standard input is piped");
        let stdout = child.stdout.take().expect("standard output is piped");
        let stderr = child.stderr.take().expect("standard error is piped");
        Self {
            name,
            child,
            stdout: BufReader::new(stdout).lines(),
            complaints: gather(stderr),
            _stdin: stdin,
        }
    }

    /// The next value that the program prints.
    ///
    /// # Panics
    ///
    /// If none comes in time, or the line is no JSON, or the program has ended; the message quotes
    /// what it wrote to standard error.
    pub async fn value(&mut self) -> Value {
        let line = within(
            format_args!("a line from {}", self.name),
            self.stdout.next_line(),
        )
        .await;
        match line {
            Ok(Some(line)) => match serde_json::from_str(&line) {
                Ok(value) => value,
                Err(error) => {
                    self.fail(format_args!("printed {line:?}, which is no JSON: {error}"))
                }
            },
            Ok(None) => self.fail("ended without a result"),
            Err(error) => self.fail(format_args!("cannot be heard: {error}")),
        }
    }

    /// The one value that the program prints before it ends.
    ///
    /// # Panics
    ///
    /// As [`value`](Self::value), and if the program does not end, or ends with a failure.
    pub async fn result(mut self) -> Value {
        let value = self.value().await;
        let status = within(format_args!("the end of {}", self.name), self.child.wait()).await;
        if !status.as_ref().is_ok_and(ExitStatus::success) {
            self.fail(format_args!("ended with {status:?} after {value}"));
        }
        value
    }

    /// Waits until the program ends by itself, as it does when it was told to.
    ///
    /// # Panics
    ///
    /// If it does not end in time.
    pub async fn ended(mut self) {
        let status = within(format_args!("the end of {}", self.name), self.child.wait()).await;
        assert!(
            status.is_ok(),
            "{} cannot be waited for: {status:?}",
            self.name
        );
    }

    /// The first line with `words` that the program writes to standard error.
    ///
    /// # Panics
    ///
    /// If none comes in time, or the program ends without one.
    pub async fn complaint(&self, words: &str) -> String {
        let has_words = |line: &&String| line.contains(words);
        let mut complaints = self.complaints.clone();
        let found = complaints.wait_for(|lines| lines.iter().any(|line| has_words(&line)));
        match within(format_args!("{words:?} from {}", self.name), found).await {
            Ok(lines) => lines.iter().find(has_words).cloned().unwrap_or_default(),
            Err(_) => self.fail(format_args!("ended before it wrote {words:?}")),
        }
    }

    /// Fails the test with `complaint` and the program's standard error.
    ///
    /// # Panics
    ///
    /// Always.
    pub fn fail(&self, complaint: impl Display) -> ! {
        panic!(
            "{} {complaint}; its standard error:\n{}",
            self.name,
            self.complaints.borrow().join("\n")
        );
    }
}

/// Reads standard error in a task of its own, so that the program never waits for us.
fn gather(stderr: ChildStderr) -> watch::Receiver<Vec<String>> {
    let (sender, receiver) = watch::channel(Vec::new());
    tokio::spawn(async move {
        let mut lines = BufReader::new(stderr).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            sender.send_modify(|complaints| complaints.push(line));
        }
    });
    receiver
}
