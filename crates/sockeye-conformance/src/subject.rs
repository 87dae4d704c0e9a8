//! Subjects: the servers and clients under test, how to reach them, and all cases against one.

mod client;
mod memory;
mod program;
mod server;
mod target;
mod tls;

use std::collections::BTreeMap;

use crate::{Case, CaseResult};

pub use client::{ClientError, Listener};
pub use program::{Program, ProgramError};
pub use server::test_server;
pub use target::UrlError;
pub use tls::{Tls, TlsError};

/// What came out of the cases against one subject, by case number.
pub type Results = BTreeMap<String, CaseResult>;

/// Is told of each case as it ends.
pub type Done<'a> = &'a (dyn Fn(&Case, &CaseResult) + Sync);
