//! The environment that the suite runs in, made once and used again.
//!
//! Its folder is named after all that goes into it, so a change of any pin makes a new one. All
//! versions are pinned, with one exception: under Python 2.7, `wsaccel` is compiled with the Cython
//! of the day. A stamp is written last: what has none was interrupted, and is made again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use super::interpreter::{Interpreter, Route, any_python_3};
use crate::failure::Failure;
use crate::peers::venv;
use crate::process;
use crate::say::say;

/// A suite that is ready to run.
#[derive(Debug)]
pub(super) struct Environment {
    folder: PathBuf,
    /// What the suite says its versions are.
    pub(super) versions: String,
}

impl Environment {
    /// Gives the environment of the first interpreter that gets one.
    ///
    /// # Errors
    ///
    /// When none does: no network, mostly. The failure is that of the last.
    pub(super) fn set_up(
        interpreters: &[Interpreter],
        environments: &Path,
    ) -> Result<Self, Failure> {
        let mut last = Failure::new("no interpreter");
        for interpreter in interpreters {
            say(interpreter);
            match Self::of(interpreter, environments) {
                Ok(environment) => return Ok(environment),
                Err(failure) => {
                    say(format_args!("that did not work: {failure}"));
                    last = failure;
                }
            }
        }
        Err(last)
    }

    fn of(interpreter: &Interpreter, environments: &Path) -> Result<Self, Failure> {
        let folder = environments.join(fingerprint(interpreter));
        if folder.join(STAMP).exists()
            && let Ok(environment) = Self::opened(folder.clone())
        {
            return Ok(environment);
        }
        say(format_args!(
            "installing the suite in {}, which takes a minute",
            folder.display()
        ));
        let start = Instant::now();
        let environment = Self::create(interpreter, folder)?;
        say(format_args!(
            "installed ({:.1} s)",
            start.elapsed().as_secs_f64()
        ));
        Ok(environment)
    }

    fn create(interpreter: &Interpreter, folder: PathBuf) -> Result<Self, Failure> {
        let failed = |error| Failure::new(format!("cannot prepare {}: {error}", folder.display()));
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(failed)?;
        }
        fs::create_dir_all(&folder).map_err(failed)?;
        let requirements = folder.join("requirements.txt");
        fs::write(&requirements, pins(interpreter.route)).map_err(failed)?;
        fs::write(folder.join(WSTEST), WSTEST_TEXT).map_err(failed)?;

        let python = venv::interpreter(&folder.join(VENV));
        let requirements = requirements.to_string_lossy();
        // The list is complete. On Python 3 the suite names no dependencies, so without the list
        // there would be none.
        let install = ["--no-deps", "--requirement", &requirements];
        match interpreter.route {
            Route::Published => {
                create_for_python_2(&interpreter.program, &folder)?;
                venv::install(&python, &install)?;
            }
            Route::Ported => {
                venv::create(&interpreter.program, &folder.join(VENV))?;
                venv::install(&python, &install)?;
                let port = folder.join("port_to_py3.py");
                fs::write(&port, PORT_TEXT).map_err(failed)?;
                process::capture(Command::new(&python).arg(port))?;
            }
        }
        let environment = Self::opened(folder.clone())?;
        fs::write(folder.join(STAMP), &environment.versions).map_err(failed)?;
        Ok(environment)
    }

    /// Asks what is in the folder for its versions, which shows that it runs.
    fn opened(folder: PathBuf) -> Result<Self, Failure> {
        let mut environment = Self {
            folder,
            versions: String::new(),
        };
        let answer = process::capture(environment.wstest().arg("-a"))?;
        environment.versions = answer.lines().collect::<Vec<_>>().join(", ");
        Ok(environment)
    }

    /// The suite's program, with no arguments yet.
    pub(super) fn wstest(&self) -> Command {
        let mut wstest = Command::new(venv::interpreter(&self.folder.join(VENV)));
        // `-u`: its progress is in its log at once. `-W`: the suite is older than its libraries.
        wstest
            .args(["-u", "-W", "ignore"])
            .arg(self.folder.join(WSTEST));
        wstest
    }
}

/// An environment of Python 2.7, which has no `venv`: `virtualenv`, in an environment of its own.
fn create_for_python_2(program: &str, folder: &Path) -> Result<(), Failure> {
    let tools = folder.join("tools");
    venv::create(any_python_3()?, &tools)?;
    let python = venv::interpreter(&tools);
    venv::install(&python, &[VIRTUALENV])?;
    let mut virtualenv = Command::new(&python);
    virtualenv
        .args(["-m", "virtualenv", "--quiet", "--python", program])
        .arg(folder.join(VENV));
    process::capture(&mut virtualenv).map(drop)
}

/// A name for all that goes into an environment.
fn fingerprint(interpreter: &Interpreter) -> String {
    let Interpreter {
        program,
        version,
        route,
    } = interpreter;
    let parts = [
        program,
        version,
        pins(*route),
        VIRTUALENV,
        PORT_TEXT,
        WSTEST_TEXT,
    ];
    // FNV-1a, which stays the same over versions of Rust; 0 separates the parts.
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

fn pins(route: Route) -> &'static str {
    match route {
        Route::Published => include_str!("../../../autobahn/requirements-py27.txt"),
        Route::Ported => include_str!("../../../autobahn/requirements-py3.txt"),
    }
}

const PORT_TEXT: &str = include_str!("../../../autobahn/port_to_py3.py");

/// The suite's own program listens on all interfaces; this one on loopback.
const WSTEST_TEXT: &str = include_str!("../../../autobahn/wstest_loopback.py");

const WSTEST: &str = "wstest_loopback.py";

const VENV: &str = "venv";

const STAMP: &str = "complete";

/// The last version that makes environments of Python 2.7, with a patch.
const VIRTUALENV: &str = "virtualenv==20.21.1";

#[cfg(test)]
mod tests;
