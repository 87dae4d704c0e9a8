//! `cargo xtask tidy`: the rules of this house that no compiler checks.
//!
//! Each rule is one function from a file to findings, and its message carries the reason. Rules
//! about Rust files see them as `source` splits them; rules about manifests see cargo's reading and
//! the text. Only files that git tracks, or would, are looked at.

mod attributes;
mod citations;
mod dependencies;
mod finding;
mod foreign_types;
mod layers;
mod length;
mod lexer;
mod manifests;
mod places;
mod prose;
mod source;

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::failure::Failure;
use crate::process;
use crate::say::say;
use crate::spec;
use crate::workspace::{Package, Workspace};
use finding::Finding;
use source::Source;

/// Checks all rules and prints what breaks them.
pub(crate) fn run(workspace: &Workspace) -> Result<(), Failure> {
    let files = read_files(&workspace.root)?;
    let sources = read_sources(&files);
    let mut findings: Vec<Finding> = RULES
        .iter()
        .flat_map(|rule| sources.iter().flat_map(rule))
        .chain(
            files
                .iter()
                .flat_map(|(path, text)| places::check(path, text)),
        )
        .chain(workspace.packages.iter().flat_map(dependencies::check))
        .collect();
    let names = citations::Names::of(&files);
    let is_root = |(path, _): &&(String, String)| path == "Cargo.toml";
    let root_manifest = files.iter().find(is_root).map(|(_, text)| text.as_str());
    for (path, text) in &files {
        findings.extend(names.check(path, text));
        if is_manifest_of_member(path, &workspace.packages) {
            findings.extend(manifests::check(path, text));
        } else if path.ends_with("/Cargo.toml") {
            let root = root_manifest.unwrap_or_default();
            findings.extend(manifests::check_pins(root, path, text));
        }
    }
    let lengths = length::Lengths::of(&sources);
    findings.extend(lengths.check());
    let spec = spec::check(&workspace.root)?;
    findings.extend(
        spec.into_iter()
            .map(|wrong| Finding::in_file("xtask/spec", wrong)),
    );
    findings.iter().for_each(say);
    say(format_args!(
        "tidy: {} files; {lengths}; {} findings",
        files.len(),
        findings.len()
    ));
    match findings.len() {
        0 => Ok(()),
        n_findings => Err(Failure::new(format!("tidy has {n_findings} findings"))),
    }
}

/// The rules about one Rust file.
const RULES: [fn(&Source) -> Vec<Finding>; 11] = [
    attributes::check_lint_exceptions,
    attributes::check_tests_are_run,
    foreign_types::check,
    layers::check_absences,
    layers::check_no_std,
    layers::check_shells,
    layers::check_unsafe,
    length::check,
    prose::check_header,
    prose::check_library_root,
    prose::check_notes,
];

/// The text files that git tracks or would track, by path. Others, such as pictures, are left out.
fn read_files(root: &Path) -> Result<Vec<(String, String)>, Failure> {
    let mut git = Command::new("git");
    git.args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ])
    .current_dir(root);
    let listing = process::capture(&mut git)?;
    let mut paths: Vec<_> = listing.split_terminator('\0').collect();
    paths.sort_unstable();
    paths.dedup();
    // A file that was just deleted or is no text has no contents to check.
    let read = |path: &str| Some((path.to_owned(), fs::read_to_string(root.join(path)).ok()?));
    Ok(paths.into_iter().filter_map(read).collect())
}

/// Whether a file is a member's manifest. Packages that stand outside, such as the conformance
/// peers in `tests/peers/rust`, have nothing to inherit from.
fn is_manifest_of_member(path: &str, members: &[Package]) -> bool {
    path.strip_suffix("/Cargo.toml")
        .is_some_and(|folder| members.iter().any(|member| member.folder == folder))
}

/// The Rust files among `files`, with those of `#[cfg(test)]` modules marked.
fn read_sources(files: &[(String, String)]) -> Vec<Source> {
    let rust = files.iter().filter(|(path, _)| path.ends_with(".rs"));
    let mut sources: Vec<_> = rust.map(|(path, text)| Source::new(path, text)).collect();
    let test_places: Vec<_> = sources.iter().flat_map(test_places).collect();
    for source in &mut sources {
        let stem = source.path.trim_end_matches(".rs");
        let is_in = |place: &String| {
            stem.strip_prefix(place.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if test_places.iter().any(is_in) {
            source.mark_as_test();
        }
    }
    sources
}

/// Where the files of a source's `#[cfg(test)] mod name;` are, without `.rs`.
fn test_places(source: &Source) -> Vec<String> {
    let stem = source.path.trim_end_matches(".rs");
    let folder = match stem.rsplit_once('/') {
        Some((folder, "lib" | "main" | "mod")) => folder,
        _ => stem,
    };
    source
        .test_modules
        .iter()
        .map(|module| format!("{folder}/{module}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_manifests_of_members_are_looked_at() {
        let members = [Package {
            name: "tests".into(),
            folder: "tests".into(),
            dependencies: Vec::new(),
            features: Vec::new(),
            target_kinds: Vec::new(),
        }];
        assert!(is_manifest_of_member("tests/Cargo.toml", &members));
        for path in ["Cargo.toml", "tests/peers/rust/Cargo.toml", "tests/lib.rs"] {
            assert!(!is_manifest_of_member(path, &members), "{path}");
        }
    }

    #[test]
    fn files_of_test_modules_are_tests() {
        let files = [
            ("crates/a/src/lib.rs", "#[cfg(test)]\nmod kit;\n"),
            ("crates/a/src/kit.rs", "fn a() {}\n"),
            ("crates/a/src/kit/more.rs", "fn a() {}\n"),
            ("crates/a/src/kits.rs", "fn a() {}\n"),
            ("crates/a/src/b.rs", "#[cfg(test)]\nmod cases;\n"),
            ("crates/a/src/b/cases.rs", "fn a() {}\n"),
        ];
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
        let tests = read_sources(&files);
        let tests = tests.iter().filter(|source| source.is_test_file());
        let paths: Vec<_> = tests.map(|source| source.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "crates/a/src/kit.rs",
                "crates/a/src/kit/more.rs",
                "crates/a/src/b/cases.rs"
            ]
        );
    }
}
