//! A Chromium that the browser tests can run without a window.
//!
//! Takes the first one on `PATH`; on Debian, root gets one installed. No browser is downloaded
//! from anywhere else: it needs system libraries that only a package manager brings.

use std::process::Command;

use super::{Found, Missing, apt};
use crate::process;

pub(super) fn set_up() -> Result<Found, Missing> {
    let installed = || apt::install("chromium").then(find).flatten();
    find().or_else(installed).ok_or_else(|| Missing {
        reason: format!("none of these runs: {}", PROGRAMS.join(", ")),
        remedy: match cfg!(target_os = "macos") {
            true => "brew install --cask google-chrome".into(),
            false => "sudo apt-get install -y chromium".into(),
        },
    })
}

fn find() -> Option<Found> {
    PROGRAMS.iter().find_map(|program| {
        let version = process::capture(Command::new(program).arg("--version")).ok()?;
        let version = version
            .lines()
            .next()
            .unwrap_or("of unknown version")
            .trim()
            .to_owned();
        Some(Found {
            place: program.into(),
            version,
        })
    })
}

const PROGRAMS: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
