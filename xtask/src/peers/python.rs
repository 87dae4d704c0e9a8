//! The Python package `websockets`, in a virtual environment of its own.
//!
//! The version is pinned: a new release must not break an old commit's tests.

use std::path::Path;
use std::process::Command;

use super::{Found, Missing, venv};
use crate::failure::Failure;
use crate::process;

/// Gives the interpreter of a virtual environment in `folder` that has the pinned package.
pub(super) fn set_up(folder: &Path) -> Result<Found, Missing> {
    let python = venv::interpreter(folder);
    if installed_version(&python).is_none_or(|version| version != VERSION) {
        install(folder, &python)?;
    }
    Ok(Found {
        place: python.into(),
        version: format!("websockets {VERSION}"),
    })
}

fn install(folder: &Path, python: &Path) -> Result<(), Missing> {
    let Some(system) = SYSTEM_PYTHONS.into_iter().find(|program| runs(program)) else {
        return Err(Missing {
            reason: "no Python 3 on PATH".into(),
            remedy: "install Python 3.10 or later, with its venv module".into(),
        });
    };
    let missing = |failure: Failure| Missing {
        reason: failure.to_string(),
        remedy: "sudo apt-get install -y python3-venv (or your system's package), and a network"
            .into(),
    };
    venv::create(system, folder).map_err(missing)?;
    venv::install(python, &[&format!("websockets=={VERSION}")]).map_err(missing)
}

pub(super) fn installed_version(python: &Path) -> Option<String> {
    let question = "import importlib.metadata as m; print(m.version('websockets'))";
    let answer = process::capture(Command::new(python).args(["-c", question])).ok()?;
    Some(answer.trim().to_owned())
}

fn runs(program: &str) -> bool {
    let is_version_3 = "import sys; sys.exit(sys.version_info < (3,))";
    process::capture(Command::new(program).args(["-c", is_version_3])).is_ok()
}

const VERSION: &str = "17.4";

const SYSTEM_PYTHONS: [&str; 2] = ["python3", "python"];
