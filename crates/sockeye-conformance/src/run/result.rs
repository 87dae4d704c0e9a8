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

    /// Makes it a failure, whatever it was.
    pub(crate) fn fail(&mut self, why: impl Into<String>) {
        self.verdict = Verdict::Failed;
        self.behavior = Verdict::Failed;
        self.why = why.into();
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
    ///
    /// Words of the subject go on to terminals and files of several kinds: control characters are
    /// escaped here, once, and long ones are cut.
    pub(crate) fn into_result(self, took_ms: u64, mut exchange: Vec<Row>) -> CaseResult {
        for row in &mut exchange {
            row.what = printable(&row.what);
        }
        let all_printable = |texts: Vec<String>| texts.iter().map(|text| printable(text)).collect();
        CaseResult {
            verdict: self.behavior.max(self.closing),
            behavior: self.behavior,
            closing: self.closing,
            why: printable(&self.why),
            took_ms,
            close_code: self.close_code,
            expected: all_printable(self.expected),
            received: all_printable(self.received),
            exchange,
        }
    }
}

/// `text` on one line, without control characters, and no longer than people read.
pub(crate) fn printable(text: &str) -> String {
    let mut printable = String::new();
    for (index, c) in text.chars().enumerate() {
        match c {
            _ if index == MAX_CHARS => {
                printable.push('…');
                break;
            }
            // Those that Debug would escape, but for quotes and backslashes.
            '\'' | '"' | '\\' => printable.push(c),
            c => printable.extend(c.escape_debug()),
        }
    }
    printable
}

/// Several lines of a terminal.
const MAX_CHARS: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_subjects_are_printable() {
        let why = "the \"line\" \u{1b}[31m\u{9b}\n\u{202e}\u{ffff} é \\";
        let judgement = Judgement {
            received: vec!["\0".to_owned()],
            ..Judgement::failed(why)
        };
        let result = judgement.into_result(0, Vec::new());
        let escaped = r#"the "line" \u{1b}[31m\u{9b}\n\u{202e}\u{ffff} é \"#;
        assert_eq!(result.why, escaped);
        assert_eq!(result.received, [r"\0"]);
        let long = Judgement::failed("x".repeat(1_000_000)).into_result(0, Vec::new());
        assert_eq!(long.why.chars().count(), MAX_CHARS + 1);
    }
}
