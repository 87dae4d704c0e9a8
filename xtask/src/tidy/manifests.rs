//! Rules on the text of a `Cargo.toml`: what it must leave to the workspace, or repeat of it.
//!
//! Reads lines and table heads, no more of TOML: cargo has accepted the file already.

use super::finding::Finding;

/// What all members share is written once, in the root manifest.
pub(super) fn check(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (table, line, reason) in REQUIRED {
        if !lines(text).any(|(_, of, found)| of == table && found == line) {
            let message = format!("[{table}] lacks `{line}`: {reason}");
            findings.push(Finding::in_file(path, message));
        }
    }
    let own_versions = lines(text).filter(|(_, table, line)| {
        let declares = table.ends_with("dependencies") && line.contains('=');
        declares && !line.contains("workspace = true")
    });
    findings.extend(own_versions.map(|(number, _, _)| {
        let message = "write `name.workspace = true`: versions stand in the root manifest only";
        Finding::at(path, number, message)
    }));
    findings
}

/// What the workspace (`root`) pins to one version, a manifest outside of it pins to the same: two of
/// them in one program would be two runtimes.
pub(super) fn check_pins(root: &str, path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, pin) in dependencies(root).filter_map(|(_, name, version)| Some((name, version?))) {
        if !pin.starts_with('=') {
            continue;
        }
        for (number, _, version) in dependencies(text).filter(|(_, of, _)| *of == name) {
            if version != Some(pin) {
                let message = format!("write \"{pin}\": the root manifest pins {name} to that");
                findings.push(Finding::at(path, number, message));
            }
        }
    }
    findings
}

/// Dependencies that are one line each: its number, their name, and the version they want.
fn dependencies(text: &str) -> impl Iterator<Item = (usize, &str, Option<&str>)> {
    lines(text)
        .filter(|(_, table, _)| table.ends_with("dependencies"))
        .filter_map(|(number, _, line)| {
            let (name, wanted) = line.split_once('=')?;
            let wanted = wanted.trim();
            let version = match wanted.strip_prefix('{') {
                Some(table) => table.split_once("version = ").map(|(_, version)| version),
                None => Some(wanted),
            };
            let version = version.and_then(|version| version.split('"').nth(1));
            Some((number, name.trim(), version))
        })
}

/// Lines with their number and table; comments, blank lines and table heads left out.
///
/// A table of one dependency (`[dependencies.name]`) counts as its parent's, as one line would.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str, &str)> {
    let mut table = "";
    (1..).zip(text.lines()).filter_map(move |(number, line)| {
        let line = line.split('#').next().unwrap_or_default().trim();
        if let Some(head) = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            table = head.trim_matches(['[', ']']);
            return None;
        }
        (!line.is_empty()).then_some((number, table, line))
    })
}

/// Lines every member has: their table, themselves, and why.
const REQUIRED: [(&str, &str, &str); 5] = [
    (
        "package",
        "version.workspace = true",
        "all crates are released together",
    ),
    ("package", "edition.workspace = true", "one edition for all"),
    (
        "package",
        "rust-version.workspace = true",
        "one oldest compiler for all",
    ),
    ("package", "license.workspace = true", "one licence for all"),
    ("lints", "workspace = true", "one set of lints for all"),
];

#[cfg(test)]
mod tests;
