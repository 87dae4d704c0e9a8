//! The peer programs of `tests/peers`, ready to be started.
//!
//! Each constructor gives `None` when the tools it needs were left out (see [`Tool::find`]).

use std::fmt::{self, Display};
use std::path::{Path, PathBuf};

use serde_json::Value;
use tokio::process::Command;

use crate::{Authority, Certificate, Process, Scenario, ScenarioServer, Tool, within};

/// A foreign WebSocket implementation wrapped in programs.
#[derive(Clone, Debug)]
pub struct Programs {
    name: &'static str,
    interpreter: PathBuf,
    flags: &'static [&'static str],
    client: &'static str,
    server: Option<&'static str>,
    compressed: &'static str,
    /// Environment variables that they need besides those there are.
    environment: Vec<(&'static str, PathBuf)>,
}

impl Display for Programs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Programs {
    /// Python's `websockets`.
    #[must_use]
    pub fn python() -> Option<Self> {
        Some(Self {
            name: "Python websockets",
            interpreter: Tool::Python.find()?,
            // No compiled files beside the sources.
            flags: &["-B"],
            client: "python/client.py",
            server: Some("python/server.py"),
            compressed: "python/compressed.py",
            environment: Vec::new(),
        })
    }

    /// Frames made by hand and Python's zlib; compressing echoes only.
    #[must_use]
    pub fn raw_zlib() -> Option<Self> {
        Some(Self {
            name: "raw zlib",
            compressed: "python/raw_zlib.py",
            ..Self::python()?
        })
    }

    /// npm's `ws`.
    #[must_use]
    pub fn ws() -> Option<Self> {
        Some(Self {
            name: "npm ws",
            interpreter: Tool::Node.find()?,
            flags: &[],
            client: "node/ws_client.js",
            server: Some("node/ws_server.js"),
            compressed: "node/ws_compressed.js",
            environment: vec![(Tool::NodeModules.variable(), Tool::NodeModules.find()?)],
        })
    }

    /// The WebSocket client that Node has built in.
    #[must_use]
    pub fn node() -> Option<Self> {
        Some(Self {
            name: "Node's WebSocket",
            interpreter: Tool::Node.find()?,
            // Behind a flag until Node 22, which accepts the flag still.
            flags: &["--experimental-websocket", "--no-warnings"],
            client: "node/standard_client.js",
            server: None,
            compressed: "node/standard_compressed.js",
            environment: Vec::new(),
        })
    }

    /// The same with TLS: clients trust `authority`, and servers have a certificate of its.
    #[must_use]
    pub fn secured(mut self, authority: &Authority) -> Self {
        let Certificate { chain, key } = authority.issue("127.0.0.1");
        self.environment.extend([
            // What OpenSSL, and with it Python, and Node read whom to trust from.
            ("SSL_CERT_FILE", authority.file()),
            ("NODE_EXTRA_CA_CERTS", authority.file()),
            (CERTIFICATE, chain),
            ("SOCKEYE_KEY", key),
        ]);
        self
    }

    /// Plays the client's part of `scenario` against the server at `url`.
    ///
    /// # Panics
    ///
    /// If the program fails, or does not end in time.
    pub async fn client(&self, scenario: Scenario, url: String) -> Value {
        let mut command = self.command(self.client);
        command.arg(url).arg(scenario.name());
        Process::start(self.name, command).result().await
    }

    /// The last line of what the client complains of when it cannot play its part of `scenario`.
    ///
    /// # Panics
    ///
    /// If it can.
    pub async fn complaint(&self, scenario: Scenario, url: &str) -> String {
        let mut command = self.command(self.client);
        command.arg(url).arg(scenario.name()).kill_on_drop(true);
        let output = within(self.name, command.output()).await;
        let output = output.expect("the program can be started");
        assert!(!output.status.success(), "{} plays {scenario}", self.name);
        let complaints = String::from_utf8_lossy(&output.stderr);
        complaints.lines().last().unwrap_or_default().to_owned()
    }

    /// Starts the server.
    ///
    /// # Panics
    ///
    /// If it does not start, or there is none.
    pub async fn serve(&self) -> ScenarioServer {
        let script = self.server.expect("this implementation has no server");
        let program = Process::start(self.name, self.command(script));
        let server = ScenarioServer::of_program(program).await;
        match self
            .environment
            .iter()
            .any(|(name, _)| *name == CERTIFICATE)
        {
            true => server.secured(),
            false => server,
        }
    }

    /// Starts the compressing client that sends back whatever it receives from the server at `url`.
    /// One that compresses by hand is told its `offer`.
    ///
    /// # Panics
    ///
    /// If it cannot be started.
    #[must_use]
    pub fn compressed_client(&self, seed: u64, url: &str, offer: Option<&str>) -> Process {
        let mut command = self.command(self.compressed);
        command.args(["client", &seed.to_string(), url]);
        command.args(offer);
        Process::start(self.name, command)
    }

    /// Starts the compressing server that sends back whatever it receives; also gives its address.
    ///
    /// # Panics
    ///
    /// If it does not start, or there is none.
    pub async fn compressed_server(&self, seed: u64) -> (Process, String) {
        let mut command = self.command(self.compressed);
        command.args(["server", &seed.to_string()]);
        let mut program = Process::start(self.name, command);
        let ports = program.value().await;
        let url = format!("ws://127.0.0.1:{}/", ports["port"]);
        (program, url)
    }

    fn command(&self, script: &str) -> Command {
        let mut command = Command::new(&self.interpreter);
        let peers = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/peers"));
        command.args(self.flags).arg(peers.join(script));
        command.envs(self.environment.iter().cloned());
        command
    }
}

/// A server with it has TLS.
const CERTIFICATE: &str = "SOCKEYE_CERTIFICATE";
