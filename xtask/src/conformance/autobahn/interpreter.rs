//! Which Python runs the suite.
//!
//! The suite is Python 2 code. Where a Python 2.7 answers it runs as published; where none does it
//! is ported when it is installed, which takes 3.11 or 3.12: later ones have no `lib2to3`.

use std::env;
use std::fmt;
use std::process::Command;

use crate::failure::Failure;
use crate::process;

/// An interpreter that answers, and can run the suite.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Interpreter {
    /// The program itself, whatever led to it.
    pub(super) program: String,
    /// Its version in three numbers.
    pub(super) version: String,
    pub(super) route: Route,
}

/// How the suite gets to run.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Route {
    /// As published, on Python 2.7.
    Published,
    /// Rewritten to Python 3 when installed.
    Ported,
}

impl Interpreter {
    /// Those to try, best first: the one that was asked for, or all that are found.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub(super) fn find(asked_for: Option<&str>) -> Result<Vec<Self>, Failure> {
        let variable = env::var(VARIABLE)
            .ok()
            .filter(|program| !program.is_empty());
        if let Some(program) = asked_for.or(variable.as_deref()) {
            let unfit = || Failure::new(format!("{program} is no Python {VERSIONS}"));
            return Self::ask(program).map(|one| vec![one]).ok_or_else(unfit);
        }
        let of_pyenv = pyenv_programs();
        let programs = PROGRAMS.iter().copied();
        let programs = programs.chain(of_pyenv.iter().map(String::as_str));
        let found: Vec<_> = programs.filter_map(Self::ask).collect();
        let first = |route| found.iter().find(|one| one.route == route).cloned();
        let best: Vec<_> = [first(Route::Published), first(Route::Ported)]
            .into_iter()
            .flatten()
            .collect();
        match best.is_empty() {
            true => Err(Failure::new(format!(
                "the Autobahn suite needs Python {VERSIONS}: install one, or name it with --python"
            ))),
            false => Ok(best),
        }
    }

    /// Asks a program what it is: shims of pyenv are on `PATH` for versions that do not run.
    fn ask(program: &str) -> Option<Self> {
        let answer = process::capture(Command::new(program).args(["-c", QUESTION])).ok()?;
        Self::from_answer(&answer)
    }

    fn from_answer(answer: &str) -> Option<Self> {
        let (version, program) = answer.trim_end().split_once(' ')?;
        let mut numbers = version.split('.');
        let route = match (numbers.next()?, numbers.next()?) {
            ("2", "7") => Route::Published,
            ("3", "11" | "12") => Route::Ported,
            _ => return None,
        };
        Some(Self {
            program: program.to_owned(),
            version: version.to_owned(),
            route,
        })
    }
}

impl fmt::Display for Interpreter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = match self.route {
            Route::Published => "the suite as published",
            Route::Ported => "the suite ported from Python 2",
        };
        write!(f, "Python {}, {how}", self.version)
    }
}

/// A Python 3 that can make environments; any version will do.
///
/// # Errors
///
/// When there is none.
pub(super) fn any_python_3() -> Result<&'static str, Failure> {
    let is_3 = |program: &&str| {
        let check = "import sys; sys.exit(sys.version_info < (3, 7))";
        process::capture(Command::new(program).args(["-c", check])).is_ok()
    };
    let none = || Failure::new("making an environment for Python 2.7 takes a Python 3, too");
    PROGRAMS[1..].iter().copied().find(is_3).ok_or_else(none)
}

/// What pyenv has installed, whether or not it is in use.
fn pyenv_programs() -> Vec<String> {
    let pyenv = |args: &[&str]| process::capture(Command::new("pyenv").args(args));
    let versions = pyenv(&["versions", "--bare"]).unwrap_or_default();
    let fitting = versions.lines().map(str::trim).filter(|version| {
        let starts = ["2.7.", "3.11.", "3.12."];
        starts.iter().any(|start| version.starts_with(start))
    });
    let prefixes = fitting.filter_map(|version| pyenv(&["prefix", version]).ok());
    prefixes
        .map(|prefix| format!("{}/bin/python", prefix.trim_end()))
        .collect()
}

/// Names an interpreter, for machines where none is found or another one is wanted.
const VARIABLE: &str = "SOCKEYE_AUTOBAHN_PYTHON";

const VERSIONS: &str = "2.7, 3.11 or 3.12";

/// Python 2.7 first, then those that run under version 3.
const PROGRAMS: [&str; 5] = ["python2.7", "python3.11", "python3.12", "python3", "python"];

/// For any Python: its version and its program, which may be behind links and shims.
const QUESTION: &str =
    "import sys; print('%d.%d.%d %s' % (tuple(sys.version_info[:3]) + (sys.executable,)))";

#[cfg(test)]
mod tests;
