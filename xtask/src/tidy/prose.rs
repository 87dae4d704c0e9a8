//! Rules on the words around the code: headers, library roots, notes to self.

use super::finding::Finding;
use super::source::{Source, closing, has_word};

/// Every file opens with what it is.
pub(super) fn check_header(source: &Source) -> Vec<Finding> {
    match source.header().next() {
        Some(_) => Vec::new(),
        None => vec![Finding::at(
            &source.path,
            1,
            "open with `//!`: what the file is, which RFC section it implements, what it leaves out",
        )],
    }
}

/// A library root holds prose, `mod` and `pub use`: code in it has no name to look for.
pub(super) fn check_library_root(source: &Source) -> Vec<Finding> {
    let is_root = source.path.starts_with("crates/") && source.path.ends_with("/src/lib.rs");
    let mut findings = Vec::new();
    for (line, item) in items(source) {
        if item.starts_with("pub") && is_use(&item) && item.contains('*') {
            findings.push(Finding::at(
                &source.path,
                line,
                "re-export by name: a glob exports what nobody decided to",
            ));
        }
        if is_root && !ROOT_ITEMS.iter().any(|start| item.starts_with(start)) {
            findings.push(Finding::at(
                &source.path,
                line,
                "move it to a module: lib.rs holds prose, `mod` and `pub use`",
            ));
        }
    }
    findings
}

/// A note about work to do links to its issue: one without is never found again.
pub(super) fn check_notes(source: &Source) -> Vec<Finding> {
    let comments = source.comments();
    let notes = comments.filter(|(_, comment)| {
        NOTES.iter().any(|note| has_word(comment, note)) && !comment.contains("https://")
    });
    notes
        .map(|(line, _)| Finding::at(&source.path, line, "link the issue, or do it now"))
        .collect()
}

/// The top-level items of a file, tests left out, with their first line and without attributes.
fn items(source: &Source) -> Vec<(usize, String)> {
    let code = source.product_code();
    let mut items = Vec::new();
    let mut pending = String::new();
    let mut first_line = 0;
    for (number, line) in code {
        if pending.is_empty() {
            first_line = number;
        }
        pending.push_str(line.trim());
        pending.push(' ');
        loop {
            let rest = pending.trim_start();
            let Some(end) = end_of_item(rest) else { break };
            let item = &rest[..end];
            if !item.starts_with('#') {
                items.push((first_line, item.to_owned()));
            }
            first_line = number;
            pending = rest[end..].to_owned();
        }
        pending = pending.trim_start().to_owned();
    }
    items
}

/// The offset behind the item or attribute that `code` starts with, if it is whole.
fn end_of_item(code: &str) -> Option<usize> {
    if code.starts_with('#') {
        let bracket = code.find('[')?;
        return Some(bracket + closing(&code[bracket..])? + 1);
    }
    let is_use = is_use(code);
    let mut from = 0;
    loop {
        let sign = from + code[from..].find([';', '{', '(', '['])?;
        if code[sign..].starts_with(';') {
            return Some(sign + 1);
        }
        let end = sign + closing(&code[sign..])? + 1;
        if code[sign..].starts_with('{') && !is_use {
            return Some(end);
        }
        from = end;
    }
}

fn is_use(item: &str) -> bool {
    let head = item.split(['{', ';', ':']).next().unwrap_or_default();
    head.split_whitespace().any(|word| word == "use")
}

/// What an item of a library root may start with.
const ROOT_ITEMS: [&str; 4] = ["mod ", "pub use ", "extern crate alloc;", "pub mod "];

/// Words that mark work left undone.
const NOTES: [&str; 4] = ["TODO", "FIXME", "XXX", "HACK"];

#[cfg(test)]
mod tests;
