//! Programs of one name on every system, which on Debian, as root, are installed.

use std::env;
use std::path::Path;

use super::{Found, Missing, apt};

/// Finds `program`, or installs it from the package `package`.
pub(super) fn set_up(program: &str, package: &str) -> Result<Found, Missing> {
    let installed = || apt::install(package).then(|| find(program)).flatten();
    find(program).or_else(installed).ok_or_else(|| Missing {
        reason: format!("no {program} on PATH"),
        remedy: format!("sudo apt-get install -y {package}"),
    })
}

/// Looks where programs are, those of administrators among them.
fn find(program: &str) -> Option<Found> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain([Path::new("/usr/sbin").to_owned()]);
    let mut places = folders.map(|folder| folder.join(program));
    let place = places.find(|place| place.is_file())?;
    Some(Found {
        version: place.display().to_string(),
        place: place.into(),
    })
}
