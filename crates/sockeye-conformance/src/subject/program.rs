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
    /// A server that ended, or said no address in time.
    NoAddress(String),
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

    /// Starts a server and gives its `ws://` address.
    pub(super) async fn serve(&self) -> Result<(Running, String), ProgramError> {
        if self.words.iter().any(|word| word.contains("{port}")) {
            let port = free_port().await.map_err(|error| self.not_started(error))?;
            let running = self.start("{port}", &port.to_string())?;
            self.wait_for_port(port).await?;
            return Ok((running, format!("ws://127.0.0.1:{port}/")));
        }
        let mut running = self.start("", "")?;
        let stdout = running.child.stdout.take().expect("it was piped");
        let mut lines = BufReader::new(stdout).lines();
        let address = async {
            while let Ok(Some(line)) = lines.next_line().await {
                if let Some(address) = words::address_in(&line) {
                    return Some(address.to_owned());
                }
            }
            None
        };
        let address = timeout(START_PATIENCE, address).await.ok().flatten();
        let address = address.ok_or_else(|| ProgramError::NoAddress(self.to_string()))?;
        tokio::spawn(swallow(lines.into_inner()));
        Ok((running, address))
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

    async fn wait_for_port(&self, port: u16) -> Result<(), ProgramError> {
        let deadline = Instant::now() + START_PATIENCE;
        while Instant::now() < deadline {
            if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return Ok(());
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
        }
    }
}

impl std::error::Error for ProgramError {}

const START_PATIENCE: Duration = Duration::from_secs(20);
