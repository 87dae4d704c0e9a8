//! Conformance cases for WebSocket servers and clients, over raw bytes.
//!
//! A [`Case`] is data: what to send, in which pieces and with which pauses, and what may come back.
//! It runs over one connection to a *subject*, a server or client that echoes messages, and
//! ends in a [`Verdict`] with everything that went over the wire. [`cases`] has all of them: those
//! of the Autobahn suite under Autobahn's numbers (groups 1 to 13), and groups that no other suite
//! has: opening handshakes (`H`), the negotiation of extensions (`X`), endings and their timing
//! (`C`), and limits (`L`), by RFC 6455, RFC 7692, RFC 9110 and RFC 9112.
//!
//! It shares no code with Sockeye's other crates, so that a fault of theirs cannot hide here, and
//! tests anything that speaks WebSocket. The program of the same name does so from a command line:
//!
//! ```text
//! sockeye-conformance --server ws://127.0.0.1:9001/
//! sockeye-conformance --client 127.0.0.1:9001
//! ```
//!
//! From code, [`test_server`] takes an address, [`Program`] starts a server or client, and
//! [`Listener`] waits for clients. A [`Run`] writes reports, [`Expectations`] hold them against
//! what is known.
//!
//! ```
//! use sockeye_conformance::{Expectations, Report, Role, Scale, Verdict, cases, test_server};
//!
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! let mut cases = cases(Role::Server, Scale::Quick);
//! cases.retain(|case| case.id == "1.1.1");
//! // Nothing listens there: the suite says so, as a verdict.
//! let url = "ws://127.0.0.1:1/";
//! let results = test_server(url, None, &cases, 1, &|_, _| {}).await?;
//! assert_eq!(results["1.1.1"].verdict, Verdict::Failed);
//!
//! let expectations = Expectations::parse(
//!     r#"{"server": {"*": {"verdict": "failed", "reason": "there is no server"}}}"#,
//! )?;
//! let report = Report::new("nobody", Role::Server, url, &cases, results);
//! assert_eq!(expectations.differences(&report), []);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```
//!
//! With [`Tls`] the same cases run over TLS; TLS itself is not what they are about. Memory of
//! subjects is watched on Linux only, and only if the suite has started them.

mod case;
mod expectations;
mod groups;
mod report;
mod run;
mod scale;
pub mod script;
mod subject;
mod verdict;
pub mod wire;

pub use case::{Case, Role};
pub use expectations::{Difference, ExpectationError, Expectations, Expected};
pub use groups::{GROUPS, cases};
pub use report::{Report, Run};
pub use run::{CaseResult, Row, Sender};
pub use scale::Scale;
pub use subject::{
    ClientError, Done, Listener, Program, ProgramError, Results, Tls, TlsError, UrlError,
    test_server,
};
pub use verdict::Verdict;
