//! The server's end of the scenarios as the test holds it: two ports, and reports of what ended.
//!
//! Whether a task of this process or a foreign program serves behind it makes no difference here.

use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use crate::{Process, Scenario, within};

/// A server that plays its part of every scenario; stops when dropped.
#[derive(Debug)]
pub struct ScenarioServer {
    scheme: &'static str,
    port: u16,
    small_port: u16,
    reports: Reports,
}

impl ScenarioServer {
    /// The server that `program` is, once it has said its ports.
    ///
    /// # Panics
    ///
    /// If it does not say them.
    pub async fn of_program(mut program: Process) -> Self {
        let ports = program.value().await;
        let port = |name: &str| match ports[name].as_u64().and_then(|port| port.try_into().ok()) {
            Some(port) => port,
            None => program.fail(format_args!("printed {ports} instead of its ports")),
        };
        Self {
            scheme: "ws",
            port: port("port"),
            small_port: port("small_port"),
            reports: Reports::Program(Box::new(program)),
        }
    }

    /// The server of `tasks`, which report through the sender that `listen` is given.
    pub(crate) fn of_tasks(
        port: u16,
        small_port: u16,
        tasks: JoinSet<()>,
        reports: UnboundedReceiver<Value>,
    ) -> Self {
        Self {
            scheme: "ws",
            port,
            small_port,
            reports: Reports::Tasks {
                reports,
                _tasks: tasks,
            },
        }
    }

    /// The same server, which has TLS on both ports.
    #[must_use]
    pub(crate) fn secured(self) -> Self {
        Self {
            scheme: "wss",
            ..self
        }
    }

    /// Where a client of `scenario` connects to.
    #[must_use]
    pub fn url(&self, scenario: Scenario) -> String {
        let port = match scenario {
            Scenario::TooBigForServer => self.small_port,
            _ => self.port,
        };
        format!("{}://127.0.0.1:{port}{}", self.scheme, scenario.path())
    }

    /// What the server saw of the next connection that ended.
    ///
    /// # Panics
    ///
    /// If none ends in time.
    pub async fn report(&mut self) -> Value {
        match &mut self.reports {
            Reports::Program(program) => program.value().await,
            Reports::Tasks { reports, .. } => {
                let report = within("the end of a connection", reports.recv()).await;
                report.expect("the serving tasks ended before they reported")
            }
        }
    }
}

/// The two ends of the way that reports take.
pub(crate) fn report_channel() -> (UnboundedSender<Value>, UnboundedReceiver<Value>) {
    unbounded_channel()
}

#[derive(Debug)]
enum Reports {
    Program(Box<Process>),
    /// The set aborts its tasks when dropped.
    Tasks {
        reports: UnboundedReceiver<Value>,
        _tasks: JoinSet<()>,
    },
}
