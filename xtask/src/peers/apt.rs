//! Installs Debian packages where this is allowed: as root, with apt-get on the machine.
//!
//! Never asks for a password: whoever is not root is told the command instead.

use std::process::Command;
use std::sync::Once;

use crate::process;
use crate::say::say;

/// Installs `package` and says whether that worked. Silent where apt-get cannot be used.
pub(crate) fn install(package: &str) -> bool {
    if !may_install() {
        return false;
    }
    say(format_args!("apt-get install {package}"));
    LISTS.call_once(|| {
        if let Err(failure) = process::capture(&mut apt_get(&["update"])) {
            // An outdated list of packages may still do.
            say(failure);
        }
    });
    match process::capture(&mut apt_get(&["install", "-y", package])) {
        Ok(_) => true,
        Err(failure) => {
            say(failure);
            false
        }
    }
}

/// Whether this process may install packages.
fn may_install() -> bool {
    let is_root = process::capture(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    is_root && process::capture(Command::new("apt-get").arg("--version")).is_ok()
}

fn apt_get(args: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args(["-qq", "-o", "DPkg::Lock::Timeout=120"])
        .args(args);
    command
}

/// The lists of packages are fetched once.
static LISTS: Once = Once::new();
