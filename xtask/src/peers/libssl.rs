//! OpenSSL's headers, with which native-tls is built where the system has no TLS of its own.
//!
//! Looked for as its build script does it, by pkg-config; on Debian, root gets both installed.

use std::process::Command;

use super::{Found, Missing, apt};
use crate::process;

pub(super) fn set_up() -> Result<Found, Missing> {
    if cfg!(any(target_os = "windows", target_vendor = "apple")) {
        return Ok(Found {
            place: "system".into(),
            version: "the system's own TLS".into(),
        });
    }
    let installed = || {
        let is_installed = apt::install("pkg-config") && apt::install("libssl-dev");
        is_installed.then(find).flatten()
    };
    find().or_else(installed).ok_or_else(|| Missing {
        reason: "pkg-config, or what it finds by openssl.pc".into(),
        remedy: "sudo apt-get install -y pkg-config libssl-dev".into(),
    })
}

fn find() -> Option<Found> {
    let mut pkg_config = Command::new("pkg-config");
    let version = process::capture(pkg_config.args(["--modversion", "openssl"])).ok()?;
    Some(Found {
        place: "openssl".into(),
        version: version.trim().to_owned(),
    })
}
