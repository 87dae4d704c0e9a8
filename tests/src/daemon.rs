//! A server program of somebody else's, on a port of loopback, until it is dropped.
//!
//! Such programs tell nobody when they listen, so they are asked: by connecting until it works.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::sleep;

use crate::within;

/// A running server program.
#[derive(Debug)]
pub struct Daemon {
    /// Where it listens.
    pub address: SocketAddr,
    _child: Child,
    /// Its configuration and all that it writes.
    folder: TempDir,
}

impl Daemon {
    /// Starts `program` and waits until it listens.
    ///
    /// `arguments` is given the program's folder, where it may write files, and the port to listen
    /// on.
    ///
    /// # Panics
    ///
    /// If the program cannot be started, ends, or does not listen in time; the message has what it
    /// wrote.
    pub async fn start<A: AsRef<OsStr>>(
        program: impl AsRef<OsStr>,
        arguments: impl FnOnce(&Path, u16) -> Vec<A>,
    ) -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let address = free_address();
        let output = || {
            let mut options = File::options();
            let log = options.append(true).create(true);
            let file = log.open(folder.path().join(LOG));
            Stdio::from(file.expect("the folder is ours"))
        };
        let mut child = Command::new(&program)
            .args(arguments(folder.path(), address.port()))
            .stdin(Stdio::null())
            .stdout(output())
            .stderr(output())
            .kill_on_drop(true)
            .spawn()
            .expect("the program can be started");
        let what = program.as_ref().display().to_string();
        let log = || fs::read_to_string(folder.path().join(LOG)).unwrap_or_default();
        listening(&what, address, &mut child, log).await;
        Self {
            address,
            _child: child,
            folder,
        }
    }

    /// What the program has written so far.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join(LOG)).unwrap_or_default()
    }
}

/// Waits until `child`, called `what`, listens at `address`.
///
/// # Panics
///
/// If it ends, or does not listen in time; the message has the `log`.
pub(crate) async fn listening(
    what: &str,
    address: SocketAddr,
    child: &mut Child,
    log: impl Fn() -> String,
) {
    let knocking = async {
        while let Err(error) = TcpStream::connect(address).await {
            if let Ok(Some(status)) = child.try_wait() {
                panic!("{what} ended with {status} ({error}): {:?}", log());
            }
            sleep(BETWEEN_KNOCKS).await;
        }
    };
    within(format_args!("{what} on {address}"), knocking).await;
}

/// An address of loopback on which nobody listens, and which the system gives to nobody else.
pub(crate) fn free_address() -> SocketAddr {
    // Below those that systems choose from when they are asked for any.
    let first = 20_000 + u16::try_from(std::process::id() % 10_000).unwrap_or_default();
    let mut ports = (0..2000).map(|_| first + N_TRIED.fetch_add(1, Ordering::Relaxed) % 2000);
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let port = ports.find(is_free).expect("one of 2000 ports is free");
    SocketAddr::from(([127, 0, 0, 1], port))
}

static N_TRIED: AtomicU16 = AtomicU16::new(0);

const LOG: &str = "log";

const BETWEEN_KNOCKS: Duration = Duration::from_millis(5);
