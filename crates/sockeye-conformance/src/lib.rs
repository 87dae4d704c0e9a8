//! Conformance cases for WebSocket servers and clients, over raw bytes.

mod case;
mod expectations;
mod groups;
mod report;
mod run;
pub mod script;
mod subject;
mod verdict;
pub mod wire;

pub use case::{Case, Role, matches};
pub use expectations::{Difference, ExpectationError, Expectations, Expected};
pub use groups::{GROUPS, cases};
pub use report::{Report, Run};
pub use run::{CaseResult, Row, Sender};
pub use subject::{
    ClientError, Done, Listener, Program, ProgramError, Results, UrlError, test_server,
};
pub use verdict::Verdict;
