//! One server that was started for one sample, and that ends with it.
//!
//! Its output goes to a file, so that nothing fills a pipe that nobody reads, and so that its last
//! words are there when it fails.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A server that listens.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    pub(super) port: u16,
}

impl Server {
    /// Starts the command that `on` gives for a free port, and waits until it listens.
    ///
    /// The error is a sentence for the report.
    pub(super) fn start(on: impl FnOnce(u16) -> Command, log: &Path) -> Result<Self, String> {
        let port = free_port().map_err(|error| format!("no free port: {error}"))?;
        let output = File::create(log).map_err(|error| format!("{}: {error}", log.display()))?;
        let child = on(port)
            .stdout(Stdio::null())
            .stderr(output)
            .spawn()
            .map_err(|error| format!("cannot be started: {error}"))?;
        let mut server = Self { child, port };
        server.wait_until_it_listens(log)?;
        Ok(server)
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    fn wait_until_it_listens(&mut self, log: &Path) -> Result<(), String> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let deadline = Instant::now() + START;
        loop {
            if TcpStream::connect_timeout(&address, PATIENCE).is_ok() {
                // For it to notice that this one has gone again.
                thread::sleep(PAUSE);
                return Ok(());
            }
            let ended = self.child.try_wait().map_err(|error| error.to_string())?;
            if let Some(status) = ended {
                return Err(format!("ended at once, {status}{}", last_words(log)));
            }
            if Instant::now() >= deadline {
                return Err(format!("does not listen{}", last_words(log)));
            }
            thread::sleep(PAUSE);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already, which is all that can go wrong here.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> std::io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

/// What a program wrote last, as the end of a sentence.
fn last_words(log: &Path) -> String {
    let log = fs::read(log).unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    match log.lines().rfind(|line| !line.trim().is_empty()) {
        Some(line) => format!(": {}", line.trim()),
        None => String::new(),
    }
}

/// How long a server may take until it listens.
const START: Duration = Duration::from_secs(10);

/// How long one attempt to reach it may take.
const PATIENCE: Duration = Duration::from_millis(500);

/// How often it is looked at.
const PAUSE: Duration = Duration::from_millis(20);
