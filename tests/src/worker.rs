//! A second process of the same program, which takes orders and gives answers a line at a time.
//!
//! For what must not share a heap, a limit or a fate with the process that watches it. Killed on
//! drop; a program that reads its orders to their end stops when this process is gone.

use std::env;
use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A running process of this program.
#[derive(Debug)]
pub struct Worker {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Worker {
    /// Starts this program with other arguments.
    ///
    /// # Errors
    ///
    /// The operating system's.
    pub fn start(args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> io::Result<Self> {
        let mut command = Command::new(env::current_exe()?);
        command.args(args);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (Some(orders), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        Ok(Self {
            child,
            orders,
            answers: BufReader::new(answers),
        })
    }

    /// Writes a line to its standard input.
    ///
    /// # Errors
    ///
    /// It is gone.
    pub fn order(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.orders, "{line}")
    }

    /// The next line of its standard output; `None` when it has ended.
    ///
    /// # Errors
    ///
    /// The operating system's.
    pub fn answer(&mut self) -> io::Result<Option<String>> {
        let mut line = String::new();
        let n_read = self.answers.read_line(&mut line)?;
        Ok((n_read > 0).then(|| line.trim_end().to_owned()))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It holds nothing worth an orderly end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
