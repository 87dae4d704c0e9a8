//! One server that was started for one sample, and that ends with it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use crate::background::Background;
use crate::failure::Failure;

/// A server that listens.
#[derive(Debug)]
pub(super) struct Server {
    program: Background,
    pub(super) port: u16,
}

impl Server {
    /// Starts the command that `on` gives for a free port, and waits until it listens.
    ///
    /// The error is a sentence for the report.
    pub(super) fn start(on: impl FnOnce(u16) -> Command, logs: &Path) -> Result<Self, String> {
        let port = free_port().map_err(|error| format!("no free port: {error}"))?;
        let start = || {
            let mut program = Background::start("server", &mut on(port), logs)?;
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
            program.wait_until(Instant::now() + START, "the server did not listen", |_| {
                TcpStream::connect_timeout(&address, PATIENCE).ok()
            })?;
            Ok(Self { program, port })
        };
        let server = start().map_err(sentence)?;
        // For it to notice that the connection has gone again.
        thread::sleep(PAUSE);
        Ok(server)
    }

    pub(super) fn id(&self) -> u32 {
        self.program.id()
    }
}

fn free_port() -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

/// What went wrong and what the program wrote last, in one line.
#[expect(clippy::needless_pass_by_value, reason = "what `map_err` gives")]
fn sentence(failure: Failure) -> String {
    let text = failure.to_string();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    lines
        .next_back()
        .map_or_else(|| first.to_owned(), |last| format!("{first}: {last}"))
}

/// How long a server may take until it listens.
const START: Duration = Duration::from_secs(10);

/// How long one attempt to reach it may take.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long a server gets to notice that a connection has gone.
const PAUSE: Duration = Duration::from_millis(20);
