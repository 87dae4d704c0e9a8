//! `cargo xtask spec`: what the RFCs require, and the code and the test for each of it.
//!
//! The requirements are data, in `xtask/spec`: a paraphrase of each MUST and SHOULD with names of
//! functions and tests, or with a reason why there are none. This checks that the names exist,
//! writes `docs/compliance.md` from them, and lists them with their lines. `cargo xtask tidy`
//! checks the same, and that the page is current.

mod page;
mod place;
mod requirement;

use std::fs;
use std::path::Path;

use crate::failure::Failure;
use crate::say::say;
use crate::workspace::Workspace;

use requirement::{Requirement, Rfc};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Check the page, and write nothing
    #[arg(long)]
    check: bool,
    /// Only requirements of which the id starts so, such as rfc6455-5.5
    #[arg(default_value = "")]
    id: String,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    let root = &workspace.root;
    let rfcs = load(root)?;
    let requirements = rfcs.iter().flat_map(|rfc| &rfc.requirements);
    let asked = requirements.filter(|it| it.id.starts_with(&options.id));
    let n_asked = asked.map(|requirement| show(root, requirement)).count();
    if n_asked == 0 {
        let id = &options.id;
        return Err(Failure::new(format!("no requirement begins with {id}")));
    }
    if !options.check {
        let page = page::write(&rfcs);
        fs::write(root.join(PAGE), page)
            .map_err(|error| Failure::new(format!("cannot write {PAGE}: {error}")))?;
    }
    let wrong = check(root)?;
    wrong.iter().for_each(say);
    match wrong.len() {
        0 => Ok(()),
        n_wrong => Err(Failure::new(format!("{n_wrong} findings"))),
    }
}

/// What is wrong with the requirements and their page, each with the file it is about.
pub(crate) fn check(root: &Path) -> Result<Vec<String>, Failure> {
    let rfcs = load(root)?;
    let mut wrong: Vec<String> = rfcs.iter().flat_map(|rfc| rfc.check(root)).collect();
    let page = fs::read_to_string(root.join(PAGE)).unwrap_or_default();
    if page != page::write(&rfcs) {
        wrong.push(format!("{PAGE}: not current; run `cargo xtask spec`"));
    }
    Ok(wrong)
}

fn load(root: &Path) -> Result<Vec<Rfc>, Failure> {
    RFCS.iter()
        .map(|(number, title)| Rfc::load(root, *number, title))
        .collect()
}

/// One requirement, with the lines that its names stand on.
fn show(root: &Path, requirement: &Requirement) {
    let Requirement {
        id, level, says, ..
    } = requirement;
    say(format_args!("{id}  {level}: {says}"));
    if let Some(reason) = &requirement.not {
        say(format_args!("    not: {reason}"));
    }
    for (what, references) in [("code", &requirement.code), ("test", &requirement.tests)] {
        for reference in references {
            match place::find(root, reference) {
                Ok(place) => say(format_args!("    {what}: {place}")),
                Err(fault) => say(format_args!("    {what}: {fault}")),
            }
        }
    }
}

/// The RFCs that are implemented.
const RFCS: [(u32, &str); 2] = [
    (6455, "The WebSocket Protocol"),
    (7692, "Compression Extensions for WebSocket"),
];

const PAGE: &str = "docs/compliance.md";

#[cfg(test)]
mod tests;
