//! `cargo xtask api`: whether a change changes what users can name.
//!
//! The public items of each crate are lines of a file in `docs/api`. What is taken away or written
//! otherwise there breaks programs, so a change of these files is looked at by somebody, and told
//! in the changelog. Rustdoc writes what the list is made of, in a form that differs from one Rust
//! to another: the files are those of one, and with others nothing is compared.
//!
//! Does not judge by semantic versioning: that takes a release to compare with, and there is none.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::failure::Failure;
use crate::features;
use crate::process;
use crate::say::say;
use crate::workspace::{Package, Workspace};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Write the files, instead of comparing with them
    #[arg(long)]
    bless: bool,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    if let Some(reason) = obstacle() {
        return Err(Failure::new(reason));
    }
    match options.bless {
        true => bless(&workspace.root, &surfaces(workspace)?),
        false => check(workspace),
    }
}

/// Compares, where this Rust can.
pub(crate) fn check(workspace: &Workspace) -> Result<(), Failure> {
    compare(&workspace.root, &surfaces(workspace)?)
}

/// Why nothing can be compared here.
pub(crate) fn obstacle() -> Option<String> {
    let version = process::capture(Command::new("rustc").arg("--version")).ok()?;
    if !version.starts_with(&format!("rustc {RUST}.")) {
        let version = version.trim();
        return Some(format!(
            "the lists are those of Rust {RUST}, and this is {version}"
        ));
    }
    let mut needed = features::DEMANDING.into_iter();
    let missing = needed.find(|feature| {
        let has_names = !WITHOUT_NAMES.contains(feature);
        has_names && !features::can_build(feature)
    })?;
    Some(format!(
        "the lists have names of the feature {missing}, which cannot be built here"
    ))
}

/// The public API of one crate.
struct Surface {
    /// Of the package, with a hyphen.
    name: String,
    items: String,
}

fn surfaces(workspace: &Workspace) -> Result<Vec<Surface>, Failure> {
    let root = &workspace.root;
    process::run_live(&mut process::cargo(root, &["build", "--package", LISTER]))?;
    let programs = workspace.target.join("debug");
    let published = workspace.packages.iter();
    let published = published.filter(|package| package.folder.starts_with("crates/"));
    let of_package = |package: &Package| {
        let features: Vec<_> = package.features.iter().map(String::as_str).collect();
        let features: Vec<_> = features
            .into_iter()
            .filter(|feature| !feature.starts_with('_') && !WITHOUT_NAMES.contains(feature))
            .collect();
        let mut rustdoc = process::cargo(root, &["rustdoc", "--quiet", "--lib"]);
        rustdoc.args([
            "--package",
            &package.name,
            "--features",
            &features.join(","),
        ]);
        process::run_live(rustdoc.env("RUSTDOC", programs.join("rustdoc-json")))?;
        let file = format!("doc/{}.json", package.name.replace('-', "_"));
        let mut items = Command::new(programs.join("items"));
        Ok(Surface {
            name: package.name.clone(),
            items: process::capture(items.arg(workspace.target.join(file)))?,
        })
    };
    published.map(of_package).collect()
}

fn bless(root: &Path, found: &[Surface]) -> Result<(), Failure> {
    let folder = root.join(FOLDER);
    let failed = |error| Failure::new(format!("cannot write {FOLDER}: {error}"));
    fs::create_dir_all(&folder).map_err(failed)?;
    for Surface { name, items } in found {
        fs::write(folder.join(format!("{name}.txt")), items).map_err(failed)?;
    }
    Ok(())
}

fn compare(root: &Path, found: &[Surface]) -> Result<(), Failure> {
    let mut n_differences = 0;
    for Surface { name, items } in found {
        let file = format!("{FOLDER}/{name}.txt");
        let listed = fs::read_to_string(root.join(&file)).unwrap_or_default();
        let differences = differences(&listed, items);
        n_differences += differences.len();
        for difference in differences {
            say(format_args!("{file}: {difference}"));
        }
    }
    match n_differences {
        0 => Ok(()),
        _ => Err(Failure::new(format!(
            "{n_differences} public items differ; if they should, `cargo xtask api --bless`, and \
             say so in CHANGELOG.md"
        ))),
    }
}

/// The lines that one text has and the other has not, marked as in a diff.
fn differences(listed: &str, found: &str) -> Vec<String> {
    let missing_in = |text: &str, other: &str, mark: char| -> Vec<String> {
        let other: HashSet<&str> = other.lines().collect();
        let lines = text.lines().filter(|line| !other.contains(line));
        lines.map(|line| format!("{mark}{line}")).collect()
    };
    [
        missing_in(listed, found, '-'),
        missing_in(found, listed, '+'),
    ]
    .concat()
}

/// The Rust whose lists are kept.
const RUST: &str = "1.95";

const FOLDER: &str = "docs/api";

/// The package whose programs write JSON and read it.
const LISTER: &str = "sockeye-api";

/// Features that bring no name of their own, and need a C compiler or cmake.
const WITHOUT_NAMES: [&str; 2] = ["aws-lc-rs", "zlib-ng"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_and_what_is_new_differ() {
        assert_eq!(differences("a\nb\n", "b\nc\n"), ["-a", "+c"]);
        assert!(differences("a\nb\n", "a\nb\n").is_empty());
    }
}
