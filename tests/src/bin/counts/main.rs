//! Fixed exchanges through Sockeye's public API, to count what each message costs.
//!
//! `counts allocations` runs every subject and prints one JSON line for each. `counts run NAME`
//! runs one, for callgrind, which counts instructions inside `subject::measured_passes` alone.
//! Everything is in memory, in one thread, on a clock and on entropy that are the same each time,
//! so that both counts are. Run it by `cargo xtask bench counts`, which knows what is allowed.

mod control;
mod decode;
mod deflate;
mod driver;
mod encode;
mod fragments;
mod frames;
mod handshake;
mod heap;
mod link;
mod mask;
mod subject;
mod utf8;

use std::env;
use std::error::Error;
use std::io::{self, Write};

use serde_json::json;

use crate::heap::Heap;
use crate::subject::{N_PASSES, Subject};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<_> = env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["allocations"] => Ok(print_allocations()?),
        ["run", name] => {
            let found = subjects().into_iter().find(|subject| subject.name == name);
            let subject = found.ok_or_else(|| format!("no subject is called {name}"))?;
            subject.measure();
            Ok(())
        }
        _ => Err("usage: counts allocations | counts run NAME".into()),
    }
}

/// One line for each subject, with sums over all its messages.
fn print_allocations() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for subject in subjects() {
        let Heap {
            allocations,
            reallocations,
            bytes,
        } = subject.measure();
        let line = json!({
            "subject": subject.name,
            "messages": N_PASSES * subject.n_messages,
            "passes": N_PASSES,
            "allocations": allocations,
            "reallocations": reallocations,
            "bytes": bytes,
        });
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// All subjects, a family after the other. A new family is a file and a line here.
fn subjects() -> Vec<Subject> {
    [
        control::subjects(),
        decode::subjects(),
        deflate::subjects(),
        driver::subjects(),
        encode::subjects(),
        fragments::subjects(),
        handshake::subjects(),
        mask::subjects(),
        utf8::subjects(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_subject_runs_and_has_a_name_of_its_own() {
        let mut names = BTreeSet::new();
        for subject in subjects() {
            subject.measure();
            assert!(names.insert(subject.name.clone()), "{} twice", subject.name);
        }
    }
}
