//! Helpers of the behaviour tests in `it`: foreign peers, the scenarios they play, and bounded waits.
//!
//! Every foreign implementation stands behind the same two things: a function from a [`Scenario`] and
//! an address to what its client saw, and a [`ScenarioServer`]. [`play_all`] puts any two together.

mod async_shell;
mod browser;
mod certificates;
mod contract;
mod daemon;
mod deadline;
mod devtools;
mod environment;
mod exchange;
mod interop;
mod itself;
mod memory;
mod openssl;
mod ours;
mod process;
mod programs;
mod random;
mod raw;
mod reverse_proxy;
mod running;
mod scenario;
mod scenario_server;
mod secured;
mod seen;
mod shell;
pub mod simulation;
mod traffic;
mod tungstenite;
mod worker;
mod zlib;

pub use async_shell::{AsyncShell, Parked, Tcp};
pub use browser::{Browser, Page, page_of};
pub use certificates::{Authority, Certificate};
pub use daemon::Daemon;
pub use deadline::{PATIENCE, as_it_counts, within};
pub use devtools::DevTools;
pub use environment::Tool;
pub use exchange::{Exchanged, exchange};
pub use interop::{Gaps, play_all};
pub use itself::{said_by, this_test};
pub use memory::{resident_bytes, settled_heap};
pub use openssl::OpenSsl;
pub use ours::{
    blocking_client, blocking_server, secure_blocking_client, secure_blocking_server,
    secure_sockeye_client, secure_sockeye_server, sockeye_client, sockeye_server,
};
pub use process::Process;
pub use programs::Programs;
pub use random::Random;
pub use raw::{Place, RawFrame, RawPeer, answer_to, frame, header, one_close, request};
pub use reverse_proxy::{TellingServer, apache, caddy, haproxy, nginx};
pub use running::{RunningServer, bind, echo};
pub use scenario::Scenario;
pub use scenario_server::ScenarioServer;
#[cfg(feature = "native-tls")]
pub use secured::{NativeTls, identity};
pub use secured::{Rustls, Secured, Shared, TlsLibrary};
pub use seen::{Seen, Watched, WatchedServer};
pub use shell::{
    ClientCalls, ClientOptions, HandleCalls, Lent, ReceiverCalls, SecureWaiting, SenderCalls,
    ServerCalls, ServerOptions, Shell, Threaded, Waiting, WebSocketCalls, spawn,
};
pub use traffic::Traffic;
pub use tungstenite::{tungstenite_client, tungstenite_server};
pub use worker::Worker;
pub use zlib::{Deflate, Inflate};
