//! Runs subjects under callgrind and reads what it counted.
//!
//! A process for each subject, so that none depends on what the heap went through before it, in an
//! environment that is the same everywhere: the stack begins where the variables end. Installs
//! valgrind where it is missing and that is allowed.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, thread};

use super::figures::Run;
use crate::failure::Failure;
use crate::peers::apt;
use crate::process;
use crate::say::say;

/// Callgrind, ready to run subjects of the program.
#[derive(Debug)]
pub(super) struct Valgrind {
    place: PathBuf,
    pub(super) version: String,
    program: PathBuf,
    /// For callgrind's files.
    folder: PathBuf,
}

impl Valgrind {
    /// Finds or installs it.
    pub(super) fn find(program: PathBuf, folder: PathBuf) -> Result<Self, Failure> {
        let on_path = || {
            let folders = env::var_os("PATH").unwrap_or_default();
            env::split_paths(&folders)
                .map(|folder| folder.join("valgrind"))
                .find(|place| place.is_file())
        };
        let install = || apt::install("valgrind").then(on_path).flatten();
        let place = on_path().or_else(install).ok_or_else(|| {
            Failure::new("counting instructions needs valgrind: apt-get install valgrind")
        })?;
        let version = process::capture(Command::new(&place).arg("--version"))?;
        Ok(Self {
            place,
            version: version.trim().to_owned(),
            program,
            folder,
        })
    }

    /// The instructions of each subject, in their order, summed over its messages.
    pub(super) fn instructions(&self, runs: &[Run]) -> Result<Vec<u64>, Failure> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut counted = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(run) = runs.get(index) else {
                    return Ok(counted);
                };
                counted.push((index, self.count(&run.subject)?));
            }
        };
        let n_threads = thread::available_parallelism().map_or(1, usize::from);
        let counted: Result<Vec<Vec<_>>, Failure> = thread::scope(|scope| {
            let threads: Vec<_> = (0..n_threads).map(|_| scope.spawn(work)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().expect("counting does not panic"))
                .collect()
        });
        let mut counted = counted?.concat();
        counted.sort_unstable();
        Ok(counted.into_iter().map(|(_, n)| n).collect())
    }

    /// Counts one subject, keeps callgrind's file and prints the functions that cost most.
    pub(super) fn profile(&self, subject: &str) -> Result<(), Failure> {
        let n = self.count(subject)?;
        let file = self.file(subject);
        let annotate = self.place.with_file_name("callgrind_annotate");
        let text = process::capture(Command::new(annotate).args(["--auto=no"]).arg(&file))?;
        let functions = text.lines().skip_while(|line| !line.starts_with("Ir"));
        functions.take(LINES_SHOWN).for_each(say);
        say(format_args!("{n} instructions in {}", file.display()));
        Ok(())
    }

    fn count(&self, subject: &str) -> Result<u64, Failure> {
        let file = self.file(subject);
        let (Some(folder), Some(name)) = (self.program.parent(), self.program.file_name()) else {
            return Err(Failure::new("the program to count has no place"));
        };
        let mut command = Command::new(&self.place);
        command
            .args(["--tool=callgrind", "--toggle-collect=*measured_passes*"])
            .arg(format!("--callgrind-out-file={}", file.display()))
            .arg(Path::new(".").join(name))
            .args(["run", subject])
            .current_dir(folder)
            .env_clear()
            .env("GLIBC_TUNABLES", TUNABLES);
        process::capture(&mut command)?;
        let text = fs::read_to_string(&file)
            .map_err(|error| Failure::new(format!("{}: {error}", file.display())))?;
        read_total(&text)
            .filter(|n| *n > 0)
            .ok_or_else(|| Failure::new(format!("callgrind counted nothing in {}", file.display())))
    }

    fn file(&self, subject: &str) -> PathBuf {
        self.folder.join(format!("{subject}.callgrind"))
    }
}

/// The instructions that a file of callgrind's sums up to.
fn read_total(text: &str) -> Option<u64> {
    // A summary comes before the costs, totals after them; which of them there is depends on how
    // the run ended.
    let totals = text
        .lines()
        .filter_map(|line| {
            line.strip_prefix("totals:")
                .or_else(|| line.strip_prefix("summary:"))
        })
        .next_back()?;
    totals.split_whitespace().next()?.parse().ok()
}

/// Callgrind counts each round of a string instruction: glibc is to use vectors instead for memory
/// of any size, as it does here and there by the size of the processor's cache.
const TUNABLES: &str =
    "glibc.cpu.x86_rep_movsb_threshold=0x7fffffff:glibc.cpu.x86_rep_stosb_threshold=0x7fffffff";

const LINES_SHOWN: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<u64>) {
        assert_eq!(read_total(text), expected);
    }

    #[test]
    fn the_total_is_read_from_either_line() {
        check(
            "events: Ir\nsummary: 3518711\n\nfn=(1) a\n10 5\ntotals: 3518711\n",
            Some(3_518_711),
        );
        check("events: Ir\nsummary: 12\nfn=(1) a\n10 5\n", Some(12));
        check("events: Ir Dr\nfn=(1) a\n10 5\ntotals: 7 8\n", Some(7));
    }

    #[test]
    fn what_is_no_total_is_none() {
        for text in ["", "totals:\n", "totals: many\n", "events: Ir\nfn=(1) a\n"] {
            check(text, None);
        }
    }
}
