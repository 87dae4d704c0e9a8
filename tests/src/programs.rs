//! The peer programs of `tests/peers`, ready to be started.
//!
//! Each constructor gives `None` when the tools it needs were left out (see [`Tool::find`]).

use std::path::{Path, PathBuf};

use serde_json::Value;
use tokio::process::Command;

use crate::{Process, Scenario, ScenarioServer, Tool};

/// A foreign WebSocket implementation wrapped in programs.
#[derive(Clone, Debug)]
pub struct Programs {
    name: &'static str,
    interpreter: PathBuf,
    flags: &'static [&'static str],
    client: &'static str,
    server: Option<&'static str>,
    node_modules: Option<PathBuf>,
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
            node_modules: None,
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
            node_modules: Some(Tool::NodeModules.find()?),
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
            node_modules: None,
        })
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

    /// Starts the server.
    ///
    /// # Panics
    ///
    /// If it does not start, or there is none.
    pub async fn serve(&self) -> ScenarioServer {
        let script = self.server.expect("this implementation has no server");
        ScenarioServer::of_program(Process::start(self.name, self.command(script))).await
    }

    fn command(&self, script: &str) -> Command {
        let mut command = Command::new(&self.interpreter);
        let peers = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/peers"));
        command.args(self.flags).arg(peers.join(script));
        if let Some(folder) = &self.node_modules {
            command.env(Tool::NodeModules.variable(), folder);
        }
        command
    }
}
