//! The suite against one of our ends, from the first program started to the last one ended.
//!
//! Judges nothing: the suite's own exit code says nothing of its verdicts, and what it wrote is
//! read elsewhere. All ports are of loopback, and free ones.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use super::environment::Environment;
use super::selection::Selection;
use super::spec::spec;
use crate::background::Background;
use crate::conformance::certificates::Certificates;
use crate::conformance::subjects::{self, CASE_TIMEOUT_SECONDS, DEFLATE, programs_on};
use crate::failure::Failure;
use crate::peers::programs::Role;

impl Role {
    pub(super) const ALL: [Self; 2] = [Self::Server, Self::Client];

    /// The folder of the reports on it.
    pub(super) fn reports(self) -> &'static str {
        match self {
            Self::Server => "servers",
            Self::Client => "clients",
        }
    }
}

/// What a run of either role needs.
#[derive(Debug)]
pub(super) struct Bench<'a> {
    pub(super) environment: &'a Environment,
    /// For TLS, where it is to be.
    pub(super) certificates: Option<&'a Certificates>,
    /// What our ends run on.
    pub(super) runtime: &'static str,
    /// Where cargo put our programs.
    pub(super) programs: PathBuf,
    /// Where reports and logs go; empty before the first run.
    pub(super) folder: PathBuf,
    pub(super) selection: Selection,
    /// When all must have been done.
    pub(super) deadline: Instant,
}

/// The suite and one of our ends at work.
#[derive(Debug)]
pub(super) struct Run {
    /// Whichever is the client: it goes through the cases, and then ends.
    client: Background,
    /// Whichever is the server: it stays.
    server: Background,
    index: PathBuf,
}

impl Bench<'_> {
    /// What our end is called in the reports, those of the native suite too.
    pub(super) fn agent(&self, role: Role) -> String {
        let name = subjects::name(self.runtime, self.certificates.is_some());
        format!("{name} {role}")
    }

    /// Has the suite begin to test one of our ends.
    ///
    /// # Errors
    ///
    /// When a program does not start.
    pub(super) fn start(&self, role: Role) -> Result<Run, Failure> {
        let (server, client) = match role {
            Role::Server => self.start_for_server()?,
            Role::Client => self.start_for_client()?,
        };
        Ok(Run {
            client,
            server,
            index: self.folder.join(role.reports()).join("index.json"),
        })
    }

    fn start_for_server(&self) -> Result<(Background, Background), Failure> {
        let ([program, _], on) = programs_on(self.runtime);
        let mut program = self.program(program);
        program.args(["--port", "0", "--max-message", MAX_MESSAGE_BYTES]);
        program.args(on);
        program.args(DEFLATE);
        if let Some(files) = self.certificates {
            program.arg("--cert").arg(&files.certificate);
            program.arg("--key").arg(&files.key);
        }
        let mut server = Background::start("echo-server", &mut program, &self.logs())?;
        let url = server.wait_for_line("listening on ", self.until(READY))?;
        let mut wstest = self.wstest("fuzzingclient", Role::Server, &url)?;
        let client = Background::start("fuzzingclient", &mut wstest, &self.logs())?;
        Ok((server, client))
    }

    fn start_for_client(&self) -> Result<(Background, Background), Failure> {
        let addr = free_port()?;
        let scheme = if self.certificates.is_some() {
            "wss"
        } else {
            "ws"
        };
        let url = format!("{scheme}://{addr}");
        let mut wstest = self.wstest("fuzzingserver", Role::Client, &url)?;
        // No web server beside it.
        wstest.args(["-u", "0"]);
        if let Some(files) = self.certificates {
            wstest.arg("--cert").arg(&files.certificate);
            wstest.arg("--key").arg(&files.key);
        }
        let mut server = Background::start("fuzzingserver", &mut wstest, &self.logs())?;
        server.wait_until(self.until(READY), "fuzzingserver did not listen", |_| {
            TcpStream::connect_timeout(&addr, READY).ok()
        })?;
        let ([_, program], on) = programs_on(self.runtime);
        let mut program = self.program(program);
        program.args([&url, "--agent", &self.agent(Role::Client)]);
        program.args(on);
        program.args(["--max-message", MAX_MESSAGE_BYTES]);
        program.args(["--case-timeout", CASE_TIMEOUT_SECONDS]);
        program.args(DEFLATE);
        if let Some(files) = self.certificates {
            program.arg("--authority").arg(&files.authority);
        }
        let client = Background::start("echo-client", &mut program, &self.logs())?;
        Ok((server, client))
    }

    fn program(&self, name: &str) -> Command {
        Command::new(self.programs.join(format!("{name}{EXE_SUFFIX}")))
    }

    /// The suite's program with a file that says what to do.
    fn wstest(&self, what: &str, role: Role, url: &str) -> Result<Command, Failure> {
        let path = self.logs().join(format!("{what}.json"));
        let agent = self.agent(role);
        let text = format!("{:#}\n", spec(role, &agent, url, self.selection));
        fs::write(&path, text)
            .map_err(|error| Failure::new(format!("cannot write {}: {error}", path.display())))?;
        let mut wstest = self.environment.wstest();
        wstest.args(["-m", what, "-s"]).arg(path);
        wstest.current_dir(&self.folder);
        Ok(wstest)
    }

    /// The folder of what the programs say, and of what the suite is told.
    fn logs(&self) -> PathBuf {
        self.folder.join("logs")
    }

    fn until(&self, limit: Duration) -> Instant {
        self.deadline.min(Instant::now() + limit)
    }
}

impl Run {
    /// Waits until all cases were gone through, and gives the index of the suite's reports.
    ///
    /// # Errors
    ///
    /// When a program fails, ends before it should, or `deadline` passes.
    pub(super) fn wait(mut self, deadline: Instant) -> Result<PathBuf, Failure> {
        self.client.wait(deadline)?;
        self.server.check_running()?;
        Ok(self.index)
    }
}

/// A port that nobody has: the suite's server cannot choose one itself, since it checks the port
/// that clients say they connected to against the one it was told.
///
/// Not for use beside other threads that start programs: until a program has started it holds a
/// copy of the listener, and the port answers.
fn free_port() -> Result<SocketAddr, Failure> {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map_err(|error| Failure::new(format!("no free port: {error}")))
}

/// How long a program may take to get ready on a busy machine.
const READY: Duration = Duration::from_secs(30);

/// 64 MiB: the suite's messages have up to 16 MiB, and 65 536 fragments, for which the default
/// limit on fragments wants more than that.
const MAX_MESSAGE_BYTES: &str = "67108864";
