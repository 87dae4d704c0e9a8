//! What came out of a case.

use serde::Serialize;

use super::record::Row;
use crate::Verdict;

/// What came out of a case.
#[derive(Clone, Debug, Serialize)]
pub struct CaseResult {
    /// The worse of the two that follow.
    pub verdict: Verdict,
    /// On what the subject sent.
    pub behavior: Verdict,
    /// On how the connection ended.
    pub closing: Verdict,
    /// Why, where a verdict is not ok.
    pub why: String,
    /// Milliseconds it took.
    pub took_ms: u64,
    /// The code of the subject's Close frame.
    pub close_code: Option<u16>,
    /// What was expected, in words.
    pub expected: Vec<String>,
    /// What came, in words.
    pub received: Vec<String>,
    /// What went over the wire.
    pub exchange: Vec<Row>,
}

impl CaseResult {
    /// The result of a case that was not run.
    pub(crate) fn missing(why: &str) -> Self {
        Judgement::failed(why).into_result(0, Vec::new())
    }
}

/// The two verdicts of a case and why they are so.
#[derive(Clone, Debug)]
pub(crate) struct Judgement {
    pub(crate) behavior: Verdict,
    pub(crate) closing: Verdict,
    pub(crate) why: String,
    pub(crate) close_code: Option<u16>,
    pub(crate) expected: Vec<String>,
    pub(crate) received: Vec<String>,
}

impl Judgement {
    /// One verdict on all of it.
    pub(crate) fn new(verdict: Verdict, why: impl Into<String>) -> Self {
        Self {
            behavior: verdict,
            closing: verdict,
            why: why.into(),
            close_code: None,
            expected: Vec::new(),
            received: Vec::new(),
        }
    }

    pub(crate) fn failed(why: impl Into<String>) -> Self {
        Self::new(Verdict::Failed, why)
    }

    /// With the wire's record it is a result.
    pub(crate) fn into_result(self, took_ms: u64, exchange: Vec<Row>) -> CaseResult {
        CaseResult {
            verdict: self.behavior.max(self.closing),
            behavior: self.behavior,
            closing: self.closing,
            why: self.why,
            took_ms,
            close_code: self.close_code,
            expected: self.expected,
            received: self.received,
            exchange,
        }
    }
}
