//! Rules on places that exist on one machine only: its folders, its mirrors of registries.
//!
//! What is committed must mean the same everywhere. Looks at every text file, documents included.
//! The patterns are put together from halves so that this file does not find itself.

use super::finding::Finding;

/// No folder of somebody's machine, and no registry but the public one.
pub(super) fn check(path: &str, text: &str) -> Vec<Finding> {
    let findings = (1..).zip(text.lines()).filter_map(|(number, line)| {
        let message = if FOLDERS.iter().any(|folder| has_folder(line, folder)) {
            "a folder of one machine: use a relative path, or a temporary folder"
        } else if SETTINGS.iter().any(|setting| line.contains(setting)) {
            "registries are for users to configure, not for the repository"
        } else if !is_public_source(path, line) {
            "a locked package must come from the public registry"
        } else {
            return None;
        };
        Some(Finding::at(path, number, message))
    });
    findings.collect()
}

/// Whether `folder` stands in the line as the start of a path.
fn has_folder(line: &str, folder: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || "._-~/*}>)".contains(c);
    line.match_indices(folder)
        .any(|(start, _)| !line[..start].ends_with(goes_on))
}

/// Whether a line of a lock file names no source, or the public one.
fn is_public_source(path: &str, line: &str) -> bool {
    let line = line.trim();
    let source = match path.rsplit('/').next() {
        Some("Cargo.lock") => line.strip_prefix("source = "),
        Some("package-lock.json") => line.strip_prefix("\"resolved\": "),
        _ => None,
    };
    source.is_none_or(|source| PUBLIC.iter().any(|public| source.starts_with(public)))
}

const FOLDERS: [&str; 6] = [
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/Us", "ers/"),
    concat!("/wo", "rk/"),
    concat!("/tm", "p/"),
    concat!("C:\\", "Users"),
];

const SETTINGS: [&str; 4] = [
    concat!("replace", "-with"),
    concat!("index", "-url"),
    concat!("[regis", "tries"),
    concat!("npm_config", "_registry"),
];

const PUBLIC: [&str; 2] = [
    "\"registry+https://github.com/rust-lang/crates.io-index\"",
    concat!("\"https://registry.npmjs", ".org/"),
];

#[cfg(test)]
mod tests;
