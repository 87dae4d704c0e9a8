//! What a run was made with: date, machine, compiler, command, and the versions of the peers.
//!
//! Figures without it cannot be compared with anything. Versions are what cargo resolved for
//! `tests/bench`, so they are those of its lock file.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::plan::Plan;
use crate::failure::Failure;
use crate::process;

/// What a run was made with.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Environment {
    /// RFC 3339, UTC.
    pub(super) date: String,
    pub(super) processor: String,
    pub(super) n_cores: usize,
    pub(super) kernel: String,
    pub(super) rustc: String,
    /// As one would type it again.
    pub(super) command: String,
    pub(super) rounds: u32,
    /// Measured seconds of a sample.
    pub(super) secs: f64,
    /// Fewer of everything.
    pub(super) quick: bool,
}

impl Environment {
    pub(super) fn here(plan: &Plan) -> Self {
        let said = |command: &mut Command| {
            let said = process::capture(command).unwrap_or_default();
            said.trim().to_owned()
        };
        let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        Self {
            date: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
            processor: processor(&processors).unwrap_or("unknown").to_owned(),
            n_cores: thread::available_parallelism().map_or(1, usize::from),
            kernel: said(Command::new("uname").args(["-sr"])),
            rustc: said(Command::new("rustc").arg("--version")),
            command: command(env::args().skip(1)),
            rounds: plan.rounds,
            secs: plan.pace.secs,
            quick: plan.time.is_some(),
        }
    }
}

/// The version of each package that the bench depends on, by its name.
pub(super) fn versions(bench: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let arguments = [
        "metadata",
        "--locked",
        "--all-features",
        "--format-version",
        "1",
    ];
    let text = process::capture(&mut process::cargo(bench, &arguments))?;
    let metadata: Value = serde_json::from_str(&text)
        .map_err(|error| Failure::new(format!("cargo metadata wrote no JSON: {error}")))?;
    direct_versions(&metadata)
        .ok_or_else(|| Failure::new("cargo metadata has a form unknown to this program"))
}

/// Only direct dependencies: of an indirect one there may be several versions.
fn direct_versions(metadata: &Value) -> Option<BTreeMap<String, String>> {
    let resolve = &metadata["resolve"];
    let root = &resolve["root"];
    let nodes = resolve["nodes"].as_array()?;
    let direct = nodes.iter().find(|node| node["id"] == *root)?["dependencies"].as_array()?;
    let packages = metadata["packages"].as_array()?.iter();
    let ours = packages.filter(|package| direct.contains(&package["id"]));
    ours.map(|package| {
        let name = package["name"].as_str()?;
        Some((name.to_owned(), package["version"].as_str()?.to_owned()))
    })
    .collect()
}

/// The first `model name` of `/proc/cpuinfo`.
fn processor(cpuinfo: &str) -> Option<&str> {
    let mut lines = cpuinfo.lines().filter_map(|line| line.split_once(':'));
    let (_, name) = lines.find(|(field, _)| field.trim() == "model name")?;
    Some(name.trim())
}

/// The command line by its words, quoted for a shell where that is needed.
fn command(words: impl Iterator<Item = String>) -> String {
    let quoted = words.map(|word| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:,".contains(c);
        match !word.is_empty() && word.chars().all(is_plain) {
            true => word,
            false => format!("'{}'", word.replace('\'', r"'\''")),
        }
    });
    let words: Vec<_> = ["cargo", "xtask"]
        .map(str::to_owned)
        .into_iter()
        .chain(quoted)
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn versions_are_those_of_direct_dependencies() {
        let metadata = json!({
            "packages": [
                {"id": "bench", "name": "bench", "version": "0.0.0"},
                {"id": "a 2", "name": "a", "version": "2.0.0"},
                {"id": "a 1", "name": "a", "version": "1.0.0"},
            ],
            "resolve": {"root": "bench", "nodes": [
                {"id": "a 2", "dependencies": ["a 1"]},
                {"id": "bench", "dependencies": ["a 2"]},
            ]},
        });
        let versions = direct_versions(&metadata).unwrap();
        assert_eq!(
            versions.into_iter().collect::<Vec<_>>(),
            [("a".to_owned(), "2.0.0".to_owned())]
        );
        assert!(direct_versions(&json!({})).is_none());
    }

    #[test]
    fn the_processor_is_named() {
        let cpuinfo = "processor\t: 0\nmodel name\t: Some CPU @ 3 GHz\n\nmodel name\t: Other\n";
        assert_eq!(processor(cpuinfo), Some("Some CPU @ 3 GHz"));
        assert_eq!(processor(""), None);
    }

    #[test]
    fn a_command_can_be_typed_again() {
        let words = ["bench", "--extra", "x=it's {port}"].map(str::to_owned);
        let expected = r"cargo xtask bench --extra 'x=it'\''s {port}'";
        assert_eq!(command(words.into_iter()), expected);
    }
}
