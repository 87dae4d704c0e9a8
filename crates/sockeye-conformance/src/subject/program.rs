//! Subjects that are programs: started, watched, and stopped by the suite.
//!
//! A server prints its address, or is told a port by `{port}` in its command line. A client is told
//! where to go by `{url}`, or by its last argument.

mod words;

use std::fmt;
use std::io;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

use super::memory::Memory;
use super::{Tls, UrlError};

/// A program that is a subject.
#[derive(Clone, Debug)]
pub struct Program {
    words: Vec<String>,
}

/// Why a program is no subject.
#[derive(Debug)]
#[non_exhaustive]
pub enum ProgramError {
    /// There is no program in the command line.
    Empty,
    /// It cannot be started.
    NotStarted(String, io::Error),
    /// A server that said no address in time, or does not listen there.
    NoAddress(String),
    /// A server that ended, or closed its output, before it could be reached.
    Ended(String),
    /// A server that said an address which cannot be tested.
    Address(String, UrlError),
}

/// A program that runs, until this is dropped.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
}

impl Program {
    /// A command line, cut at white space; quotes keep words together.
    ///
    /// # Errors
    ///
    /// [`ProgramError::Empty`] if nothing is left.
    pub fn parse(line: &str) -> Result<Self, ProgramError> {
        let words = words::split(line);
        match words.is_empty() {
            true => Err(ProgramError::Empty),
            false => Ok(Self { words }),
        }
    }

    /// The same program, which is told where the certificates of `tls` are.
    pub(super) fn told(&self, tls: Option<&Tls>) -> Self {
        let mut told = self.clone();
        if let Some(tls) = tls {
            told.words = told.words.iter().map(|word| tls.fill(word)).collect();
        }
        told
    }

    /// Starts a server and gives its `ws://` or `wss://` address.
    pub(super) async fn serve(&self) -> Result<(Running, String), ProgramError> {
        if self.words.iter().any(|word| word.contains("{port}")) {
            let port = free_port().await.map_err(|error| self.not_started(error))?;
            let mut running = self.start("{port}", &port.to_string())?;
            self.wait_for_port(port, &mut running).await?;
            return Ok((running, format!("ws://127.0.0.1:{port}/")));
        }
        let mut running = self.start("", "")?;
        let stdout = running.child.stdout.take().expect("it was piped");
        let mut stdout = BufReader::new(stdout);
        let address = async {
            loop {
                // What goes on without a line end is looked through in pieces.
                let mut line = Vec::new();
                let mut piece = (&mut stdout).take(MAX_LINE_BYTES);
                match piece.read_until(b'\n', &mut line).await {
                    Ok(1..) => {}
                    Ok(0) | Err(_) => return None,
                }
                if let Some(address) = words::address_in(&String::from_utf8_lossy(&line)) {
                    return Some(address.to_owned());
                }
            }
        };
        match timeout(START_PATIENCE, address).await {
            Ok(Some(address)) => {
                tokio::spawn(swallow(stdout));
                Ok((running, address))
            }
            Ok(None) => Err(ProgramError::Ended(self.to_string())),
            Err(_) => Err(ProgramError::NoAddress(self.to_string())),
        }
    }

    /// Starts a client that goes to `url`.
    pub(super) fn visit(&self, url: &str) -> Result<Running, ProgramError> {
        let mut program = self.clone();
        if !program.words.iter().any(|word| word.contains("{url}")) {
            program.words.push("{url}".to_owned());
        }
        let mut running = program.start("{url}", url)?;
        tokio::spawn(swallow(running.child.stdout.take().expect("it was piped")));
        Ok(running)
    }

    fn start(&self, blank: &str, value: &str) -> Result<Running, ProgramError> {
        let mut words = self.words.iter().map(|word| match blank {
            "" => word.clone(),
            blank => word.replace(blank, value),
        });
        let mut command = Command::new(words.next().ok_or(ProgramError::Empty)?);
        // Its standard input stays open while the suite lives: programs may end with it.
        command
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        let child = command.spawn().map_err(|error| self.not_started(error))?;
        Ok(Running { child })
    }

    async fn wait_for_port(&self, port: u16, running: &mut Running) -> Result<(), ProgramError> {
        let deadline = Instant::now() + START_PATIENCE;
        while Instant::now() < deadline {
            if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return Ok(());
            }
            // One that ends well may have left a process of its own to serve.
            let status = running.child.try_wait().ok().flatten();
            if status.is_some_and(|status| !status.success()) {
                return Err(ProgramError::Ended(self.to_string()));
            }
            sleep(Duration::from_millis(50)).await;
        }
        Err(ProgramError::NoAddress(self.to_string()))
    }

    fn not_started(&self, error: io::Error) -> ProgramError {
        ProgramError::NotStarted(self.to_string(), error)
    }
}

impl Running {
    /// Waits for its end, however long that takes.
    pub(super) async fn ended(&mut self) {
        // An error means that it cannot be waited for: then it has ended.
        let _ = self.child.wait().await;
    }

    /// What it takes of memory, where the system tells.
    pub(super) fn memory(&self) -> Option<Memory> {
        self.child.id().and_then(Memory::of)
    }
}

/// Reads what a program prints, so that it never waits for us.
async fn swallow(mut from: impl AsyncRead + Unpin) {
    let mut buf = [0; 4096];
    while let Ok(1..) = from.read(&mut buf).await {}
}

async fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port())
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words.join(" "))
    }
}

impl fmt::Display for ProgramError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("a command line without a program"),
            Self::NotStarted(program, error) => write!(f, "cannot start `{program}`: {error}"),
            Self::NoAddress(program) => {
                let seconds = START_PATIENCE.as_secs();
                write!(
                    f,
                    "`{program}` gave no address to connect to within {seconds} s"
                )
            }
            Self::Ended(program) => {
                write!(f, "`{program}` ended before it could be connected to")
            }
            Self::Address(program, error) => write!(f, "the address of `{program}`: {error}"),
        }
    }
}

impl std::error::Error for ProgramError {}

const START_PATIENCE: Duration = Duration::from_secs(20);

const MAX_LINE_BYTES: u64 = 64 * 1024;

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    async fn serve(line: &str) -> String {
        match Program::parse(line).unwrap().serve().await {
            Ok((_, address)) => address,
            Err(error) => error.to_string(),
        }
    }

    #[tokio::test]
    async fn an_address_is_found_behind_what_is_no_text() {
        let address = serve(r"printf '\377\n\0\nws://[::1]:1/ \377\n'").await;
        assert_eq!(address, "ws://[::1]:1/");
    }

    #[tokio::test]
    async fn a_program_that_ends_is_an_error_at_once() {
        for line in ["true", "false {port}"] {
            let error = serve(line).await;
            assert_eq!(
                error,
                format!("`{line}` ended before it could be connected to")
            );
        }
    }
}
