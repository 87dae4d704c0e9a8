//! One server that was started for one sample, and that ends with it.
//!
//! Its output goes to a file, so that nothing fills a pipe that nobody reads, and so that its last
//! words are there when it fails.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::pinned;
use super::subject::{Launch, Subject};

/// A server that listens.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    pub(super) port: u16,
}

impl Server {
    /// Starts a subject on the servers' core and waits until it listens.
    ///
    /// The error is a sentence for the report.
    pub(super) fn start(
        subject: &Subject,
        deflate: bool,
        programs: &Path,
        log: &Path,
    ) -> Result<Self, String> {
        let port = free_port().map_err(|error| format!("no free port: {error}"))?;
        let output = File::create(log).map_err(|error| format!("{}: {error}", log.display()))?;
        let child = command(subject, port, deflate, programs)
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

/// The command that starts a subject; `sh`, `taskset` and `env` all give way to the program.
fn command(subject: &Subject, port: u16, deflate: bool, programs: &Path) -> Command {
    let deflate = if deflate { "--deflate" } else { "" };
    match &subject.launch {
        Launch::Built { program, arguments } => {
            let program: PathBuf = programs.join(program);
            let mut command = pinned::command(pinned::SERVER_CORE, &program.to_string_lossy());
            command.args(["--port", &port.to_string(), "--threads", N_THREADS]);
            command.args(arguments.iter().copied());
            command.args(Some(deflate).filter(|deflate| !deflate.is_empty()));
            // async-std has no other way to be told.
            command.env("ASYNC_GLOBAL_EXECUTOR_THREADS", N_THREADS);
            command
        }
        Launch::Elsewhere(line) => {
            let line = line
                .replace("{port}", &port.to_string())
                .replace("{threads}", N_THREADS)
                .replace("{deflate}", deflate);
            let mut command = pinned::command(pinned::SERVER_CORE, "sh");
            command.args(["-c", &format!("exec {line}")]);
            command
        }
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

/// One core, one thread: servers are compared by what they need, not by what they can get.
const N_THREADS: &str = "1";

/// How long a server may take until it listens.
const START: Duration = Duration::from_secs(10);

/// How long one attempt to reach it may take.
const PATIENCE: Duration = Duration::from_millis(500);

/// How often it is looked at.
const PAUSE: Duration = Duration::from_millis(20);

#[cfg(test)]
mod tests {
    use super::super::cli::Extra;
    use super::super::subjects;
    use super::*;

    fn words(command: &Command) -> Vec<String> {
        let words = command.get_args().map(|word| word.to_string_lossy());
        words.skip(3).map(String::from).collect()
    }

    #[test]
    fn a_built_program_gets_its_own_arguments_last() {
        let subjects = subjects::all(&[]);
        let floor = subjects.iter().find(|s| s.name == "rawtcp-tokio").unwrap();
        let words = words(&command(floor, 7, false, Path::new("/built here")));
        let program = "/built here/echo-rawtcp";
        let expected = ["0", program, "--port", "7", "--threads", "1", "--tokio"];
        assert_eq!(words, expected);
    }

    #[test]
    fn placeholders_of_a_command_are_filled_in() {
        let extra = Extra {
            name: "uWebSockets".to_owned(),
            command: "./uws --port {port} {deflate}".to_owned(),
        };
        let subjects = subjects::all(&[extra]);
        let words = words(&command(subjects.last().unwrap(), 7, true, Path::new(".")));
        assert_eq!(words, ["0", "sh", "-c", "exec ./uws --port 7 --deflate"]);
    }
}
