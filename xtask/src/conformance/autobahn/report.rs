//! What a suite wrote about the cases it ran: the Autobahn suite's format.
//!
//! `index.json` has the verdicts of every case; a file for each case has the words.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::case_id::CaseId;
use crate::failure::Failure;

/// What the suite thinks of one case.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Verdicts {
    /// Of what was answered.
    pub(crate) behavior: Verdict,
    /// Of how the connection ended.
    pub(crate) behavior_close: Verdict,
    /// The file with the words, beside the index.
    pub(crate) report_file: Option<String>,
}

/// All that the suite says, of answers and of ends.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Verdict {
    Ok,
    /// Allowed by the RFC, but later than it could be.
    NonStrict,
    /// Judged not at all.
    Informational,
    /// What the case is about was not negotiated.
    Unimplemented,
    /// Another close code than those expected.
    WrongCode,
    /// No closing handshake where there must be one.
    Unclean,
    /// The suite had to end the connection, which was the server's part.
    FailedByClient,
    Failed,
}

impl Verdict {
    fn parse(word: &str) -> Option<Self> {
        let found = WORDS.iter().find(|(candidate, _)| *candidate == word);
        found.map(|(_, verdict)| *verdict)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = WORDS.iter().find(|(_, verdict)| verdict == self);
        f.pad(found.map_or("?", |(word, _)| word))
    }
}

/// Reads the verdicts on one agent from an `index.json`. Cases of groups with letters are left out:
/// they are the native suite's own.
///
/// # Errors
///
/// When the file cannot be read, is of another form, or does not have the agent.
pub(crate) fn read(index: &Path, agent: &str) -> Result<BTreeMap<CaseId, Verdicts>, Failure> {
    let json = read_json(index)?;
    let cases = json[agent].as_object();
    let cases =
        cases.ok_or_else(|| Failure::new(format!("{} has nothing on {agent}", index.display())))?;
    let numbered = cases
        .iter()
        .filter(|(id, _)| !id.starts_with(|c: char| c.is_ascii_uppercase()));
    let verdicts = numbered.map(|(id, value)| {
        let verdicts = CaseId::parse(id).zip(Verdicts::from_json(value));
        let unknown = || format!("{}: case {id} has a form unknown here", index.display());
        verdicts.ok_or_else(|| Failure::new(unknown()))
    });
    verdicts.collect()
}

impl Verdicts {
    fn from_json(value: &Value) -> Option<Self> {
        Some(Self {
            behavior: Verdict::parse(value["behavior"].as_str()?)?,
            behavior_close: Verdict::parse(value["behaviorClose"].as_str()?)?,
            report_file: value["reportfile"].as_str().map(str::to_owned),
        })
    }
}

/// The sentences about a case, for a person to read: each with a word for what it is.
///
/// Nothing where there is no such file; this is for failures, which have been counted already.
pub(super) fn read_words(report: &Path) -> Vec<String> {
    let Ok(json) = read_json(report) else {
        return Vec::new();
    };
    let sentences = ["description", "result", "resultClose"].map(|key| {
        let text = plain(json[key].as_str()?);
        (!text.is_empty()).then(|| format!("{key}: {text}"))
    });
    sentences.into_iter().flatten().collect()
}

/// Text on one line, without the tags that the suite puts into its sentences.
fn plain(text: &str) -> String {
    let tags = ["<br/>", "<br>", "<b>", "</b>"].into_iter();
    let text = tags.fold(text.to_owned(), |text, tag| text.replace(tag, " "));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn read_json(path: &Path) -> Result<Value, Failure> {
    let failed =
        |error: &dyn fmt::Display| Failure::new(format!("cannot read {}: {error}", path.display()));
    let text = fs::read(path).map_err(|error| failed(&error))?;
    serde_json::from_slice(&text).map_err(|error| failed(&error))
}

/// The suite's words for its verdicts.
const WORDS: [(&str, Verdict); 8] = [
    ("OK", Verdict::Ok),
    ("NON-STRICT", Verdict::NonStrict),
    ("INFORMATIONAL", Verdict::Informational),
    ("UNIMPLEMENTED", Verdict::Unimplemented),
    ("WRONG CODE", Verdict::WrongCode),
    ("UNCLEAN", Verdict::Unclean),
    ("FAILED BY CLIENT", Verdict::FailedByClient),
    ("FAILED", Verdict::Failed),
];

#[cfg(test)]
mod tests;
